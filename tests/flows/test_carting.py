"""A cart of several products: filled, told, ordered as one, and never more than a text can hold."""

import pytest
from shop import FLOW

from engine import checks
from engine.checks.fits import longest
from flows import facts
from flows.words import vocabulary

BASKET = """  basket:
    say: {en: "Your cart:\\n{cart}\\n*{cart_total}*", sw: "Kikapu chako:\\n{cart}\\n*{cart_total}*"}
    offer:
      - more: {en: Something else, sw: Kitu kingine}
      - enough: {en: That is all, sw: Basi}
      - nothing: {en: Empty it, sw: Toa vyote}
    when:
      - choose: more
        go: product
      - choose: enough
        if: cart_filled
        go: address
      - choose: enough
        go: product
      - choose: nothing
        do: empty_cart
        go: greeting
      - otherwise: {en: Tap a button., sw: Bonyeza kitufe.}

  address:
"""

#: What of the shipped shop changes when it sells by the cart.
CHANGES = {
    "        if: enough_left\n        go: address\n": """\
        if: [enough_left, room_in_cart]
        do: add_to_cart
        go: basket
""",
    "enough_left\n        do: [forget_address, place_order]": """\
cart_in_stock
        do: [forget_address, order_cart]""",
    "enough_left\n        do: place_order": "cart_in_stock\n        do: order_cart",
    "📍 {quantity} × {product}": "📍",
    "text: 2..300": "text: 2..200",
    "(2 to 300 letters)": "(2 to 200 letters)",
    "  address:\n": BASKET,
}


def by_cart():
    """The shipped shop, selling by the cart: after each product it asks what else."""
    text = FLOW.read_text("utf-8")
    for shipped, changed in CHANGES.items():
        assert shipped in text
        text = text.replace(shipped, changed)
    return text


BY_CART = by_cart()


@pytest.fixture
def cart(shop):
    """A customer at a shop that sells by the cart."""
    shop.publishes(BY_CART)
    return shop


def puts(shop, product, quantity):
    shop.says("products")
    shop.taps(product)
    return shop.says(str(quantity))


def test_the_cart_names_what_is_in_it_and_its_total(cart):
    puts(cart, "prod_001", 2)

    (told,) = puts(cart, "prod_005", 3)

    assert "Premium Coffee Beans 1kg × 2 @ KES 1500\nArtisan Bread × 3 @ KES 250" in told
    assert "*KES 3750*" in told


def test_more_of_the_same_goes_on_the_same_line(cart):
    puts(cart, "prod_005", 3)

    (told,) = puts(cart, "prod_005", 4)

    assert "Artisan Bread × 7" in told


def test_the_cart_is_one_order_of_all_its_lines_and_then_empty(cart):
    puts(cart, "prod_001", 1)
    puts(cart, "prod_005", 2)
    cart.taps("enough")
    (summary,) = cart.says("12 Moi Avenue")

    assert "KES 2000" in summary
    assert cart.order.total_amount == 2000
    assert [line.quantity for line in cart.order.lines] == [1, 2]
    assert not any(name.startswith("cart") for name in cart.memory)


def test_a_cart_is_paid_like_any_order(cart):
    puts(cart, "prod_001", 1)
    puts(cart, "prod_002", 1)
    cart.taps("enough")
    cart.says("12 Moi Avenue")
    cart.taps("M-Pesa")

    (receipt,) = cart.pays()

    assert "Premium Coffee Beans 1kg × 1 @ KES 1500\nOrganic Honey 500g × 1 @ KES 800" in receipt


def test_an_emptied_cart_is_empty(cart):
    puts(cart, "prod_001", 1)

    cart.taps("nothing")

    assert not any(name.startswith("cart") for name in cart.memory)


def test_no_more_than_99_of_a_product_fit(cart):
    for _ in range(4):
        puts(cart, "prod_005", 20)
    puts(cart, "prod_005", 19)

    puts(cart, "prod_005", 1)

    assert cart.memory["cart_lines"] == {"prod_005": 99}
    assert cart.stands_at == "quantity"


def test_what_was_sold_meanwhile_is_not_ordered(cart):
    cart.publishes(BY_CART.replace("    price: 250\n", "    price: 250\n    stock: 3\n"))
    puts(cart, "prod_005", 2)
    cart.taps("enough")
    other = cart.phone_of("+254700000002")
    puts(other, "prod_005", 2)
    other.taps("enough")
    other.says("1 Uhuru Street")

    cart.says("12 Moi Avenue")

    assert cart.orders == []
    assert len(other.orders) == 1
    assert cart.set_aside == []


@pytest.mark.parametrize("guard", ["room_in_cart", "cart_in_stock"])
def test_an_action_whose_guard_was_not_asked_is_told(guard):
    unasked = BY_CART.replace(f", {guard}]", "]").replace(f"        if: {guard}\n", "")

    told = [each.message for each in checks.examine(unasked, vocabulary())[1]]

    assert any(f'nobody has asked "{guard}"' in each for each in told)


def test_only_a_flow_with_a_cart_keeps_room_for_ten_lines():
    words = vocabulary()

    one, ten = (
        longest(checks.proved(text, words), words)["items"] for text in (FLOW.read_bytes(), BY_CART)
    )

    assert ten == facts.ITEM_LINES * one


def test_an_order_of_the_shop_with_a_cart_stays_apart(cart):
    puts(cart, "prod_001", 1)

    cart.is_sold("prod_005", 1)

    assert cart.memory["cart_lines"] == {"prod_001": 1}


def test_the_answers_named_are_written_down_on_the_order(shop):
    flow = FLOW.read_text("utf-8").replace(
        "do: place_order", "do: [{write_down: address quantity}, place_order]"
    )
    shop.publishes(flow)

    shop.buys("prod_001", 2, address="Friday")

    assert shop.order.delivery_address == "Friday · 2"


def test_an_answer_that_is_not_given_cannot_be_written_down():
    flow = FLOW.read_text("utf-8").replace(
        "do: place_order", "do: [{write_down: day}, place_order]", 1
    )

    told = [each.message for each in checks.examine(flow, vocabulary())[1]]

    assert any('"write_down" needs day, which may not be known here' in each for each in told)


def test_one_is_taken_without_asking():
    assert vocabulary().actions["take_one"].gives == {"quantity": 1}
