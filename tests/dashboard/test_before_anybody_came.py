"""A shop on its first day: every page says what to do first, to everybody."""

import axe
import pytest
from playwright.sync_api import expect
from screens import LAPTOP, PHONE

FIRST = {
    "/admin": "Write “Hi” to the shop's WhatsApp number",
    "/admin/orders": "Write “Hi” to the shop's WhatsApp number",
    "/admin/customers": "Put the shop's WhatsApp number where customers see it",
    "/admin/payments": "as soon as a customer chooses how to pay",
    "/admin/conversations": "Put the shop's WhatsApp number where customers see it",
    "/admin/flow": "write “Hi” to the shop’s WhatsApp number",
    "/admin/health": "nothing is owed",
}


@pytest.mark.parametrize("page", FIRST)
def test_a_page_without_rows_says_what_to_do_first(tab, page):
    tab.goto(page)

    expect(tab.locator("main")).to_contain_text(FIRST[page])


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_an_empty_page(open_tab, size, scheme):
    tab, found = open_tab(size=size, scheme=scheme), {}
    for page in FIRST:
        tab.goto(page)
        found[page] = axe.faults(tab)

    assert not any(found.values()), found
