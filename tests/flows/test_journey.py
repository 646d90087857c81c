"""From the first word to the receipt, as a customer sees it, in both languages."""

import re

import pytest

ORDER_ID = r"ORD-\d{13}-[a-z0-9]{6,9}"

#: What is said on the way in each language: (the step, what must be in the reply).
ENGLISH = {
    "first word": "hi",
    "welcome": "Welcome",
    "list": "Our products",
    "how many": "How many would you like? Send a number, e.g. 2",
    "where": "reply *skip*",
    "summary": "How would you like to pay?",
    "processing": "processing your payment",
    "prompt": "Enter your M-Pesa PIN",
    "thanks": "Thank you",
}
SWAHILI = {
    "first word": "habari",
    "welcome": "Karibu",
    "list": "Bidhaa zetu",
    "how many": "Ungependa ngapi? Tuma namba, kwa mfano 2",
    "where": "jibu *ruka*",
    "summary": "Ungependa kulipa vipi?",
    "processing": "yanashughulikiwa",
    "prompt": "Weka PIN yako ya M-Pesa",
    "thanks": "Asante",
}
LANGUAGES = pytest.mark.parametrize("words", [ENGLISH, SWAHILI], ids=["English", "Swahili"])


@LANGUAGES
def test_a_greeting_is_answered_with_a_welcome_and_two_buttons(shop, words):
    replies = shop.says(words["first word"])

    assert len(replies) == 1
    assert words["welcome"] in replies[0]
    assert list(replies.options) == ["view_products", "view_promotions"]
    assert shop.stands_at == "greeting"


@LANGUAGES
def test_the_product_list_shows_the_whole_catalogue_with_prices(shop, words):
    shop.says(words["first word"])

    replies = shop.taps("view_products")

    assert words["list"] in replies[0]
    assert replies.options == {
        "prod_001": "☕ Premium Coffee",
        "prod_002": "🍯 Organic Honey",
        "prod_003": "🧼 Handmade Soap Set",
        "prod_004": "🥑 Fresh Avocados",
        "prod_005": "🍞 Artisan Bread",
    }
    prices = [row["description"].split(" · ")[0] for row in replies.last["rows"]]
    assert prices == ["KES 1500", "KES 800", "KES 600", "KES 400", "KES 250"]


@LANGUAGES
def test_a_chosen_product_is_named_with_its_price_and_its_number_asked_for(shop, words):
    shop.says(words["first word"])
    shop.taps("view_products")

    replies = shop.taps("prod_001")

    assert len(replies) == 1
    assert "☕ *Premium Coffee Beans 1kg*\nKES 1500" in replies[0]
    assert words["how many"] in replies[0]


@LANGUAGES
def test_after_the_number_the_address_is_asked_for_and_may_be_skipped(shop, words):
    shop.says(words["first word"])
    shop.taps("prod_001")

    replies = shop.says("2")

    assert len(replies) == 1
    assert words["where"] in replies[0]
    assert shop.stands_at == "address"


@LANGUAGES
def test_the_answered_address_makes_a_pending_order_with_three_ways_to_pay(shop, words):
    shop.says(words["first word"])
    shop.taps("prod_001")
    shop.says("2")

    replies = shop.says("12 Moi Avenue, Nairobi")

    order = shop.order
    assert re.fullmatch(ORDER_ID, order.id)
    assert (order.status, order.payment_status) == ("pending", "pending")
    assert list(replies.options) == [f"pay_{way}_{order.id}" for way in ("mpesa", "airtel", "card")]
    assert words["summary"] in replies[0]


@pytest.mark.parametrize(
    ("first_word", "titles"),
    [("hi", ["M-Pesa", "Airtel Money", "Card"]), ("jambo", ["M-Pesa", "Airtel Money", "Kadi"])],
)
def test_the_ways_to_pay_are_named_in_the_customers_language(shop, first_word, titles):
    shop.says(first_word)
    shop.taps("prod_001")
    shop.says("2")

    replies = shop.says("12 Moi Avenue")

    assert list(replies.options.values()) == titles


@pytest.mark.parametrize("part", ["Premium Coffee Beans 1kg × 2", "12 Moi Avenue", "KES 3000"])
def test_the_order_summary_tells_what_where_and_how_much(shop, part):
    replies = shop.goes_to("payment")

    assert part in replies[0]


@LANGUAGES
def test_a_chosen_way_to_pay_is_under_way_and_says_what_to_do_on_the_phone(shop, words):
    shop.says(words["first word"])
    shop.buys()

    replies = shop.taps("M-Pesa")

    assert len(replies) == 1
    assert shop.order.id in replies[0]
    assert words["processing"] in replies[0]
    assert words["prompt"] in replies[0]
    assert shop.stands_at == "payment_processing"


@LANGUAGES
def test_the_money_is_receipted_and_the_order_is_complete(shop, words):
    shop.says(words["first word"])
    shop.buys()
    shop.taps("M-Pesa")

    replies = shop.pays()

    assert len(replies) == 1
    assert words["thanks"] in replies[0]
    assert (shop.order.status, shop.order.payment_status) == ("completed", "paid")
    assert shop.stands_at == "completed"


@pytest.mark.parametrize(
    "part",
    [
        "Premium Coffee Beans 1kg × 2",
        "@ KES 1500",
        "Total paid: KES 3000",
        "Paid by: M-Pesa",
        "Transaction: QXR1TEST",
        "Date: 16 Jan 2026, 13:30",  # 10:30 UTC, as a clock in Nairobi shows it
        "Delivery: 12 Moi Avenue",
    ],
)
def test_the_receipt_tells(shop, part):
    shop.goes_to("payment_processing")

    replies = shop.pays(receipt="QXR1TEST")

    assert part in replies[0]


def test_the_receipt_names_the_order(shop):
    shop.goes_to("payment_processing")

    replies = shop.pays()

    assert f"Order: {shop.order.id}" in replies[0]


def test_a_receipt_without_an_address_has_no_line_for_it(shop):
    shop.taps("prod_001")
    shop.says("2")
    shop.says("skip")
    shop.taps("M-Pesa")

    replies = shop.pays()

    assert "Delivery" not in replies[0]


def test_after_a_completed_order_the_next_message_starts_again_at_the_greeting(shop):
    shop.goes_to("completed")

    replies = shop.says("asante sana")

    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


def test_a_completed_order_leaves_no_answer_behind(shop):
    shop.goes_to("completed")

    assert shop.memory == {}


def test_every_step_of_a_journey_is_answered_by_exactly_one_message(shop):
    """Two messages sent close together may arrive swapped."""
    shop.goes_to("completed")

    assert len(shop.inbox) == 9  # a failed payment and its retry are two more than the seven


def test_the_language_once_chosen_stays(shop):
    shop.says("kiswahili")
    shop.goes_to("payment_processing")

    replies = shop.pays()

    assert "Malipo yamepokelewa" in replies[0]


def test_english_can_be_chosen_again(shop):
    shop.says("habari")

    replies = shop.says("English")

    assert "Welcome" in replies[0]


def test_two_customers_do_not_mix(shop):
    """Each number has its own place and its own answers."""
    bob = shop.phone_of("+254700000002")
    shop.says("hi")
    shop.taps("prod_001")
    bob.says("habari")
    bob.taps("prod_005")
    shop.says("3")
    bob.says("7")
    shop.says("Alice's house")

    bob.says("Bob's house")

    assert [(o.product_id, o.quantity, o.delivery_address) for o in (shop.order, bob.order)] == [
        ("prod_001", 3, "Alice's house"),
        ("prod_005", 7, "Bob's house"),
    ]
