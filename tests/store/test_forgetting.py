"""Who asks to be forgotten is: nothing tells of them any more, and the books still agree."""

import json

import pytest
from shop import ALICE, BOB

from store import audit, forgetting, orders, transcript
from store.database import database
from store.errors import NotToBeDone
from store.tables import TABLES, Conversation, Customer, Order, Outbox, Payment, Timer

WHERE = "12 Moi Avenue"


def written():
    """Every value of every table, as one text; the flow is no customer's."""
    tables = [each._meta.table_name for each in TABLES if each.__name__ != "FlowVersion"]
    rows = [database.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in tables]
    return "\n".join(str(row) for table in rows for row in table)


def forget(shop, phone=ALICE):
    return forgetting.forget(phone, by="Amina", now=shop.at)


@pytest.fixture
def paid(shop):
    """Alice has bought, paid, and been sent her receipt."""
    shop.buys()
    shop.taps("M-Pesa")
    shop.pays()
    Customer.update(name="Alice Wanjiru").execute()
    return shop


def test_nothing_tells_of_the_customer_any_more(paid):
    before = written()
    assert ALICE in before
    assert WHERE in before

    forget(paid)

    after = written()
    for personal in (ALICE, ALICE[1:], "Alice", WHERE, "Moi"):
        assert personal not in after


def test_the_money_is_kept_and_the_books_agree(paid):
    paid_before = [(each.id, each.amount, each.stage) for each in Payment.select()]
    total = orders.totals()

    gone = forget(paid)

    assert [(each.id, each.amount, each.stage) for each in Payment.select()] == paid_before
    assert orders.totals() == total
    assert (gone.orders, gone.payments) == (1, 1)
    assert audit.examine(now=paid.at) == []


def test_while_a_payment_is_open_nothing_is_deleted(shop):
    shop.buys()
    shop.taps("M-Pesa")
    before = written()

    with pytest.raises(NotToBeDone, match="is open"):
        forget(shop)

    assert written() == before


def test_an_order_that_was_never_paid_is_cancelled_and_reminds_nobody(shop):
    shop.buys()

    gone = forget(shop)

    assert gone.cancelled == 1
    assert Order.get().status == "cancelled"
    assert not Timer.select().exists()


def test_what_was_still_owed_is_not_sent(paid):
    Outbox.update(status="new").execute()

    forget(paid)

    assert {each.status for each in Outbox.select()} == {"expired"}


def test_another_customer_is_left_as_they_are(paid):
    bob = paid.phone_of(BOB)
    bob.buys(address="Kilimani")
    said = transcript.of(BOB)

    forget(paid)

    assert transcript.of(BOB) == said
    assert Conversation.get_by_id(BOB).state == "payment"
    assert Order.select().join(Customer).where(Customer.phone_number == BOB).get().delivery_address


def test_who_comes_back_is_new_and_may_be_forgotten_again(paid):
    first = forget(paid)

    paid.goes_to("payment")
    second = forget(paid)

    assert first.token != second.token
    assert audit.examine(now=paid.at) == []


def test_a_number_that_is_not_known_is_told(shop):
    with pytest.raises(NotToBeDone, match="nobody of this number"):
        forget(shop, "+254700000009")


def test_a_customer_may_see_all_that_is_kept(paid):
    held = json.loads(json.dumps(forgetting.known(ALICE)))

    assert held["name"] == "Alice Wanjiru"
    assert [each["total_amount"] for each in held["orders"]] == [3000]
    assert WHERE in str(held["messages"])
    assert forgetting.known(BOB) is None


def test_money_that_comes_after_all_is_in_the_books_and_a_person_is_told(shop):
    """A payment that failed may succeed late; it belongs to the order, whoever that was."""
    shop.buys()
    shop.taps("M-Pesa")
    shop.payment("failed", reason="Insufficient balance")
    order = shop.order
    forget(shop)

    shop.pays(order)

    assert Payment.get().status == "needs_review"
    assert Order.get().status == "needs_review"
    assert shop.set_aside == []
    assert ALICE not in written()
    assert audit.examine(now=shop.at) == []
