"""Looking around: products by tap and by word, and promotions as long as they last."""

import pytest
from shop import FLOW

LAST_DAY = "2027-12-31"
TEXT = FLOW.read_text()
TYPED = [
    ("1", "prod_001"),
    ("2", "prod_002"),
    ("5", "prod_005"),
    (" 1 ", "prod_001"),
    ("1.", "prod_001"),
    ("coffee", "prod_001"),
    ("Coffee?", "prod_001"),
    ("Premium Coffee", "prod_001"),
    ("premium coffee beans 1kg", "prod_001"),
    ("☕ Premium Coffee", "prod_001"),
    ("honey", "prod_002"),
    ("soap", "prod_003"),
    ("fresh avocados", "prod_004"),
    ("bread", "prod_005"),
    ("prod_003", "prod_003"),
]


def with_promotions(*entries):
    """The shipped flow with other promotions."""
    head, rest = TEXT.split("\npromotions:", 1)
    tail = rest[rest.index("\npayments:") :]
    body = "".join(
        f"\n  {key}: {{title: {key}, about: About {key}{until}}}" for key, until in entries
    )
    return f"{head}\npromotions:{body or ' {}'}\n{tail}"


@pytest.mark.parametrize(("typed", "product"), TYPED)
def test_a_product_may_be_typed_instead_of_tapped(shop, typed, product):
    shop.goes_to("product")

    shop.says(typed)

    assert shop.stands_at == "quantity"
    assert shop.memory["product_id"] == product


@pytest.mark.parametrize(
    "typed", ["0", "6", "99", "-1", "1.5", "²", "pizza", "coffee honey", "a", "!"]
)
def test_what_names_no_product_is_not_found_and_leads_to_the_greeting(shop, typed):
    shop.goes_to("product")

    replies = shop.says(typed)

    assert replies[0].startswith("Sorry, product not found")
    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


@pytest.mark.parametrize("state", ["greeting", "product", "quantity", "address", "payment"])
def test_a_row_of_a_product_that_is_gone_is_not_found_from(shop, state):
    shop.goes_to(state)

    replies = shop.taps("prod_099")

    assert replies[0].startswith("Sorry, product not found")
    assert shop.stands_at == "greeting"


def test_a_word_that_two_products_share_chooses_neither(shop):
    shop.publishes(TEXT.replace("name: Artisan Bread", "name: Coffee Bread"))
    shop.goes_to("product")

    replies = shop.says("coffee")

    assert replies[0].startswith("Sorry, product not found")


@pytest.mark.parametrize(
    ("first_word", "typed", "state"),
    [
        ("hi", "View Products", "product"),
        ("hi", "view products", "product"),
        ("hi", "1", "product"),
        ("jambo", "Ona Bidhaa", "product"),
        ("jambo", "1", "product"),
        ("hi", "Ona Bidhaa", "product"),
        ("jambo", "View Products", "product"),
    ],
)
def test_a_label_may_be_typed_instead_of_tapped(shop, first_word, typed, state):
    shop.says(first_word)

    shop.says(typed)

    assert shop.stands_at == state


def test_promotions_are_shown_with_a_way_to_the_products(shop):
    shop.says("hi")

    replies = shop.taps("Promotions")

    assert "*Weekend Special*\nBuy 2 coffee beans, get 1 honey free" in replies[0]
    assert "*New Customer Discount*\n10% off your first order" in replies[0]
    assert list(replies.options) == ["view_products"]
    assert shop.stands_at == "greeting"


def test_a_promotion_is_shown_until_the_end_of_its_last_day_where_the_shop_is(shop):
    """Nairobi is three hours ahead: at 20:59 UTC its last day has a minute left."""
    shop.publishes(with_promotions(("Bargain", ", until: 2026-01-16"), ("Always", "")))
    shop.waits("629m")

    replies = shop.says("promo")

    assert "Bargain" in replies[0]


def test_a_promotion_is_not_shown_after_its_last_day(shop):
    shop.publishes(with_promotions(("Bargain", ", until: 2026-01-16"), ("Always", "")))
    shop.waits("630m")

    replies = shop.says("promo")

    assert "Bargain" not in replies[0]
    assert "Always" in replies[0]


@pytest.mark.parametrize("how", ["says", "taps"])
@pytest.mark.parametrize(
    "entries", [[], [("Gone", ", until: 2026-01-15")]], ids=["none", "expired"]
)
def test_without_a_promotion_it_is_said_that_there_is_none(shop, entries, how):
    shop.publishes(with_promotions(*entries))
    shop.says("hi")

    replies = shop.says("promo") if how == "says" else shop.taps("view_promotions")

    assert "no promotions today" in replies[0]
    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


def test_promotions_change_no_price(shop):
    shop.says("promo")

    shop.buys("prod_001", 2)

    assert shop.order.total_amount == 3000
