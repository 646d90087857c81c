"""Orders that the merchant's own system places, and payments it asks for."""

import pytest

from flows import selling
from store import customers, orders, payments, shelf
from store.errors import NotPayable, OutOfStock, UnknownOrder, UnknownProduct
from store.tables import Order, Timer


def sell(shop, wanted, *, address=None, name=None):
    return selling.place_order(
        wanted, phone=shop.phone, address=address, name=name,
        now=shop.now, library=shop.world.library,
    )  # fmt: skip


def test_an_order_from_outside_sends_its_customer_the_payment_buttons(shop):
    replies = shop.is_sold("prod_001", 2)

    assert f"Your order {shop.order.id}" in replies[0]
    assert "Total: KES 3000" in replies[0]
    assert list(replies.options) == [
        f"pay_{way}_{shop.order.id}" for way in ("mpesa", "airtel", "card")
    ]


def test_an_order_from_outside_is_marked_as_such(shop):
    shop.is_sold("prod_001", 2)

    assert shop.order.source == "api"


def test_an_order_from_outside_can_be_paid_in_the_chat(shop):
    shop.is_sold("prod_001", 2)
    shop.taps("M-Pesa")

    replies = shop.pays()

    assert "Payment received" in replies[0]
    assert shop.stands_at == "completed"


def test_an_order_from_outside_does_not_disturb_a_selection(shop):
    shop.goes_to("quantity")

    shop.is_sold("prod_005", 1)

    shop.says("4")
    shop.says("skip")
    assert (shop.order.product_id, shop.order.quantity) == ("prod_001", 4)


def test_an_order_of_several_products_costs_their_sum(shop):
    order, _ = sell(shop, [("prod_001", 2), ("prod_005", 4)])

    assert order.total_amount == 2 * 1500 + 4 * 250
    assert [line.quantity for line in orders.lines(order)] == [2, 4]


def test_the_name_told_with_an_order_is_the_customers(shop):
    shop.is_sold("prod_001", 1, name="Wanjiru")

    assert customers.known(shop.phone, now=shop.at).name == "Wanjiru"


def test_an_unknown_product_is_refused_and_nothing_is_kept(shop):
    with pytest.raises(UnknownProduct):
        sell(shop, [("prod_001", 1), ("prod_099", 1)])

    assert Order.select().count() == 0
    assert Timer.select().count() == 0


def test_more_than_are_left_is_refused_and_nothing_is_kept(shop):
    shelf.count({"prod_001": 5, "prod_002": 1})

    with pytest.raises(OutOfStock):
        sell(shop, [("prod_001", 3), ("prod_002", 2)])

    assert Order.select().count() == 0
    assert shelf.left("prod_001") == 5


def test_an_order_whose_telling_raises_stands_all_the_same(shop, monkeypatch):
    monkeypatch.setattr("engine.turn.Turn.send", _raise)

    order, outcome = sell(shop, [("prod_001", 1)])

    assert outcome.word == "set_aside"
    assert orders.find(order.id).status == "pending"


def _raise(*_):
    raise RuntimeError("a fault of ours")


def test_a_payment_may_be_asked_for_from_outside_on_another_phone(shop):
    order = shop.buys()

    payment = selling.request_payment(order, method="mpesa", phone="+254711111111", now=shop.now)

    assert (payment.id, payment.phone_number) == (f"{order}.1", "+254711111111")


def test_a_payment_asked_for_twice_from_outside_is_refused_the_second_time(shop):
    order = shop.buys()
    selling.request_payment(order, method="mpesa", phone=shop.phone, now=shop.now)

    with pytest.raises(NotPayable):
        selling.request_payment(order, method="card", phone=shop.phone, now=shop.now)

    assert [payment.payment_method for payment in shop.payments] == ["mpesa"]


@pytest.mark.parametrize("state", ["paid", "cancelled", "under_review"])
def test_an_order_that_is_not_due_cannot_be_asked_for(shop, state):
    order = shop.buys()
    become = {
        "paid": shop.pays,
        "cancelled": lambda: shop.says("cancel"),
        "under_review": lambda: shop.pays(amount="1"),
    }
    become[state]()

    with pytest.raises(NotPayable):
        selling.request_payment(order, method="mpesa", phone=shop.phone, now=shop.now)

    assert orders.standing(orders.find(order)) == state


def test_an_unknown_order_cannot_be_asked_for(shop):
    with pytest.raises(UnknownOrder):
        selling.request_payment("ORD-1-abcdef", method="mpesa", phone=shop.phone, now=shop.now)

    assert payments.next_due(now=shop.at) is None
