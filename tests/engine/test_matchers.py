"""Does a rule hear what was sent: words, options, numbers, texts, places, pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import Talk

from engine import matchers


def heard_by(trigger, name="text", **data):
    """Does a state's only rule, with this trigger, hear this?"""
    talk = Talk(f"states:\n  s:\n    say: S\n    when:\n      - {trigger}\n        say: Heard\n")
    talk.happens(name, **data)
    return talk.heard


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Menu", "menu"), ("  m e n u ", "menu"), ("*MENU!*", "menu"), ("menu 👋🏽", "menu"),
        ("me-nu", "menu"), ("me_nu", "menu"), ("Café", "cafe"), ("STRASSE", "strasse"),
        ("straße", "strasse"), ("ＭＥＮＵ", "menu"), ("me\u200bnu", "menu"), ("👍", ""), ("", ""),
        ("?!", ""), ("M-Pesa", "mpesa"), ("ndiyo ndiyo", "ndiyondiyo"), ("١٢", "١٢"),
    ],
)  # fmt: skip
def test_a_text_is_reduced_to_what_is_compared(written, bare):
    assert matchers.plain(written) == bare


@given(st.text(max_size=40))
def test_what_is_compared_stays_the_same_when_reduced_again(written):
    bare = matchers.plain(written)

    assert matchers.plain(bare) == bare


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("menu", True), ("MENU!", True), ("Good Morning", True), ("goodmorning", True),
     ("hi", True), ("menu please", False), ("m", False), ("", False), ("👍", False)],
)  # fmt: skip
def test_a_word_is_heard_whole_and_nothing_else(typed, heard):
    assert heard_by("hear: [menu, good morning, hi]", text=typed) is heard


def test_words_of_every_language_are_heard_in_each():
    trigger = "hear: {en: [yes], sw: [ndiyo, ndio]}"

    assert [heard_by(trigger, text=typed) for typed in ("yes", "ndio", "oui")] == [
        True,
        True,
        False,
    ]


# --- numbers, texts, places, pictures -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("1", True), ("20", True), ("two", True), ("mbili", True), ("2 pcs", True), ("0", False),
     ("21", False), ("-3", False), ("2.5", False), ("abc", False), ("", False), ("9" * 40, False)],
)  # fmt: skip
def test_a_number_is_heard_within_its_bounds(typed, heard):
    assert heard_by("number: 1..20", text=typed) is heard


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("ab", True), ("abcde", True), ("a", False), ("abcdef", False), ("", False), ("   ", False),
     (" a  ", False), ("a\nb", True), ("🍯🍯", True)],
)  # fmt: skip
def test_a_text_is_heard_by_its_length_in_characters(typed, heard):
    assert heard_by("text: 2..5", text=typed) is heard


def test_any_text_has_at_least_one_character():
    assert [heard_by("text: any", text=typed) for typed in ("", " ", "x")] == [False, False, True]


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({"latitude": -1.28638, "longitude": 36.81722}, "📍 -1.28638,36.81722"),
        ({"latitude": 0, "longitude": 0}, "📍 0.00000,0.00000"),
        ({"latitude": 1.5, "longitude": 2, "name": "KICC"}, "KICC (1.50000,2.00000)"),
        (
            {"latitude": 1, "longitude": 2, "name": "A", "address": "B\nC"},
            "A, B C (1.00000,2.00000)",
        ),
        ({"latitude": 1, "longitude": 2, "name": "", "address": ""}, "📍 1.00000,2.00000"),
    ],
)
def test_a_place_is_answered_with_its_name_and_its_point(told, answer):
    talk = Talk("states:\n  s:\n    say: S\n    when:\n      - location:\n        save: place\n")

    talk.happens("location", **told)

    assert talk.memory["place"] == answer


def test_the_name_of_a_place_is_bounded():
    talk = Talk("states:\n  s:\n    say: S\n    when:\n      - location:\n        save: place\n")

    talk.happens("location", latitude=1, longitude=2, name="n" * 5000)

    assert len(talk.memory["place"]) < 240


@pytest.mark.parametrize(
    ("trigger", "kind", "heard"),
    [("media: any", "image", True), ("media:", "audio", True), ("media: image", "image", True),
     ("media: image", "audio", False)],
)  # fmt: skip
def test_a_picture_is_heard_by_its_kind(trigger, kind, heard):
    assert heard_by(trigger, "media", type=kind) is heard


def test_what_happened_is_heard_by_its_name():
    told = [
        heard_by("event: payment.failed", name) for name in ("payment.failed", "payment.success")
    ]

    assert told == [True, False]


@pytest.mark.parametrize(
    ("name", "data", "heard"),
    [
        ("text", {"text": "x"}, True),
        ("choice", {"id": "x", "title": "x"}, True),
        ("location", {"latitude": 1, "longitude": 2}, True),
        ("media", {"type": "audio"}, True),
        ("payment.failed", {}, False),
        ("timeout", {"after": "3m"}, False),
        ("order.unpaid", {}, False),
    ],
)
def test_otherwise_hears_every_message_and_no_other_event(name, data, heard):
    assert heard_by("otherwise:", name, **data) is heard


# --- options ------------------------------------------------------------------------------------

SHELF = """
languages: [en, sw]
catalog:
  coffee: {name: Premium Coffee Beans 1kg, short: Premium Coffee, price: 1500}
  honey: {name: Organic Honey 500g, short: Organic Honey, price: 800}
  soap: {name: Organic Soap, price: 600}
payments:
  mpesa: {title: M-Pesa}
  card: {title: {en: Card, sw: Kadi}}
states:
  shelf:
    say: Choose
    list: {opener: See, title: All, rows: catalog}
    when:
      - choose: product
        say: "{product_id}"
      - otherwise: What?
  pay:
    say: Pay
    offer: payments
    when:
      - choose: payment
        say: "{method} for {order}"
      - otherwise: What?
  ask:
    say: Ask
    offer:
      - yes_please: {en: Yes, sw: Ndiyo}
      - no_thanks: {en: No, sw: Hapana}
    when:
      - choose: yes_please
        say: Good
      - choose: no_*
        say: Pity
      - otherwise: What?
"""


def at(state, language="en", **memory):
    talk = Talk(f"initial: {state}\n{SHELF}", language=language)
    talk.memory.update(memory)
    return talk


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("1", "coffee"), ("2", "honey"), ("3", "soap"), (" 2 ", "honey"), ("2.", "honey"),
        ("2)", "honey"), ("(2)", "honey"), ("#2", "honey"), ("02", "honey"), ("2️⃣", "honey"),
        ("coffee", "coffee"), ("Coffee please", "What?"), ("premium", "coffee"),
        ("beans", "coffee"), ("premium coffee", "coffee"), ("coffee premium", "coffee"),
        ("Premium Coffee Beans 1kg", "coffee"), ("honey!", "honey"), ("organic", "What?"),
        ("organic soap", "soap"), ("soap", "soap"),
        ("0", "What?"), ("4", "What?"), ("-1", "What?"), ("+1", "What?"), ("1.5", "What?"),
        ("²", "What?"), ("٢", "What?"), ("12", "What?"), ("999", "What?"), ("tea", "What?"),
        ("co", "What?"), ("", "What?"), ("👍", "What?"),
    ],
)  # fmt: skip
def test_a_row_is_chosen_by_its_number_its_label_or_a_word_that_only_it_has(typed, answer):
    assert at("shelf").says(typed) == [answer]


@pytest.mark.parametrize(
    ("chosen", "answer"), [("soap", "soap"), ("tea", "What?"), ("", "What?"), ("SOAP", "What?")]
)
def test_a_tapped_row_is_known_by_its_id_alone(chosen, answer):
    assert at("shelf").taps(chosen) == [answer]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("M-Pesa", "mpesa for ORD-1"), ("mpesa", "mpesa for ORD-1"), ("1", "mpesa for ORD-1"),
     ("Card", "card for ORD-1"), ("kadi", "card for ORD-1"), ("2", "card for ORD-1"),
     ("3", "What?"), ("cash", "What?")],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_way_to_pay_is_chosen_by_its_label_in_any_language(language, typed, answer):
    assert at("pay", language, order="ORD-1").says(typed) == [answer]


@pytest.mark.parametrize(
    ("chosen", "answer"),
    [("pay_mpesa_ORD-9", "mpesa for ORD-9"), ("pay_card_a_b", "card for a_b"),
     ("pay_cash_ORD-9", "What?"), ("mpesa", "What?")],
)  # fmt: skip
def test_a_tapped_payment_button_tells_the_way_and_the_order(chosen, answer):
    assert at("pay").taps(chosen) == [answer]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("yes", "Good"), ("NDIYO", "Good"), ("1", "Good"), ("no", "Pity"), ("hapana", "Pity"),
     ("2", "Pity"), ("yes_please", "Good"), ("perhaps", "What?")],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_button_is_chosen_by_its_label_in_any_language(language, typed, answer):
    assert at("ask", language).says(typed) == [answer]


@pytest.mark.parametrize(
    ("chosen", "answer"), [("no_way", "Pity"), ("no", "What?"), ("yes", "What?")]
)
def test_a_star_stands_for_every_end_of_an_id(chosen, answer):
    assert at("ask").taps(chosen) == [answer]


MANY = "catalog:\n" + "".join(
    f"  p{n:02}: {{name: Thing number{n:02}, price: {n}}}\n" for n in range(1, 25)
)


@pytest.fixture
def long_list():
    """A catalogue of twenty-four: three pages."""
    return Talk(
        MANY + "states:\n  s:\n    say: Choose\n"
        "    list: {opener: See, title: All, rows: catalog}\n    when:\n"
        '      - choose: product\n        say: "{product_id}"\n'
        "      - choose: again\n        go: s\n      - otherwise: What?\n"
    )


def test_a_long_catalogue_is_turned_page_by_page_and_every_product_is_on_one(long_list):
    long_list.taps("again")
    seen = []
    for _ in range(3):
        *rows, following = long_list.offered
        seen += rows
        long_list.taps(following)

    assert seen == [f"p{n:02}" for n in range(1, 25)]
    assert next(iter(long_list.offered)) == "p01"


@pytest.mark.parametrize("typed", ["10", "more"])
def test_the_next_page_may_be_typed_too(long_list, typed):
    long_list.says(typed)

    assert next(iter(long_list.offered)) == "p10"


def test_a_number_typed_counts_on_the_page_that_is_shown(long_list):
    long_list.taps("again")
    *_, following = long_list.offered
    long_list.taps(following)

    assert long_list.says("1") == ["p10"]


@pytest.mark.parametrize("typed", ["number24", "Thing number24"])
def test_a_product_of_another_page_may_be_typed(long_list, typed):
    assert long_list.says(typed) == ["p24"]
