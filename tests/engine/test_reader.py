"""From text to a flow: what stands where it may not is told, with the nearest right word."""

import textwrap

import pytest
from shop import FLOW
from talk import HEAD, flow_of

from engine import flow, reader
from engine.errors import FlowError

SMALL = HEAD + "initial: s\nstates:\n  s:\n    say: Hello\n    when:\n"


def faults(text):
    """Every fault of a text, as ``line:column code``, and what is said of them."""
    _, problems, _ = reader.examine(textwrap.dedent(text))
    return {f"{p.line}:{p.column} {p.code}": f"{p.message} → {p.repair}" for p in sorted(problems)}


# --- what is read -------------------------------------------------------------------------------


def test_the_shipped_flow_is_read():
    shipped = reader.read(FLOW.read_bytes())

    assert list(shipped.states) == [
        "greeting", "product", "quantity", "address", "payment", "payment_processing",
        "completed", "payment_failed",
    ]  # fmt: skip
    assert [(p.id, p.name, p.price, p.emoji) for p in shipped.catalog.values()] == [
        ("prod_001", "Premium Coffee Beans 1kg", 1500, "☕"),
        ("prod_002", "Organic Honey 500g", 800, "🍯"),
        ("prod_003", "Handmade Soap Set", 600, "🧼"),
        ("prod_004", "Fresh Avocados (6 pcs)", 400, "🥑"),
        ("prod_005", "Artisan Bread", 250, "🍞"),
    ]
    assert {product.stock for product in shipped.catalog.values()} == {None}


def test_a_flow_is_known_by_its_text_alone():
    one, same, other = (reader.read(SMALL + f"      - hear: {w}\n") for w in ("hi", "hi", "ho"))

    assert one.hash == same.hash != other.hash
    assert len(one.hash) == 64


def test_a_flow_is_the_same_with_and_without_a_byte_order_mark():
    text = SMALL + "      - hear: hi\n"

    assert reader.read(text.encode("utf-8-sig")).hash == reader.read(text).hash


def test_what_is_not_written_has_its_usual_value():
    small = reader.read(SMALL + "      - hear: hi\n")

    assert small.languages == ("en",)
    assert small.rescue == "s"
    assert small.shop == flow.Shop("Test Shop", "KES", "KE", "Africa/Nairobi", 1800)


@pytest.mark.parametrize(
    ("written", "trigger"),
    [
        ("hear: [Hi, Good Day!]", flow.Hear(frozenset({"hi", "goodday"}))),
        ("hear: {en: hi, sw: [jambo]}", flow.Hear(frozenset({"hi", "jambo"}))),
        ("choose: product", flow.Choose("product")),
        ("number: 1..20", flow.Number(1, 20)),
        ("number: 1 .. 20", flow.Number(1, 20)),
        ("text: 2..300", flow.FreeText(2, 300)),
        ("text: any", flow.FreeText(1, 4096)),
        ("location:", flow.Location()),
        ("media: audio", flow.Pictured(frozenset({"audio"}))),
        ("media: any", flow.Pictured(frozenset())),
        ("event: payment.success", flow.Happened("payment.success")),
        ("after: 30m", flow.After(1800, "30m")),
        ("after: 45s", flow.After(45, "45s")),
        ("after: 2h", flow.After(7200, "2h")),
        ("after: 1d", flow.After(86400, "1d")),
        ("otherwise: What?", flow.Otherwise()),
        ("otherwise:", flow.Otherwise()),
    ],
)
def test_what_a_rule_hears_is_read(written, trigger):
    read = reader.read(SMALL + f"      - {written}\n")

    assert read.states["s"].rules[0].trigger == trigger


def test_a_commands_argument_and_its_guards_are_read():
    read = reader.read(
        SMALL + "      - hear: hi\n        if: [a, {b: '3'}]\n        unless: c\n"
        "        do: [{d: x}, e]\n        save: name\n        quietly: yes\n        go: s\n"
    )

    (rule,) = read.states["s"].rules
    assert [(call.name, call.argument, call.negated) for call in rule.guards] == [
        ("a", None, False), ("b", "3", False), ("c", None, True),
    ]  # fmt: skip
    assert [(call.name, call.argument) for call in rule.actions] == [("d", "x"), ("e", None)]
    assert (rule.save, rule.quiet, rule.go) == ("name", True, "s")


def test_the_text_of_otherwise_is_what_is_said():
    read = flow_of("states:\n  s:\n    say: S\n    when:\n      - otherwise: {en: What?}\n")

    assert read.states["s"].rules[0].message.say.fill({}, language="en") == "What?"


@pytest.mark.parametrize(
    ("written", "heard"),
    [("", None), ("commands: off", ()), ("commands: [menu, cancel]", ("menu", "cancel"))],
)
def test_which_commands_are_heard_is_read(written, heard):
    read = flow_of(f"states:\n  s:\n    say: S\n    {written}\n    when:\n      - hear: x\n")

    assert read.states["s"].commands == heard


def test_a_flow_cannot_be_changed():
    read = reader.read(SMALL + "      - hear: hi\n")

    with pytest.raises(AttributeError):
        read.initial = "elsewhere"


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("on", "when"), ("rules", "when"), ("wehn", "when"), ("text", "say"), ("mesage", "say"),
        ("buttons", "offer"), ("command", "commands"), ("trys", "tries"),
    ],
)  # fmt: skip
def test_an_unknown_word_of_a_state_is_told_with_the_nearest_right_one(wrong, right):
    found = faults(f"{HEAD}initial: s\nstates:\n  s:\n    {wrong}: x\n")

    assert (
        f'"{wrong}" is not a word of the flow language here → write "{right}:"' in found["6:5 E111"]
    )


@pytest.mark.parametrize(
    ("wrong", "right"), [("goto", "go"), ("action", "do"), ("condition", "if"), ("heer", "hear")]
)
def test_an_unknown_word_of_a_rule_is_told_with_the_nearest_right_one(wrong, right):
    found = faults(f"{SMALL}      - hear: hi\n        {wrong}: x\n")

    told = f'"{wrong}" is not a word of the flow language here → write "{right}:"'
    assert told in found["9:9 E111"]


def test_a_word_that_is_near_none_is_told_with_all_that_may_stand_there():
    found = faults(f"{SMALL}      - hear: hi\nshop_name: X\nqqq: 1\n")

    assert "allowed here: flow, shop, languages, initial" in found["10:1 E111"]


def test_what_stands_under_a_mistaken_word_is_read_all_the_same():
    """So that the faults behind it are seen in the same run."""
    found = faults(f"""\
        {HEAD.splitlines()[0]}
        shop: {{name: X}}
        initial: s
        states:
          s:
            say: Hello
            on:
              - hear: hi
                number: 1..2
    """)

    assert list(found) == ["7:5 E111", "8:9 E121"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("initial: s\n", "1:1 E112"),
        ("states: {s: {say: Hello}}\n", "1:1 E112"),
    ],
)
def test_what_is_missing_is_told(written, fault):
    assert fault in faults(HEAD + written)


@pytest.mark.parametrize("text", ["", "hello\n", "- a\n- b\n", "12\n"])
def test_what_is_no_flow_at_all_is_told(text):
    assert list(faults(text)) == ["1:1 E110"]


RULES = {
    "nothing to hear": ("      - say: x\n", "8:9 E121"),
    "two things to hear": ("      - hear: hi\n        number: 1..2\n", "8:9 E121"),
    "no word": ("      - hear: ''\n", "8:15 E122"),
    "a word of signs": ("      - hear: ['!']\n", "8:15 E122"),
    "nothing to choose": ("      - choose: ''\n", "8:17 E123"),
    "no range": ("      - number: many\n", "8:17 E124"),
    "a range backwards": ("      - number: 20..1\n", "8:17 E124"),
    "a number below nothing": ("      - number: -1..2\n", "8:17 E124"),
    "a length that is none": ("      - text: long\n", "8:15 E124"),
    "no time": ("      - after: soon\n", "8:16 E125"),
    "a time without unit": ("      - after: '30'\n", "8:16 E125"),
    "nothing that can be asked for": ("      - hear: hi\n        ask for: money\n", "9:18 E126"),
    "a button without label": ("      - hear: hi\n        offer: [buy]\n", "9:17 E127"),
    "a brace": ("      - hear: hi\n        say: 'a {b'\n", "9:14 E128"),
    "a brace in one language": (
        "      - hear: hi\n        say: {en: ok, sw: '{Jumla}'}\n", "9:27 E128",
    ),
    "neither yes nor no": ("      - hear: hi\n        quietly: perhaps\n", "9:18 E135"),
    "a name that is none": ("      - hear: hi\n        save: My Name\n", "9:15 E136"),
}  # fmt: skip


@pytest.mark.parametrize("what", RULES)
def test_a_rule_is_refused_at_its_place_for(what):
    written, fault = RULES[what]

    assert list(faults(SMALL + written)) == [fault]


SHOPS = {
    "a currency": ("shop: {name: X, currency: shillings}\n", "2:27 E131"),
    "a time zone": ("shop: {name: X, timezone: Nairobi}\n", "2:27 E132"),
    "a price with cents": (
        "shop: {name: X}\ncatalog:\n  a: {name: A, price: 1.50}\n", "4:23 E133",
    ),
    "a price of nothing": ("shop: {name: X}\ncatalog:\n  a: {name: A, price: 0}\n", "4:23 E133"),
    "a price with a sign": ("shop: {name: X}\ncatalog:\n  a: {name: A, price: -5}\n", "4:23 E133"),
    "a stock of words": (
        "shop: {name: X}\ncatalog:\n  a: {name: A, price: 5, stock: lots}\n", "4:33 E133",
    ),
    "a day": (
        "shop: {name: X}\npromotions:\n  p: {title: P, about: A, until: tomorrow}\n", "4:34 E134",
    ),
    "a day that no year has": (
        "shop: {name: X}\npromotions:\n  p: {title: P, about: A, until: 2026-02-30}\n", "4:34 E134",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SHOPS)
def test_a_shop_is_refused_at_its_place_for(what):
    written, fault = SHOPS[what]

    assert list(faults(f"flow: x\n{written}initial: s\nstates:\n  s:\n    say: Hello\n")) == [fault]


@pytest.mark.parametrize("price", ["1", "1500", "999999999"])
def test_a_price_is_whole_units(price):
    read = flow_of(f"catalog:\n  a: {{name: A, price: {price}}}\nstates:\n  s:\n    say: S\n")

    assert read.catalog["a"].price == int(price)


def test_several_faults_are_told_at_once_in_the_order_of_the_file():
    found = faults(
        "flow: x\nshop: {name: X, currency: pounds}\ninitial: s\ncatalog:\n"
        "  a: {name: A, price: ten}\nstates:\n  s:\n    sya: Hello\n    when:\n"
        "      - number: 1-20\n      - hear: hi\n        goto: s\n        say: '{'\n"
    )

    assert list(found) == [
        "2:27 E131", "5:23 E133", "8:5 E111", "10:17 E124", "12:9 E111", "13:14 E128",
    ]  # fmt: skip


def test_to_read_a_flow_with_faults_raises_them_all():
    with pytest.raises(FlowError) as caught:
        reader.read(SMALL + "      - number: x\n      - after: y\n")

    assert [problem.code for problem in caught.value.problems] == ["E124", "E125"]
    assert str(caught.value).startswith("flows.yaml:8:17 E124 ")
