"""axe finds nothing serious on any page: on a phone and on a laptop, in light and in dark."""

import axe
import pytest
import trade
from playwright.sync_api import expect
from screens import LAPTOP, PHONE

DRESSES = [(size, scheme) for size in (PHONE, LAPTOP) for scheme in ("light", "dark")]
PAGES = ("Today", "orders", "no orders found", "a paid order", "an order under review",
         "an order being paid", "an order without payment", "customers", "a customer", "payments",
         "conversations", "a conversation", "a conversation taken over", "flow", "a state",
         "catalogue", "health")  # fmt: skip


@pytest.fixture(scope="module")
def pages(market):
    return trade.fill(market)


def test_every_page_is_looked_at(pages):
    assert tuple(pages) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_shut_out_of_a_page(tab, pages, page):
    tab.goto(pages[page])
    tab.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")

    found = {}
    for size, scheme in DRESSES:
        wears(tab, size, scheme)
        found[size["width"], scheme] = axe.faults(tab)

    assert not any(found.values()), found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["an order under review", "a conversation taken over"])
def test_a_button_stays_readable_under_the_finger(tab, pages, page, scheme):
    tab.goto(pages[page])
    wears(tab, PHONE, scheme)

    for button in tab.locator("main .btn").all():
        button.hover()
        assert axe.faults(tab, "main .btn:hover") == []


def wears(tab, size, scheme):
    tab.set_viewport_size(size)
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    expect(tab.locator("html")).to_have_attribute("data-bs-theme", scheme)
