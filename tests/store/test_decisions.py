"""What the merchant decides by hand keeps the books right, once each, and is written down."""

import audit
import pytest
from shop import ALICE, OPENING

from store import clock, decisions, orders, payments
from store.errors import NotToBeDone
from store.payments import News
from store.tables import Decision, Order, Payment

NOW = clock.ms(OPENING)
LATER = NOW + clock.MINUTE


@pytest.fixture
def attempt(order):
    found = payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    yield found
    found = audit.violations(now=OPENING)
    assert not found, found


def paid(attempt, amount="3000", reference="A"):
    news = News(attempt.id, "success", "webhook", amount, "KES", reference)
    return payments.hear(news, now=NOW)


def book(order):
    found = Order.get_by_id(order.id)
    return found.status, found.payment_status


def test_a_paid_order_is_delivered_once(order, attempt):
    paid(attempt)
    decisions.deliver(order.id, by="mama", now=LATER)

    with pytest.raises(NotToBeDone):
        decisions.deliver(order.id, by="mama", now=LATER)

    assert Order.get_by_id(order.id).delivered_at == LATER
    (note,) = decisions.about(order.id)
    assert (note.who, note.did, note.was, note.became) == (
        "mama", "order.deliver", "completed, paid", "delivered",
    )  # fmt: skip


def test_an_unpaid_order_is_not_delivered(order):
    with pytest.raises(NotToBeDone):
        decisions.deliver(order.id, by="mama", now=LATER)


def test_an_order_is_cancelled_with_a_reason_only(order):
    with pytest.raises(NotToBeDone, match="reason"):
        decisions.cancel(order.id, by="mama", reason=" ", now=LATER)
    assert book(order) == ("pending", "pending")

    decisions.cancel(order.id, by="mama", reason="wrong number", now=LATER)

    assert book(order) == ("cancelled", "pending")
    assert Decision.get().reason == "wrong number"


def test_an_order_that_is_being_paid_is_not_cancelled(order, attempt):
    with pytest.raises(NotToBeDone):
        decisions.cancel(order.id, by="mama", reason="no longer wanted", now=LATER)


def test_money_given_back_counts_no_more_and_cannot_be_given_back_twice(order, attempt):
    paid(attempt)
    decisions.refund(attempt.id, by="mama", reason="broken bag", now=LATER)

    assert book(order) == ("cancelled", "refunded")
    assert Payment.get_by_id(attempt.id).stage == "reversed"
    with pytest.raises(NotToBeDone):
        decisions.refund(attempt.id, by="mama", reason="broken bag", now=LATER)


def test_old_news_of_money_given_back_changes_nothing(order, attempt):
    paid(attempt)
    decisions.refund(attempt.id, by="mama", reason="broken bag", now=LATER)

    assert paid(attempt).word == "repeat"
    assert book(order) == ("cancelled", "refunded")


def test_new_money_for_an_order_given_back_is_put_under_review(order, attempt):
    paid(attempt)
    decisions.refund(attempt.id, by="mama", reason="broken bag", now=LATER)

    assert paid(attempt, reference="B").word == "surplus"
    assert book(order) == ("needs_review", "refunded")


def test_the_wrong_amount_is_accepted_by_hand(order, attempt):
    paid(attempt, "2950")
    assert book(order)[0] == "needs_review"

    decisions.accept(attempt.id, by="mama", reason="the rest came in cash", now=LATER)

    assert book(order) == ("completed", "paid")
    (note,) = decisions.about(order.id)
    assert (note.did, note.reason) == ("payment.accept", "the rest came in cash")
    with pytest.raises(NotToBeDone):
        decisions.accept(attempt.id, by="mama", reason="the rest came in cash", now=LATER)


def test_the_wrong_amount_given_back_leaves_an_order_to_be_paid_again(order, attempt):
    paid(attempt, "2950")
    decisions.refund(attempt.id, by="mama", reason="too little", now=LATER)

    assert orders.standing(Order.get_by_id(order.id)) == "payable"


def test_money_for_a_cancelled_order_given_back_leaves_it_cancelled(order, attempt):
    payments.hear(News(attempt.id, "failed", "webhook"), now=NOW)
    orders.cancel(order, now=NOW)
    paid(attempt)
    assert book(order)[0] == "needs_review"

    decisions.refund(attempt.id, by="mama", reason="it was cancelled", now=LATER)

    assert book(order)[0] == "cancelled"


def test_ghala_is_asked_again_at_once_while_the_end_is_unknown(order, attempt):
    with pytest.raises(NotToBeDone):
        decisions.ask_again(attempt.id, by="mama", now=LATER)
    payments.advance(attempt, to="unknown", now=NOW)
    payments.opened(attempt, ghala_id="gh_1", url=None, due=NOW + clock.HOUR, now=NOW)

    decisions.ask_again(attempt.id, by="mama", now=LATER)

    assert payments.claim_to_ask(owner="test", now=LATER, lease=1000).id == attempt.id


def test_what_nobody_ordered_cannot_be_decided(books):
    for act in (decisions.refund, decisions.accept):
        with pytest.raises(Exception, match="ORD"):
            act("ORD-1.1", by="mama", reason="whatever", now=NOW)
