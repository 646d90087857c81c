"""Products on shelves: categories to choose from, lists of one, and what is proved of them."""

import pytest
from talk import Talk

from engine import checks
from flows.words import vocabulary

SHELVES = """
categories:
  drinks: {en: Drinks, sw: Vinywaji}
  bread: Bread
catalog:
  tea: {name: Tea, category: drinks, price: 50}
  milk: {name: Milk, category: drinks, price: 60}
  loaf: {name: Loaf, category: bread, price: 70}
"""
STATES = """
languages: [en, sw]
states:
  shelves:
    say: Which shelf?
    list: {opener: Open, title: Shelves, rows: categories}
    when:
      - choose: category
        do: choose_category
        go: shelf
      - otherwise: Choose one.
  shelf:
    say: On it
    list: {opener: Open, title: Products, rows: category}
    when:
      - choose: product
        go: shelves
      - otherwise: Not here.
  bakery:
    say: Bread
    list: {opener: Open, title: Bread, rows: catalog bread}
    when:
      - otherwise: Not here.
"""


def choose_category(turn):
    turn.remember({"category_id": turn.get("category_id")})


@pytest.fixture
def talk():
    return Talk(SHELVES + STATES, actions={"choose_category": choose_category})


def faults(text):
    head = "flow: test\nshop: {name: Test}\ninitial: shelves\n"
    return [problem.code for problem in checks.examine(head + text, vocabulary())[1]]


def test_the_categories_are_rows_in_the_customers_language(talk):
    talk.language = "sw"

    talk.says("hm")
    talk.state, _ = "shelves", talk.happens("text", text="hm")
    options = {each.id: each.title for each in talk.turn.options()}

    assert options == {"drinks": "Vinywaji", "bread": "Bread"}


@pytest.mark.parametrize("typed", ["Drinks", "vinywaji", "1", "drinsk"])
def test_a_category_may_be_typed_by_its_label_in_any_language_or_its_number(talk, typed):
    talk.says(typed)

    assert talk.state == "shelf"
    assert talk.offered == {"tea": "Tea", "milk": "Milk"}


def test_a_list_of_one_shelf_shows_its_products_only(talk):
    talk.state = "bakery"

    assert [each.id for each in talk.flow.shelf(talk.flow.states["bakery"].message.sheet)] == [
        "loaf"
    ]


def test_a_category_that_an_edit_removed_gives_way_to_all_products(talk):
    talk.memory["category_id"] = "gone"
    sheet = talk.flow.states["shelf"].message.sheet

    assert len(talk.flow.shelf(sheet, talk.memory["category_id"])) == 3


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("category: drinks, price: 50", "category: drink, price: 50", "E216"),
        ("rows: catalog bread", "rows: catalog braed", "E216"),
        ("category: bread, price", "category: drinks, price", "E217"),
        ("  bread: Bread", "  bread: Bread\n  loaf: Loaf", "E218"),
        ("  bread: Bread", "  bread: Bread and rolls and buns and more", "E404"),
        ("        do: choose_category\n", "", "E311"),
        ("rows: categories", "rows: catalog", "E212"),
    ],
)
def test_a_fault_of_the_shelves_is_told(wrong, right, code):
    text = SHELVES + STATES
    assert wrong in text
    assert code not in faults(text)

    assert code in faults(text.replace(wrong, right))
