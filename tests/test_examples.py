"""The example shops: each is proved, drawn, and sells, through the real books."""

import re
from pathlib import Path

import pytest
from shop import Shop, World

from engine import checks, diagram
from engine.machine import rules_of
from flows.words import vocabulary

FOLDER = Path(__file__).resolve().parent.parent / "examples"
NAMES = ("cafe", "duka", "laundry", "salon", "water")
EXAMPLES = pytest.mark.parametrize("name", NAMES)


def text_of(name):
    return (FOLDER / name / "flows.yaml").read_bytes()


@pytest.fixture
def enter(books, library):
    """Open an example's shop and bring a customer to its door."""

    def open_(name):
        customer = Shop(World(library))
        customer.publishes(text_of(name))
        return customer

    return open_


def test_every_example_is_tested():
    assert sorted(each.parent.name for each in FOLDER.glob("*/flows.yaml")) == list(NAMES)


@EXAMPLES
def test_an_example_has_no_fault(name):
    assert checks.examine(text_of(name), vocabulary())[1] == []


@EXAMPLES
def test_the_drawing_beside_an_example_shows_it(name):
    flow = checks.proved(text_of(name), vocabulary())

    drawn = (FOLDER / name / "flow.svg").read_bytes().decode()

    assert says(drawn) == says(diagram.picture(flow, format="svg").decode())


def says(svg):
    """All that a drawing says; where it stands depends on the fonts of the machine."""
    return [each.strip() for each in re.findall(r">([^<]+)<", svg) if each.strip()]


@EXAMPLES
def test_an_example_is_told_how_to_be_played(name):
    readme = (FOLDER / name / "README.md").read_text("utf-8")

    assert f"duka chat -f examples/{name}/flows.yaml" in readme


@EXAMPLES
def test_every_state_of_an_example_answers_whatever_is_typed(name):
    flow = checks.proved(text_of(name), vocabulary())

    assert all(list(rules_of(state, flow)) for state in flow.states.values())


def test_the_duka_sells_from_its_shelves_in_swahili(enter):
    customer = enter("duka")

    assert "Karibu" in customer.says("habari")[0]
    customer.taps("Tazama bidhaa")
    shelf = customer.says("vinywaji")
    assert "Chai na vinywaji" not in customer.offered.values()
    assert shelf.options["majani"] == "🍃 Majani ya chai 250g"
    customer.taps("majani")
    customer.says("mbili")
    (summary,) = customer.says("Mtaa wa Makumbusho, nyumba 14")
    assert "Jumla: TZS 5000" in summary
    customer.taps("M-Pesa")
    (receipt,) = customer.pays()

    assert "Majani ya chai 250g × 2 @ TZS 2500" in receipt
    assert "Tunaleta: Mtaa wa Makumbusho, nyumba 14" in receipt
    assert customer.stands_at == "asante"


def test_all_forty_products_of_the_duka_stand_on_a_shelf(enter):
    customer = enter("duka")
    customer.says("rafu")

    shelves = list(customer.offered)
    found = set()
    for shelf in shelves:
        customer.says("rafu")
        found |= set(customer.taps(shelf).options)

    assert len(shelves) == 6
    assert len(found) == 40


def test_a_product_of_the_duka_may_be_named_on_its_shelf(enter):
    customer = enter("duka")
    customer.says("rafu")
    customer.taps("unga")

    (asked,) = customer.says("sukari")

    assert "Sukari 1kg" in asked


def test_the_cafe_takes_several_things_and_a_time(enter):
    customer = enter("cafe")
    customer.says("hi")
    customer.taps("See the menu")
    customer.taps("hot")
    customer.taps("latte")
    customer.says("2")
    customer.taps("Add something")
    customer.taps("bites")
    customer.taps("samosa")
    (cart,) = customer.says("3")
    assert "Latte × 2 @ KES 280\nBeef samosa × 3 @ KES 100\n*Total: KES 860*" in cart
    customer.taps("That is all")
    (summary,) = customer.taps("In 20 minutes")
    assert "Ready: In 20 minutes" in summary
    customer.taps("M-Pesa")
    (receipt,) = customer.pays()

    assert "Latte × 2 @ KES 280\nBeef samosa × 3 @ KES 100" in receipt
    assert "*Ready: In 20 minutes*" in receipt
    assert customer.order.delivery_address == "In 20 minutes"


def test_the_salon_books_a_day_a_time_and_a_person_for_a_deposit(enter):
    customer = enter("salon")
    customer.says("hello")
    customer.taps("Book a chair")
    customer.taps("braids")
    customer.taps("Njeri")
    customer.taps("Friday")
    (deposit,) = customer.says("10 in the morning")
    assert "Friday · 10 in the morning · Njeri" in deposit
    assert "*KES 500*" in deposit
    customer.taps("M-Pesa")
    (receipt,) = customer.pays()

    assert "You are booked" in receipt
    assert "Friday · 10 in the morning · Njeri" in receipt


def test_the_laundry_asks_where_twice_and_lets_any_answer_be_changed(enter):
    customer = enter("laundry")
    for word in ("hi", "wash", "3", "Kapsoya", "The bakery", "Langas"):
        customer.says(word)
    (sure,) = customer.says("The school")
    assert "From: Kapsoya, The bakery\nTo: Langas, The school" in sure

    customer.taps("Another number")
    assert "5 × Wash and fold\nFrom: Kapsoya" in customer.says("5")[0]
    customer.says("to")
    customer.says("Elgon View")
    (sure,) = customer.says("The gate")
    assert "From: Kapsoya, The bakery\nTo: Elgon View, The gate" in sure
    customer.says("service")
    customer.taps("iron")
    assert "2 × Wash and iron\nFrom: Kapsoya" in customer.says("2")[0]
    (summary,) = customer.taps("Yes, come")

    assert "Kapsoya · The bakery · Elgon View · The gate\n*KES 440*" in summary
    assert len(customer.orders) == 1


def orders_water(customer):
    """Subscribe to two jars, paid."""
    customer.says("hi")
    customer.taps("Order water")
    customer.taps("jar20")
    customer.says("2")
    customer.shares(-0.0917, 34.768, name="Milimani")
    customer.taps("M-Pesa")
    return customer.pays()


def test_the_water_shop_asks_the_next_day_and_brings_the_same_again(enter):
    customer = enter("water")
    (receipt,) = orders_water(customer)
    assert "Milimani" in receipt

    (asked,) = customer.waits("20h")
    (summary,) = customer.taps("Yes, bring it")

    assert "Shall we bring 2 × Water 20 litres again?" in asked
    assert "KES 400" in summary
    assert len(customer.orders) == 2
    assert "Milimani" in customer.order.delivery_address


def test_who_puts_the_water_off_is_asked_once_more_and_who_stops_never(enter):
    customer = enter("water")
    orders_water(customer)
    customer.waits("20h")
    customer.taps("Ask me tomorrow")

    (asked,) = customer.waits("20h")
    customer.says("stop")

    assert "again?" in asked
    assert customer.waits("2d") == []
