"""Paying as a customer sees it: prompts, failures, second tries, old buttons, late money."""

import pytest
from shop import ALICE, BOB

OTHERS = {"mpesa": ["airtel", "card"], "airtel": ["mpesa", "card"], "card": ["mpesa", "airtel"]}
REASONS = [
    ("Insufficient balance", "Insufficient funds in the account"),
    ("DS timeout user cannot be reached", "The payment prompt was not answered in time"),
    ("Request cancelled by user", "The payment was cancelled on the phone"),
    ("The initiator PIN is wrong", "The PIN was not right"),
    ("Declined by issuer", "The payment was declined"),
    ("Limit of the day reached.", "Limit of the day reached"),
]


def stages(shop):
    return [payment.stage for payment in shop.payments]


# --- a payment that failed ----------------------------------------------------------------------


@pytest.mark.parametrize("way", OTHERS)
def test_a_failed_payment_offers_retry_and_the_other_ways(shop, way):
    order = shop.buys()
    shop.taps(f"pay_{way}_{order}")

    replies = shop.payment("failed", reason="Insufficient balance")

    ids = [f"pay_{way}_{order}", *(f"pay_{other}_{order}" for other in OTHERS[way])]
    assert list(replies.options) == ids
    assert replies.options[ids[0]] == "Retry"
    assert shop.stands_at == "payment_failed"


@pytest.mark.parametrize(("told", "said"), REASONS)
def test_a_failed_payment_says_why_in_plain_words(shop, told, said):
    shop.goes_to("payment_processing")

    replies = shop.payment("failed", reason=told)

    assert f"{said}." in replies[0]
    assert f"{said}.." not in replies[0]


def test_without_a_reason_the_failure_is_told_all_the_same(shop):
    shop.goes_to("payment_processing")

    replies = shop.payment("failed")

    assert "did not go through.\n\nNo money was taken" in replies[0]


def test_a_failed_payment_leaves_the_order_unpaid(shop):
    shop.goes_to("payment_failed")

    assert (shop.order.status, shop.order.payment_status) == ("payment_failed", "failed")
    assert [payment.status for payment in shop.payments] == ["failed"]


@pytest.mark.parametrize("word", ["retry", "Retry!", "yes", "YES", "again", "ndiyo", "jaribu tena"])
def test_the_typed_word_tries_again_the_same_way(shop, word):
    shop.goes_to("payment_failed")

    replies = shop.says(word)

    assert "processing your payment" in replies[0]
    assert [(p.payment_method, p.stage) for p in shop.payments] == [
        ("mpesa", "failed"),
        ("mpesa", "requested"),
    ]


@pytest.mark.parametrize("word", ["retry", "yes"])
def test_the_typed_word_does_the_same_where_the_failure_was_told_elsewhere(shop, word):
    shop.goes_to("payment_processing")
    shop.says("menu")
    shop.payment("failed", reason="Insufficient balance")

    replies = shop.says(word)

    assert "processing your payment" in replies[0]
    assert stages(shop) == ["failed", "requested"]


@pytest.mark.parametrize("state", ["greeting", "payment", "payment_processing", "completed"])
@pytest.mark.parametrize("word", ["retry", "yes"])
def test_where_no_retry_is_offered_the_word_asks_for_no_money(shop, state, word):
    shop.goes_to(state)
    before = stages(shop)

    shop.says(word)

    assert stages(shop) == before


@pytest.mark.parametrize(
    ("typed", "way"),
    [("airtel", "airtel"), ("Airtel Money", "airtel"), ("card", "card"), ("mpesa", "mpesa"),
     ("M-Pesa", "mpesa"), ("1", "mpesa"), ("2", "airtel"), ("3", "card")],
)  # fmt: skip
@pytest.mark.parametrize("state", ["payment", "payment_failed"])
def test_a_way_to_pay_may_be_typed(shop, state, typed, way):
    shop.goes_to(state)

    shop.says(typed)

    assert (shop.payments[-1].payment_method, shop.payments[-1].stage) == (way, "requested")
    assert shop.stands_at == "payment_processing"


def test_each_try_is_an_attempt_of_its_own_for_the_same_order(shop):
    order = shop.goes_to("payment_failed") and shop.order.id

    shop.taps("Airtel Money")

    assert [payment.id for payment in shop.payments] == [f"{order}.1", f"{order}.2"]
    assert [payment.amount for payment in shop.payments] == [3000, 3000]


@pytest.mark.parametrize("state", ["address", "payment", "payment_failed"])
def test_in_the_chat_the_number_that_writes_is_the_one_that_pays(shop, state):
    """No prompt comes to a phone because somebody else wrote its number."""
    shop.goes_to(state)

    for said in (BOB, f"M-Pesa {BOB}", f"pay with {BOB}"):
        shop.says(said)
    shop.taps(f"pay_mpesa_{shop.order.id}")

    assert {payment.phone_number for payment in shop.payments} == {ALICE}
    assert BOB not in shop.world.delivered


def test_whatever_else_is_typed_after_a_failure_shows_the_buttons_again(shop):
    shop.goes_to("payment_failed")

    replies = shop.says("hm")

    assert "Please tap a button to pay." in replies[0]
    assert len(replies.options) == 3


# --- money that comes when it likes -------------------------------------------------------------


@pytest.mark.parametrize("state", ["greeting", "product", "quantity", "address", "payment"])
def test_money_that_comes_late_is_receipted_wherever_the_customer_is(shop, state):
    """The books follow the money, whatever the conversation is doing."""
    shop.goes_to("payment_processing")
    paid = shop.order
    shop.goes_to(state)

    replies = shop.pays(paid)

    assert len(replies) == 1
    assert f"Order: {paid.id}" in replies[0]
    assert shop.stands_at == state


def test_a_receipt_amid_another_selection_spoils_no_answer_of_it(shop):
    shop.goes_to("payment_processing")
    paid = shop.order
    shop.taps("prod_005")
    shop.says("3")

    shop.pays(paid)

    shop.says("Elsewhere 7")
    assert (shop.order.product_id, shop.order.quantity) == ("prod_005", 3)


def test_a_receipt_amid_another_selection_shows_only_its_own_order(shop):
    shop.taps("prod_001")
    shop.says("2")
    shop.says("skip")
    shop.taps("M-Pesa")
    paid = shop.order
    shop.buys("prod_005", 3, address="Elsewhere 7")

    replies = shop.pays(paid)

    assert "Elsewhere" not in replies[0]
    assert "Artisan Bread" not in replies[0]
    assert "Total paid: KES 3000" in replies[0]


def test_money_after_a_failure_was_told_is_believed_and_receipted(shop):
    shop.goes_to("payment_failed")

    replies = shop.pays()

    assert "Payment received" in replies[0]
    assert shop.order.payment_status == "paid"
    assert shop.stands_at == "completed"


def test_late_money_of_a_first_try_stops_a_second_that_was_not_yet_posted(shop):
    """Nobody is asked to pay what is paid."""
    shop.goes_to("payment_failed")
    first = shop.payments[0]
    shop.says("retry")

    shop.delivers_success(first)

    assert stages(shop) == ["success", "cancelled"]
    assert shop.charges() == []


def test_money_for_an_order_that_nobody_was_asked_to_pay_is_receipted(shop):
    order = shop.buys()

    replies = shop.pays(order)

    assert "Payment received" in replies[0]
    assert shop.stands_at == "completed"


def test_money_for_a_cancelled_order_goes_to_a_person(shop):
    shop.goes_to("payment_failed")
    shop.says("cancel")

    replies = shop.pays()

    assert "a person must look at" in replies[0]
    assert (shop.order.status, shop.order.payment_status) == ("needs_review", "failed")
    assert stages(shop) == ["surplus"]


def test_a_second_payment_for_a_paid_order_goes_to_a_person(shop):
    shop.goes_to("payment_processing")
    shop.pays(receipt="FIRST")

    replies = shop.pays(receipt="SECOND")

    assert "a person must look at" in replies[0]
    assert stages(shop) == ["success", "surplus"]
    assert shop.order.status == "completed"


@pytest.mark.parametrize(
    "told", [{"amount": "2999"}, {"amount": "3001"}, {"amount": "3000.5"}, {"amount": "many"},
             {"amount": "30"}, {"currency": "USD"}, {"currency": ""}],
)  # fmt: skip
def test_money_of_another_amount_or_currency_goes_to_a_person(shop, told):
    shop.goes_to("payment_processing")

    replies = shop.pays(**told)

    assert "Please do not pay again" in replies[0]
    assert shop.order.status == "needs_review"
    assert [payment.status for payment in shop.payments] == ["needs_review"]


def test_an_amount_written_with_zero_cents_is_exact(shop):
    shop.goes_to("payment_processing")

    shop.pays(amount="3000.00")

    assert shop.order.payment_status == "paid"


def test_success_without_an_amount_says_nothing_final_and_asks_ghala(shop):
    shop.goes_to("payment_processing")

    replies = shop.pays(amount=None)

    assert replies == []
    assert shop.order.payment_status == "pending"
    assert shop.payments[0].due_at <= shop.at


def test_a_failure_after_the_money_changes_nothing_and_says_nothing(shop):
    shop.goes_to("payment_processing")
    shop.pays()

    replies = shop.payment("failed", reason="Insufficient balance")

    assert replies == []
    assert shop.order.payment_status == "paid"


@pytest.mark.parametrize("kind", ["pending"])
def test_news_that_it_is_under_way_is_recorded_and_not_told(shop, kind):
    shop.goes_to("payment_processing")

    replies = shop.payment(kind)

    assert replies == []
    assert shop.stands_at == "payment_processing"


def test_the_failure_of_another_order_is_told_without_losing_the_place(shop):
    shop.goes_to("payment_processing")
    failed = shop.order
    shop.goes_to("quantity")

    replies = shop.payment("failed", failed, reason="Insufficient balance")

    assert failed.id in replies[0]
    assert next(iter(replies.options)) == f"pay_mpesa_{failed.id}"
    assert shop.stands_at == "quantity"


def test_the_failure_of_another_order_does_not_end_the_processing_of_this_one(shop):
    shop.goes_to("payment_processing")
    failed = shop.order
    shop.goes_to("payment_processing")

    replies = shop.payment("failed", failed)

    assert failed.id in replies[0]
    assert shop.stands_at == "payment_processing"


# --- buttons of messages long gone --------------------------------------------------------------


def test_a_pay_button_tapped_twice_asks_for_the_money_once(shop):
    order = shop.buys()
    shop.taps("M-Pesa")

    replies = shop.taps(f"pay_mpesa_{order}")

    assert "already under way" in replies[0]
    assert stages(shop) == ["requested"]


def test_two_ways_to_pay_tapped_one_after_the_other_ask_for_the_money_once(shop):
    order = shop.buys()
    shop.taps("M-Pesa")

    replies = shop.taps(f"pay_card_{order}")

    assert "already under way" in replies[0]
    assert [payment.payment_method for payment in shop.payments] == ["mpesa"]


def test_a_pay_button_of_another_numbers_order_is_unknown(shop):
    order = shop.buys()
    bob = shop.phone_of(BOB)

    replies = bob.taps(f"pay_mpesa_{order}")

    assert replies == ["We could not find that order. Send *menu* to start again."]
    assert shop.payments == []


@pytest.mark.parametrize(
    "button", ["pay_mpesa_ORD-1-abcdef", "pay_mpesa_", "pay_mpesa_' OR 1=1", "pay_card_prod_001"]
)
def test_a_pay_button_of_no_order_is_unknown(shop, button):
    shop.buys()

    replies = shop.taps(button)

    assert replies == ["We could not find that order. Send *menu* to start again."]
    assert shop.payments == []


def test_a_pay_button_of_a_paid_order_says_that_it_is_paid(shop):
    shop.goes_to("payment_processing")
    shop.pays()

    replies = shop.taps(f"pay_mpesa_{shop.order.id}")

    assert replies == [f"Order {shop.order.id} is already paid. Thank you!"]
    assert stages(shop) == ["success"]


def test_a_pay_button_of_a_cancelled_order_says_that_it_was_cancelled(shop):
    order = shop.buys()
    shop.says("cancel")

    replies = shop.taps(f"pay_mpesa_{order}")

    assert replies[0].startswith(f"Order {order} was cancelled.")
    assert shop.payments == []


def test_a_pay_button_of_an_order_under_review_asks_for_no_more_money(shop):
    shop.goes_to("payment_processing")
    shop.pays(amount="1")

    replies = shop.taps(f"pay_card_{shop.order.id}")

    assert "is being checked by our team" in replies[0]
    assert len(shop.payments) == 1


def test_an_old_pay_button_pays_its_own_order_amid_another_selection(shop):
    first = shop.buys("prod_001", 2)
    shop.taps("prod_005")

    replies = shop.taps(f"pay_airtel_{first}")

    assert f"Order {first}: processing your payment of KES 3000 by Airtel Money" in replies[0]
    assert [payment.order_id for payment in shop.payments] == [first]


def test_an_unknown_way_to_pay_asks_for_no_money(shop):
    order = shop.buys()

    replies = shop.taps(f"pay_bitcoin_{order}")

    assert len(replies) == 1
    assert shop.payments == []


@pytest.mark.parametrize(
    "button", ["", "nothing", "product", "payment", "pay_", "prod_*", "view_products "]
)
def test_a_button_that_was_never_offered_is_answered_and_harms_nothing(shop, button):
    shop.goes_to("payment")

    replies = shop.taps(button)

    assert len(replies) == 1
    assert shop.payments == []
    assert not shop.set_aside


# --- while it is under way ----------------------------------------------------------------------


def test_what_is_typed_meanwhile_is_answered_with_where_it_stands(shop):
    shop.goes_to("payment_processing")

    replies = shop.says("hello?? did you get it")

    assert f"Your payment for order {shop.order.id} is being processed." in replies[0]
    assert shop.stands_at == "payment_processing"


def test_after_three_minutes_without_news_the_customer_is_told_once(shop):
    shop.goes_to("payment_processing")

    replies = shop.waits("29m")

    assert len(replies) == 1
    assert "no answer about order" in replies[0]


def test_who_has_paid_is_not_told_that_there_is_no_answer(shop):
    shop.goes_to("payment_processing")
    shop.pays()

    replies = shop.waits("1h")

    assert replies == []


def test_money_that_names_no_order_is_told_as_such(shop):
    """Nobody can wait for an order without a name: a person must look."""
    shop.payment("success", order_id="", amount="300", currency="KES")

    assert shop.outcome.notes == ("Payment news that names no order, kept for a person to look at",)
