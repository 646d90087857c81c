"""The dashboard in Chromium: actions work under its own policy, and nothing typed ever runs."""

import shutil
import threading

import pytest
from playwright.sync_api import expect, sync_playwright
from shop import FLOW, OPENING
from werkzeug.serving import make_server

from store import clock, orders, payments
from store.payments import News
from store.tables import Decision, Order
from web.app import create_app

pytestmark = pytest.mark.browser

PASSWORD = "kijiko-na-sukari-7"
NOW = clock.ms(OPENING)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
NASTY = "<img src=x onerror=document.title='ran'>\u202e=1+1" + "W" * 200


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield running
        running.close()


@pytest.fixture
def address(books_url, books):
    app = create_app(
        database_url=books_url, flow_file=str(FLOW), admin_username="mama",
        admin_password=PASSWORD, ghala_api_key="k" * 20, ghala_webhook_secret="s" * 20,
        admin_per_minute=0,
    )  # fmt: skip
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.port}/admin"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def page(chromium, address):
    """A phone in the merchant's hand; nothing may go wrong in its console."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 780},
        http_credentials={"username": "mama", "password": PASSWORD},
    )
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    yield opened
    context.close()
    assert not [each for each in wrong if "409" not in each]


@pytest.fixture
def paid(books):
    """A paid order whose customer typed what nobody should."""
    line = orders.Line("prod_001", "Coffee", 2, 150_000)
    order = orders.place(
        f"ORD-{NOW}-nasty", "+254700000001", [line], currency="KES", address=NASTY, now=NOW,
        name=NASTY,
    )  # fmt: skip
    payment = payments.request(order, method="mpesa", phone="+254700000001", now=NOW)
    payments.hear(News(payment.id, "success", "webhook", "3000", "KES", "QX1"), now=NOW)
    return order


@pytest.mark.parametrize("path", ["", "/orders", "/orders/{id}", "/customers", "/payments",
                                  "/catalogue", "/health"])  # fmt: skip
def test_nothing_typed_runs_or_pushes_a_page_off_the_screen(page, address, paid, path):
    page.goto(address + path.format(id=paid.id))

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.title() != "ran"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_order_is_marked_as_delivered(page, address, paid):
    page.goto(f"{address}/orders/{paid.id}")
    page.get_by_role("button", name="Mark as delivered").click()

    expect(page.get_by_text("order deliver")).to_be_visible()
    assert Order.get_by_id(paid.id).delivered_at is not None
    assert Decision.get().who == "mama"


def test_what_can_no_longer_be_done_is_said_on_the_page(page, address, paid):
    page.goto(f"{address}/orders/{paid.id}")
    Order.update(delivered_at=NOW).where(Order.id == paid.id).execute()
    page.get_by_role("button", name="Mark as delivered").click()

    expect(page.get_by_role("status")).to_contain_text("not delivered yet")


def test_money_given_back_is_written_down_after_a_reason_and_a_question(page, address, paid):
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/orders/{paid.id}")
    page.get_by_label("Reason").fill("broken bag")
    page.get_by_role("button", name="given back").click()

    expect(page.get_by_text("broken bag")).to_be_visible()
    assert Order.get_by_id(paid.id).payment_status == "refunded"


def test_today_draws_itself_anew_and_leaves_what_is_open_open(page, address, paid):
    page.goto(address)
    page.get_by_text("As a table").click()
    Order.update(total_amount=4000).where(Order.id == paid.id).execute()
    with page.expect_response("**/admin/today"):
        page.evaluate("htmx.ajax('GET', '/admin/today', {target: '#today', swap: 'innerMorph'})")

    expect(page.locator(".figures")).to_contain_text("KES 4,000")
    expect(page.locator("details")).to_have_attribute("open", "")


def test_light_or_dark_is_chosen_and_kept(page, address):
    page.goto(address)
    page.get_by_role("button", name="Light or dark").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
