"""What the owner does on a page is done in the books, is shown, and leaves the books in order."""

import audit
import axe
import pytest
from playwright.sync_api import expect

from store import inbox
from store.tables import Decision, Inbox, Order, Payment


@pytest.fixture(autouse=True)
def books_in_order(market):
    yield
    assert not {
        name: rows for name, rows in audit.violations(now=market.shop.now()).items() if rows
    }


@pytest.fixture
def page_of(tab):
    """Opens the page of an order; every question of the browser is answered with yes."""
    tab.on("dialog", lambda asked: asked.accept())

    def opened(order):
        tab.goto(f"/admin/orders/{order.id}")
        return tab

    return opened


def presses(tab, name, *, reason=None):
    button = tab.get_by_role("button", name=name)
    if reason is not None:
        form = tab.locator("form", has=button)
        form.get_by_label("Reason").fill(reason)
    button.click()


def done_by_hand(tab):
    return tab.locator("section", has=tab.get_by_role("heading", name="Done by hand"))


def test_an_order_is_marked_as_delivered(market, page_of):
    order = market.paid()
    tab = page_of(order)
    presses(tab, "Mark as delivered")

    expect(done_by_hand(tab)).to_contain_text("order deliver by mama")
    expect(tab.locator(".head").get_by_text("Delivered")).to_be_visible()
    assert Order.get_by_id(order.id).delivered_at is not None


def test_a_button_pressed_while_the_page_is_still_coming_acts_when_it_can(market, tab):
    order, coming = market.paid(), []
    tab.on("dialog", lambda asked: asked.accept())
    tab.route("**/htmx*.js", lambda script: coming.append(script))  # noqa: PLW0108  it marks what it is given
    with tab.expect_request("**/htmx*.js"):
        tab.goto(f"/admin/orders/{order.id}", wait_until="commit")
    presses(tab, "Mark as delivered")
    expect(tab.get_by_role("button", name="Mark as delivered")).to_be_disabled()
    for each in coming:
        each.continue_()

    expect(done_by_hand(tab)).to_contain_text("order deliver by mama")
    expect(done_by_hand(tab).get_by_role("listitem")).to_have_count(1)


def test_a_page_whose_script_did_not_come_says_so(market, open_tab):
    order = market.paid()
    context = open_tab().context
    tab = context.new_page()  # whose console is not listened to: the failure is meant
    tab.route("**/htmx*.js", lambda script: script.abort())
    tab.goto(f"/admin/orders/{order.id}")

    expect(tab.get_by_role("status")).to_contain_text("load it again")


def test_what_can_no_longer_be_done_is_said_so_that_everybody_can_read_it(market, page_of):
    order = market.paid()
    tab = page_of(order)
    Order.update(delivered_at=market.shop.at()).where(Order.id == order.id).execute()
    presses(tab, "Mark as delivered")

    expect(tab.get_by_role("status")).to_contain_text("not delivered yet")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        expect(tab.locator("html")).to_have_attribute("data-bs-theme", scheme)
        assert axe.faults(tab, "#told") == []


def test_an_order_is_cancelled_with_a_reason(market, page_of):
    order = market.order()
    tab = page_of(order)
    presses(tab, "Cancel this order", reason="wrong number")

    expect(done_by_hand(tab)).to_contain_text("wrong number")
    assert Order.get_by_id(order.id).status == "cancelled"


def test_nothing_is_cancelled_without_a_reason(market, page_of):
    order = market.order()
    tab = page_of(order)
    presses(tab, "Cancel this order")

    expect(tab.get_by_label("Reason")).to_be_focused()
    assert Order.get_by_id(order.id).status == "pending"


def test_money_given_back_is_written_down_with_a_reason(market, page_of):
    order = market.paid()
    tab = page_of(order)
    presses(tab, "given back", reason="broken bag")

    expect(done_by_hand(tab)).to_contain_text("broken bag")
    assert Order.get_by_id(order.id).payment_status == "refunded"


def test_nothing_is_written_down_by_who_says_no_to_the_question(market, tab):
    order = market.paid()
    tab.on("dialog", lambda asked: asked.dismiss())
    tab.goto(f"/admin/orders/{order.id}")
    presses(tab, "given back", reason="broken bag")

    expect(tab.get_by_role("button", name="given back")).to_be_enabled()
    assert Order.get_by_id(order.id).payment_status == "paid"


def test_a_payment_under_review_is_accepted_and_the_customer_has_the_receipt(market, page_of):
    customer = market.customer().says("hi")
    order = market.paid(phone=customer.number, amount="2950", reference="QX7")
    tab = page_of(order)
    presses(tab, "Accept as paid", reason="the rest in cash")
    expect(done_by_hand(tab)).to_contain_text("the rest in cash")
    market.settle()

    assert Order.get_by_id(order.id).payment_status == "paid"
    assert order.id in customer.heard[-1]
    assert Decision.get(Decision.subject == order.id).who == "mama"


@pytest.fixture
def short_paid(market):
    """Somebody who ordered in the chat, and for whose order Ghala tells of too little money."""
    customer = market.customer().says("hi").taps("view_products").taps("prod_001").says("2")
    customer.says("12 Moi Avenue").says("M-Pesa")
    payment = Payment.get(Payment.phone_number == customer.number)
    market.hears(
        "payment.success", order_id=payment.ghala_payment_id, amount=2950, currency="KES",
        transaction_reference="QX9TEST",
    )  # fmt: skip
    market.settle()
    return customer, Order.get_by_id(payment.order_id)


def test_too_little_money_from_a_chat_is_accepted_and_all_agree(market, page_of, short_paid):
    """From the customer's first word to the receipt, over HTTP and in the owner's browser."""
    customer, order = short_paid
    assert (order.status, "person must look" in customer.heard[-1]) == ("needs_review", True)
    tab = page_of(order)
    presses(tab, "Accept as paid", reason="the rest in cash")
    expect(done_by_hand(tab)).to_contain_text("the rest in cash")
    market.settle()

    order = Order.get_by_id(order.id)
    assert (order.status, order.payment_status) == ("completed", "paid")
    assert "QX9TEST" in customer.heard[-1]


def test_too_little_money_from_a_chat_is_given_back_and_all_agree(market, page_of, short_paid):
    customer, order = short_paid
    tab = page_of(order)
    presses(tab, "given back", reason="she wants it back")
    expect(done_by_hand(tab)).to_contain_text("she wants it back")
    market.settle()

    assert Payment.get(Payment.order == order.id).stage == "reversed"
    assert Order.get_by_id(order.id).payment_status == "failed"
    assert "QX9TEST" not in "".join(customer.heard)


def test_a_payment_under_review_is_given_back(market, page_of):
    order = market.paid(amount="2950", reference="QX8")
    tab = page_of(order)
    presses(tab, "given back", reason="she wants it back")

    expect(done_by_hand(tab)).to_contain_text("she wants it back")
    assert Payment.get(Payment.order == order.id).stage == "reversed"


def test_ghala_is_asked_again_at_once(market, page_of):
    order = market.order()
    payment = market.asked_to_pay(order)
    tab = page_of(order)
    presses(tab, "Ask Ghala again")
    expect(done_by_hand(tab)).to_contain_text("payment ask")
    market.settle()

    assert Payment.get_by_id(payment.id).asks == 1


# --- what went wrong is tried again --------------------------------------------------------------


def tries_again(tab, number):
    row = tab.get_by_role("row", name=number)
    row.get_by_role("button", name="Try again").click()
    expect(row).to_have_count(0)


def test_a_message_that_was_given_up_is_sent_once_more(market, tab):
    customer = market.customer()
    market.gives_up_on(customer)
    assert customer.heard == []
    tab.goto("/admin")
    tries_again(tab, customer.number)
    market.settle()

    assert len(customer.heard) == 1


def test_an_event_that_was_set_aside_passes_again(market, tab):
    customer = market.customer().says("hi")
    event = Inbox.get(Inbox.phone == customer.number)
    inbox.mark(event.key, "set_aside", error="a flow just edited", reference="abc")
    tab.goto("/admin")
    tries_again(tab, customer.number)
    market.settle()

    assert len(customer.heard) == 2


def test_who_has_not_written_for_a_day_cannot_be_written_to(market, tab):
    customer = market.customer()
    market.gives_up_on(customer)
    market.passes(hours=25)
    tab.goto("/admin")
    tab.get_by_role("row", name=customer.number).get_by_role("button", name="Try again").click()

    expect(tab.get_by_role("status")).to_contain_text("not written for 24 hours")
