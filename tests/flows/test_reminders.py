"""One reminder for an order that stays unpaid, and none for any other."""

from shop import FLOW

TEXT = FLOW.read_text()


def test_an_order_unpaid_for_thirty_minutes_gets_a_reminder_with_the_payment_buttons(shop):
    order = shop.buys()

    replies = shop.waits("30m")

    assert len(replies) == 1
    assert f"Your order {order} is still waiting for payment." in replies[0]
    assert list(replies.options) == [f"pay_{way}_{order}" for way in ("mpesa", "airtel", "card")]


def test_nobody_is_reminded_before_the_thirty_minutes_are_over(shop):
    shop.buys()

    replies = shop.waits("29m")

    assert replies == []


def test_nobody_is_reminded_twice(shop):
    shop.buys()
    shop.waits("30m")

    replies = shop.waits("2d")

    assert replies == []


def test_who_has_paid_is_not_reminded(shop):
    shop.goes_to("payment_processing")
    shop.pays()

    replies = shop.waits("1h")

    assert replies == []


def test_who_is_paying_is_not_asked_to_pay_again(shop):
    shop.buys()
    shop.waits("28m")
    shop.taps("M-Pesa")

    replies = shop.waits("2m")

    assert replies == []


def test_who_has_cancelled_is_not_reminded(shop):
    shop.buys()
    shop.says("cancel")

    replies = shop.waits("1h")

    assert replies == []


def test_whose_payment_failed_is_reminded_too(shop):
    shop.goes_to("payment_failed")

    replies = shop.waits("30m")

    assert shop.order.id in replies[0]


def test_a_reminder_does_not_move_the_customer(shop):
    shop.buys()
    shop.goes_to("quantity")

    shop.waits("30m")

    shop.says("4")
    assert shop.memory["quantity"] == 4
    assert shop.stands_at == "address"


def test_each_of_two_unpaid_orders_is_reminded_of(shop):
    first = shop.buys("prod_001", 1)
    shop.waits("5m")
    second = shop.buys("prod_002", 1)

    replies = shop.waits("31m")

    assert [first in replies[0], second in replies[1]] == [True, True]


def test_the_button_of_a_reminder_pays(shop):
    order = shop.buys()
    shop.says("menu")
    shop.waits("30m")

    shop.taps("M-Pesa")

    assert [(payment.order_id, payment.stage) for payment in shop.payments] == [
        (order, "requested")
    ]


def test_a_shop_may_remind_nobody(shop):
    shop.publishes(TEXT.replace("remind_unpaid_after: 30m", "remind_unpaid_after: off"))
    shop.buys()

    replies = shop.waits("2h")

    assert replies == []


def test_a_reminder_comes_in_the_customers_language(shop):
    shop.says("habari")
    shop.buys()

    replies = shop.waits("30m")

    assert "bado inasubiri malipo" in replies[0]


def test_nothing_is_sent_a_day_after_the_customers_last_word(shop):
    """WhatsApp takes free words only within 24 hours of the customer's own."""
    shop.says("hi")
    shop.waits("1430m")
    shop.is_sold("prod_001", 1)

    replies = shop.waits("30m")

    assert replies == []
