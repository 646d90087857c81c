"""What WhatsApp can hold, counted in UTF-16 units, and messages joined where they fit."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import effect, limits
from engine.effect import Button, Buttons, Row, Rows, Text


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("☕", 1),
        ("🍯", 2),
        ("🙏🏽", 4),
        ("👨‍👩‍👧", 8),
        ("×", 1),
        ("\ud800", 1),
    ],
)
def test_a_text_is_as_long_as_whatsapp_counts_it(text, units):
    assert limits.units(text) == units


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_cut_text_fits(text, most):
    cut = limits.cut(text, most)

    assert limits.units(cut) <= most
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_an_emoji_is_not_cut_in_half():
    assert limits.cut("🍯🍯🍯", 4) == "🍯…"


def test_a_very_long_text_is_cut_at_once():
    begin = time.thread_time()

    limits.cut("🍯" * 200_000, limits.TEXT)

    assert time.thread_time() - begin < 0.5


LONG = "y" * 5000


@pytest.mark.parametrize(
    ("message", "longest"),
    [
        (Text(LONG), {"body": 4096}),
        (Buttons(LONG, (Button("a", LONG),)), {"body": 1024}),
        (
            Rows(LONG, LONG, LONG, (Row("a", LONG, LONG),)),
            {"body": 1024, "opener": 20, "title": 24},
        ),
        (effect.AskLocation(LONG), {"body": 1024}),
        (effect.Media("image", "https://x.co/a.jpg", LONG), {"caption": 1024}),
    ],
    ids=["text", "buttons", "rows", "location", "media"],
)
def test_what_no_proof_could_bound_is_shortened_rather_than_refused(message, longest):
    fitted = limits.fitted(message)

    assert {name: limits.units(getattr(fitted, name)) for name in longest} == longest


def test_the_parts_of_a_list_are_shortened_too():
    (row,) = limits.fitted(Rows("b", "o", "t", (Row("a", LONG, LONG),))).rows

    assert (limits.units(row.title), limits.units(row.description)) == (24, 72)


def test_only_as_many_buttons_and_rows_as_fit_are_sent():
    buttons = limits.fitted(Buttons("b", tuple(Button(str(n), str(n)) for n in range(5))))
    rows = limits.fitted(Rows("b", "o", "t", tuple(Row(str(n), str(n)) for n in range(15))))

    assert (len(buttons.buttons), len(rows.rows)) == (3, 10)


BUTTONS = Buttons("Choose", (Button("a", "A"),))
ROWS = Rows("Choose", "See", "All", (Row("a", "A"),))


@pytest.mark.parametrize(
    ("messages", "bodies"),
    [
        ([Text("a"), Text("b")], ["a\n\nb"]),
        ([Text("a"), Text("b"), BUTTONS], ["a\n\nb\n\nChoose"]),
        ([Text("a"), ROWS], ["a\n\nChoose"]),
        ([BUTTONS, Text("b")], ["Choose", "b"]),
        ([BUTTONS, ROWS], ["Choose", "Choose"]),
        ([Text("a" * 4000), Text("b" * 95)], ["a" * 4000, "b" * 95]),
        ([Text("a" * 4000), Text("b" * 94)], ["a" * 4000 + "\n\n" + "b" * 94]),
        ([Text("a" * 1017), BUTTONS], ["a" * 1017, "Choose"]),
        ([Text("a" * 1016), BUTTONS], ["a" * 1016 + "\n\nChoose"]),
        ([], []),
    ],
)
def test_messages_are_joined_wherever_both_fit_into_one(messages, bodies):
    """Two messages sent close together may arrive swapped."""
    assert [each.body for each in limits.merged(messages)] == bodies


def test_a_text_before_a_picture_stays_a_message_of_its_own():
    picture = effect.Media("image", "https://x.co/a.jpg", "Soap")

    assert limits.merged([Text("a"), picture]) == [Text("a"), picture]


def test_joining_keeps_what_can_be_tapped():
    assert limits.merged([Text("a"), BUTTONS]) == [Buttons("a\n\nChoose", BUTTONS.buttons)]


MESSAGES = [
    Text("a"),
    BUTTONS,
    ROWS,
    effect.AskLocation("where"),
    effect.Media("document", "https://x.co/a.pdf", "Prices"),
    effect.Template("reminder", "sw", ("one", "two")),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_packed_message_unpacks_to_the_same(message):
    assert effect.unpack(effect.pack(message)) == message
