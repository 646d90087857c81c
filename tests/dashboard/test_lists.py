"""Lists are searched, filtered, turned round, turned over and taken along; pages stay fresh."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from screens import LAPTOP

from web.dashboard.frame import NAVIGATION, PAGE

CHOSEN = ("Status", "State", "Method", "Sort")


@pytest.fixture(scope="module")
def orders(market):
    """More orders than a page shows, of which the newest is paid; oldest first."""
    placed = [market.order(name=f"Otieno {each}") for each in range(PAGE + 2)]
    talks = [market.customer().says("hi"), market.customer().says("hi").taps("view_products")]
    paid = market.paid(name="Wanjiku", reference="QXWANJIKU", phone=talks[0].number)
    return [*placed, paid]


def rows(tab):
    return tab.locator("main tbody tr")


def asks(tab, **how):
    for label, what in how.items():
        named = re.compile(f"^{label}")  # a label holds what can be chosen, too
        field = tab.get_by_role("search").get_by_label(named)
        field.select_option(label=what) if label in CHOSEN else field.fill(what)
    tab.get_by_role("button", name="Search").click()
    tab.wait_for_load_state()


@pytest.mark.parametrize("entry", NAVIGATION, ids=lambda entry: entry.title)
def test_the_navigation_leads_to_every_page_and_says_where_one_is(tab, orders, entry):
    tab.goto("/admin")
    tab.get_by_role("navigation").get_by_role("link", name=entry.title).click()

    here = tab.get_by_role("navigation").locator("[aria-current]")
    expect(here).to_have_text(entry.title)
    expect(here).to_be_in_viewport()
    expect(tab.get_by_role("heading", level=1)).to_have_text(entry.title)


@pytest.mark.parametrize("path", ["orders", "payments", "customers", "conversations"])
def test_one_is_found_by_number_and_everything_comes_back(tab, orders, path):
    tab.goto(f"/admin/{path}")
    many = rows(tab).count()
    asks(tab, Search=orders[-1].customer.phone_number)
    expect(rows(tab)).to_have_count(1)
    tab.get_by_role("link", name="Clear").click()

    expect(rows(tab)).to_have_count(many)


@pytest.mark.parametrize("words", ["wanj", "QXWANJIKU"])
def test_an_order_is_found_by_name_and_by_reference(tab, orders, words):
    tab.goto("/admin/orders")
    asks(tab, Search=words)

    expect(rows(tab)).to_have_count(1)
    expect(rows(tab)).to_contain_text("Wanjiku")


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("orders", {"Status": "Paid"}),
        ("orders", {"Method": "M-Pesa"}),
        ("payments", {"Status": "Success", "Method": "M-Pesa"}),
        ("conversations", {"State": "Product"}),
    ],
)
def test_a_list_is_filtered(tab, orders, path, how):
    tab.goto(f"/admin/{path}")
    asks(tab, **how)

    expect(rows(tab)).to_have_count(1)


def test_what_cannot_be_found_is_said(tab, orders):
    tab.goto("/admin/customers")
    asks(tab, Search="nobody")

    expect(tab.locator("main")).to_contain_text("Nobody found")


def test_a_day_without_orders_is_empty(tab, orders):
    tab.goto("/admin/orders")
    asks(tab, To="2020-01-01")

    expect(tab.locator("main")).to_contain_text("Nothing found")


def test_the_oldest_come_first_when_they_should(tab, orders):
    tab.goto("/admin/orders")
    expect(rows(tab).first).to_contain_text(orders[-1].id)
    asks(tab, Sort="Oldest first")

    expect(rows(tab).first).to_contain_text(orders[0].id)


def test_a_list_is_turned_over_without_gap_or_repetition(tab, orders):
    tab.goto("/admin/orders")
    seen = rows(tab).locator("code").all_inner_texts()
    tab.get_by_role("link", name="Older ones").click()
    expect(rows(tab)).to_have_count(len(orders) - PAGE)
    seen += rows(tab).locator("code").all_inner_texts()

    assert seen == [each.id for each in reversed(orders)]
    expect(tab.get_by_role("link", name="Older ones")).to_have_count(0)


def test_what_was_searched_for_is_taken_along_as_a_table(tab, orders):
    tab.goto("/admin/orders")
    asks(tab, Search="wanj")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="CSV", exact=True).click()

    told = Path(download.value.path()).read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(told))
    assert (row["order"], row["name"], row["total"]) == (orders[-1].id, "Wanjiku", "3000")
    assert download.value.suggested_filename == "orders.csv"


def test_one_thing_leads_to_the_next(tab, orders):
    tab.goto("/admin/payments")
    rows(tab).first.get_by_role("link").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(orders[-1].id)
    tab.get_by_role("link", name="Wanjiku").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Wanjiku")
    tab.get_by_role("link", name="Conversation", exact=True).click()
    expect(tab.locator(".said .by-customer")).to_contain_text("hi")
    tab.get_by_role("link", name="Orders").last.click()

    expect(rows(tab)).to_have_count(1)


def test_the_states_of_the_flow_lead_to_who_stands_there(tab, orders):
    tab.goto("/admin/flow")
    tab.get_by_role("row", name="payment_processing").get_by_role("link").click()

    expect(tab.get_by_role("heading", level=1)).to_contain_text("payment_processing")


def test_the_graph_is_drawn(tab, orders):
    tab.goto("/admin/flow")

    assert tab.locator(".graph img").evaluate("image => image.decode().then(() => image.width)") > 0


# --- a page that stays open ----------------------------------------------------------------------


def test_today_draws_itself_anew_and_leaves_what_is_open_open(open_tab, market, orders):
    tab = open_tab(size=LAPTOP)
    tab.clock.install()
    tab.goto("/admin")
    tab.get_by_text("As a table").click()
    before = tab.locator(".figures .value").first.inner_text()
    tab.evaluate("scrollTo(0, 200)")
    market.paid(reference="QXNEW")
    with tab.expect_response("**/admin/today"):
        tab.clock.fast_forward(30_000)

    expect(tab.locator(".figures .value").first).not_to_have_text(before)
    expect(tab.locator("details")).to_have_attribute("open", "")
    assert tab.evaluate("scrollY") == 200


def test_health_draws_itself_anew(tab, market, orders):
    tab.clock.install()
    tab.goto("/admin/health")
    market.gives_up_on(market.customer())
    with tab.expect_response("**/admin/health/body"):
        tab.clock.fast_forward(30_000)

    expect(tab.locator(".figures")).to_contain_text("1 refused")


def test_light_or_dark_is_chosen_and_kept(tab, orders):
    tab.goto("/admin")
    tab.get_by_role("button", name="Light or dark").click()
    tab.reload()

    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")
