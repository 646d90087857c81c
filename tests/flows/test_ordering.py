"""A number, an address, an order; and how it is dropped again."""

import pytest
from shop import BOB, FLOW
from threads import at_once

from engine.event import Event
from store import shelf

TEXT = FLOW.read_text()
REFUSED = [
    "0",
    "-1",
    "2.5",
    "21",
    "abc",
    "3abc",
    "1e1",
    "",
    "+5",
    "²",
    "٣",
    "two and a half",
    "1_0",
]


def with_stock(product, left):
    """The shipped flow with so many of a product."""
    return TEXT.replace(f"  {product}:\n", f"  {product}:\n    stock: {left}\n")


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_number_from_1_to_20_is_asked_for_again(shop, typed):
    shop.goes_to("quantity")

    replies = shop.says(typed)

    assert len(replies) == 1
    assert "from 1 to 20" in replies[0]
    assert shop.stands_at == "quantity"


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("1", 1), ("20", 20), ("two", 2), ("mbili", 2), ("2 pcs", 2), ("kumi na mbili", 12)],
)
def test_a_number_from_1_to_20_is_taken(shop, typed, quantity):
    shop.goes_to("quantity")

    shop.says(typed)

    assert shop.memory["quantity"] == quantity
    assert shop.stands_at == "address"


def test_after_two_misses_a_number_still_counts(shop):
    shop.goes_to("quantity")
    shop.says("many")
    shop.says("lots")

    shop.says("3")

    assert shop.stands_at == "address"


def test_after_three_misses_the_menu_is_offered(shop):
    shop.goes_to("quantity")
    shop.says("many")
    shop.says("lots")

    replies = shop.says("all of them")

    assert list(replies.options) == ["view_products", "view_promotions"]
    assert shop.stands_at == "greeting"


def test_misses_are_counted_anew_at_each_visit(shop):
    shop.goes_to("quantity")
    shop.says("many")
    shop.says("lots")
    shop.taps("prod_002")

    replies = shop.says("many")

    assert "from 1 to 20" in replies[0]
    assert shop.stands_at == "quantity"


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_a_picture_instead_of_a_number_is_a_miss(shop, kind):
    shop.goes_to("quantity")

    replies = shop.sends(kind)

    assert "from 1 to 20" in replies[0]


@pytest.mark.parametrize("word", ["skip", "Skip", "SKIP.", "ruka"])
def test_the_address_may_be_skipped(shop, word):
    shop.goes_to("address")

    replies = shop.says(word)

    assert shop.order.delivery_address is None
    assert "Delivery" not in replies[0]


def test_an_address_of_the_order_before_does_not_come_back(shop):
    shop.buys("prod_001", 1, address="Old Street 1")

    shop.buys("prod_002", 1, address="skip")

    assert shop.order.delivery_address is None


def test_a_shared_location_is_the_address(shop):
    shop.goes_to("address")

    replies = shop.shares(-1.28638, 36.81722)

    assert shop.order.delivery_address == "📍 -1.28638,36.81722"
    assert "-1.28638,36.81722" in replies[0]


def test_a_shared_place_is_known_by_its_name(shop):
    shop.goes_to("address")

    shop.shares(-1.28638, 36.81722, name="KICC", address="Harambee Ave")

    assert shop.order.delivery_address == "KICC, Harambee Ave (-1.28638,36.81722)"


@pytest.mark.parametrize("typed", ["x", "", "👍", "y" * 301])
def test_what_cannot_be_an_address_is_asked_for_again(shop, typed):
    shop.goes_to("address")

    replies = shop.says(typed)

    assert shop.order is None
    assert "address" in replies[0]
    assert shop.stands_at == "address"


@pytest.mark.parametrize("typed", ["{total}", "{order} {shop}", "{", "}{", "{address}"])
def test_what_a_customer_types_is_said_back_as_it_was_typed(shop, typed):
    """A placeholder is looked up once; what it brings is never looked into."""
    shop.goes_to("address")

    replies = shop.says(f"House {typed}")

    assert f"Delivery: House {typed}\n" in replies[0]
    assert shop.order.delivery_address == f"House {typed}"


def test_lines_and_spaces_of_an_address_become_one_line(shop):
    shop.goes_to("address")

    shop.says("  12 Moi Avenue\n\n  Nairobi\t2nd floor ")

    assert shop.order.delivery_address == "12 Moi Avenue Nairobi 2nd floor"


def test_the_price_is_the_catalogues_at_the_time_of_the_order(shop):
    shop.buys("prod_001", 2)

    shop.publishes(TEXT.replace("price: 1500", "price: 1600"))

    assert (shop.order.unit_price, shop.order.total_amount) == (1500, 3000)


def test_a_price_that_changed_during_the_selection_is_the_new_one_and_is_told(shop):
    shop.goes_to("address")
    shop.publishes(TEXT.replace("price: 1500", "price: 1600"))

    replies = shop.says("12 Moi Avenue")

    assert shop.order.total_amount == 3200
    assert "Total: KES 3200" in replies[0]


# --- the shelf ----------------------------------------------------------------------------------


def test_more_than_are_left_is_answered_with_how_many_are_left(shop):
    shop.publishes(with_stock("prod_001", 3))
    shop.goes_to("quantity")

    replies = shop.says("4")

    assert replies == ["We have only 3 left. Please send a smaller number."]
    assert shop.stands_at == "quantity"


def test_an_order_takes_its_goods_from_the_shelf(shop):
    shop.publishes(with_stock("prod_001", 3))

    shop.buys("prod_001", 2)

    assert shelf.left("prod_001") == 1


def test_what_is_sold_out_cannot_be_chosen(shop):
    shop.publishes(with_stock("prod_001", 2))
    shop.buys("prod_001", 2)

    replies = shop.phone_of(BOB).taps("prod_001")

    assert replies[0].startswith("Sorry, that product is sold out.")
    assert shop.phone_of(BOB).stands_at == "product"


@pytest.mark.parametrize("answer", ["12 Moi Avenue", "skip"])
def test_what_sold_out_while_the_address_was_typed_makes_no_order(shop, answer):
    bob = shop.phone_of(BOB)
    shop.publishes(with_stock("prod_001", 2))
    bob.goes_to("address")
    shop.buys("prod_001", 1)

    replies = bob.says(answer)

    assert bob.order is None
    assert "sold out" in replies[0]
    assert not shop.set_aside


def test_a_location_for_what_sold_out_makes_no_order_either(shop):
    bob = shop.phone_of(BOB)
    shop.publishes(with_stock("prod_001", 2))
    bob.goes_to("address")
    shop.buys("prod_001", 1)

    replies = bob.shares(1, 2)

    assert bob.order is None
    assert "sold out" in replies[0]


def test_eight_customers_who_want_the_last_one_at_once_get_one_order(shop):
    """The others hear that it is sold out; nobody is told that something went wrong."""
    shop.publishes(with_stock("prod_001", 1))
    customers = [shop.phone_of(f"+25470000001{n}") for n in range(8)]
    for customer in customers:
        customer.taps("prod_001")
        customer.says("1")
    answers = [
        Event(f"wa:at once {n}", customer.phone, "text", {"text": "12 Moi Avenue"})
        for n, customer in enumerate(customers)
    ]

    words = at_once(8, lambda n: shop._receive(answers[n]).word)

    shop.posts()
    assert words == ["done"] * 8
    assert sum(len(customer.orders) for customer in customers) == 1
    assert sum("sold out" in str(customer.inbox[-1]) for customer in customers) == 7


def test_a_cancelled_order_gives_its_goods_back(shop):
    shop.publishes(with_stock("prod_001", 3))
    shop.buys("prod_001", 2)

    shop.says("cancel")

    assert shelf.left("prod_001") == 3


def test_a_product_that_is_no_longer_counted_sells_without_limit(shop):
    shop.publishes(with_stock("prod_001", 2))
    shop.buys("prod_001", 2)

    shop.publishes(TEXT)

    shop.buys("prod_001", 5)
    assert not shop.set_aside
    assert shop.order.quantity == 5


# --- cancelling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["cancel", "Cancel!", "ghairi", "stop"])
def test_cancel_drops_the_open_order(shop, word):
    order = shop.buys()

    replies = shop.says(word)

    assert shop.order.status == "cancelled"
    assert replies[0].startswith(f"Order {order} is cancelled.")
    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


def test_cancel_after_wandering_off_still_drops_the_open_order(shop):
    shop.buys()
    shop.says("menu")

    shop.says("cancel")

    assert shop.order.status == "cancelled"


def test_cancel_does_nothing_to_an_order_whose_payment_is_open(shop):
    shop.goes_to("payment_processing")

    replies = shop.says("cancel")

    assert shop.order.status == "pending"
    assert "cannot be cancelled now" in replies[0]
    assert shop.stands_at == "payment_processing"


def test_cancel_after_a_failed_payment_drops_the_order(shop):
    shop.goes_to("payment_failed")

    shop.says("cancel")

    assert shop.order.status == "cancelled"
    assert shop.stands_at == "greeting"


@pytest.mark.parametrize("state", ["product", "quantity", "address"])
def test_cancel_before_there_is_an_order_only_leads_back(shop, state):
    shop.goes_to(state)

    shop.says("cancel")

    assert shop.order is None
    assert shop.stands_at == "greeting"


def test_cancel_does_nothing_to_a_paid_order(shop):
    shop.goes_to("payment_processing")
    shop.says("menu")
    shop.pays()

    shop.says("cancel")

    assert shop.order.status == "completed"
    assert shop.stands_at == "greeting"


def test_cancel_in_a_new_selection_leaves_the_order_before_alone(shop):
    shop.buys()
    shop.taps("prod_002")

    shop.says("cancel")

    assert shop.order.status == "pending"
    assert shop.stands_at == "greeting"


# --- a fresh choice -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["payment", "payment_processing", "payment_failed", "completed"])
def test_a_product_row_tapped_after_an_order_is_a_fresh_choice_that_leaves_it_alone(shop, state):
    shop.goes_to(state)
    before = shop.order

    shop.taps("prod_005")
    shop.says("3")
    shop.says("skip")

    kept, fresh = shop.orders
    assert (kept.id, kept.status, kept.quantity) == (before.id, before.status, 2)
    assert (fresh.product_id, fresh.quantity, fresh.status) == ("prod_005", 3, "pending")


@pytest.mark.parametrize("state", ["quantity", "address"])
def test_another_row_tapped_during_a_selection_replaces_it(shop, state):
    shop.goes_to(state)

    shop.taps("prod_002")

    assert shop.memory["product_id"] == "prod_002"
    assert "quantity" not in shop.memory
    assert shop.stands_at == "quantity"


AGAIN = """  - hear: [same again]
    if: still_sold
    do: order_again
    go: payment
  - hear: [same again]
    say: {en: "That is not sold any more.", sw: "Hiyo haiuzwi tena."}
  - event: payment.review
"""


def sells_again(shop, *, without=""):
    """Let the shop hear who wants the same again; `without` is left out of its catalogue."""
    text = FLOW.read_text("utf-8").replace("\n  - event: payment.review\n", f"\n{AGAIN}")
    shop.publishes(text.replace(without, "") if without else text)


def test_the_same_again_is_a_new_order_of_the_same_things(shop):
    sells_again(shop)
    shop.buys("prod_005", 3, address="12 Moi Avenue")

    (summary,) = shop.says("same again")

    first, second = shop.orders
    assert first.id != second.id
    assert second.id in summary
    assert (second.product_id, second.quantity, second.delivery_address) == (
        "prod_005", 3, "12 Moi Avenue",
    )  # fmt: skip


def test_what_has_left_the_catalogue_is_not_ordered_again(shop):
    sells_again(shop)
    shop.buys("prod_005", 3)
    text = FLOW.read_text("utf-8")
    sells_again(shop, without=text[text.index("  prod_005:\n") : text.index("promotions: ")])

    assert shop.says("same again") == ["That is not sold any more."]
    assert len(shop.orders) == 1
