"""`change: quantity` asks one answer again, and what depends on it, and comes back."""

import pytest
from talk import HEAD, Talk

from engine import checks, diagram, reader
from engine.changing import changing
from engine.vocabulary import Vocabulary, Word
from flows.words import vocabulary

SHOP = """
initial: hall
anywhere:
  - hear: hall
    go: hall
states:
  hall:
    say: The hall.
    when:
      - hear: cake
        go: cake
      - otherwise: Cake?
  cake:
    say: Which cake?
    when:
      - text: 2..30
        save: cake
        go: size
      - otherwise: Which?
  size:
    say: "{cake}, for how many?"
    commands: [hall]
    when:
      - number: 1..50
        save: size
        go: street
      - otherwise: A number.
  street:
    say: Which street?
    when:
      - hear: [pick up]
        go: time
      - text: 2..30
        save: street
        go: time
      - otherwise: Which?
  time:
    say: At what time?
    when:
      - number: 1..12
        save: time
        go: sure
      - otherwise: A number.
  sure:
    say: "{cake} for {size} at {time}."
    offer: [other: Another cake]
    when:
      - choose: other
        change: cake
      - hear: people
        change: size
      - hear: hour
        change: time
      - hear: road
        change: street
      - otherwise: Right?
"""


@pytest.fixture
def talk():
    """A customer who has answered everything."""
    talk = Talk(SHOP, guards={"changing": changing})
    for word in ("cake", "Lemon", "8", "Moi Avenue", "4"):
        talk.says(word)
    assert talk.state == "sure"
    return talk


def test_an_answer_on_which_nothing_depends_is_asked_alone(talk):
    assert talk.says("hour") == ["At what time?"]

    assert talk.says("6") == ["Lemon for 8 at 6."]


def test_what_depends_on_it_is_asked_too_and_nothing_else(talk):
    talk.taps("other")

    assert talk.says("Chocolate") == ["Chocolate, for how many?"]
    assert talk.says("20") == ["Chocolate for 20 at 4."]


def test_the_label_may_be_typed_instead_of_tapped(talk):
    assert talk.says("another cake") == ["Which cake?"]


def test_an_answer_may_be_changed_again_and_again(talk):
    for size in ("9", "10"):
        talk.says("people")
        assert talk.says(size) == [f"Lemon for {size} at 4."]


def test_who_is_not_understood_is_still_changing(talk):
    talk.says("people")

    assert talk.says("a few") == ["A number."]
    assert talk.says("9") == ["Lemon for 9 at 4."]


def test_who_goes_elsewhere_meanwhile_is_asked_everything_again(talk):
    for word in ("people", "hall", "cake", "Plain"):
        talk.says(word)

    assert talk.says("3") == ["Which street?"]


def test_who_comes_back_has_changed_it(talk):
    for word in ("people", "9"):
        talk.says(word)

    assert talk.memory == {"cake": "Lemon", "size": 9, "street": "Moi Avenue", "time": 4}


def test_a_conversation_that_forgets_everything_forgets_the_change():
    over = "      - hear: over\n        go: over\n      - otherwise: A number.\n  street"
    ends = SHOP.replace("      - otherwise: A number.\n  street", over)
    ends += "  over:\n    end: yes\n    when:\n      - otherwise:\n        go: hall\n"
    talk = Talk(ends, guards={"changing": changing})
    for word in ("cake", "Lemon", "8", "Moi Avenue", "4", "people", "over"):
        talk.says(word)

    assert talk.memory == {}


def test_a_state_that_may_not_have_been_met_is_not_left_out():
    """Who changes from pick-up to a street has never been asked for the gate."""
    gate = SHOP.replace("save: street\n        go: time", "save: street\n        go: gate")
    gate += """
  gate:
    say: Which gate?
    when:
      - text: 1..30
        save: gate
        go: time
"""
    talk = Talk(gate, guards={"changing": changing})
    for word in ("cake", "Lemon", "8", "pick up", "4", "road"):
        talk.says(word)

    assert talk.says("Moi Avenue") == ["Which gate?"]
    assert talk.says("2") == ["Lemon for 8 at 4."]


def test_what_a_guard_reads_depends_on_it():
    """The vocabulary says what each guard and action reads, and what it forgets."""
    word = Word("open_then", lambda turn: True, needs=("size",))
    known = Vocabulary({}, {"open_then": word, "changing": Word("changing", changing)})
    text = SHOP.replace("        save: time\n", "        save: time\n        if: open_then\n")

    flows = reader.read(HEAD + text, known), reader.read(HEAD + text)

    again = [{rule.go for rule in flow.states["size"].rules if rule.again} for flow in flows]
    assert again == [{"time"}, {"sure"}]


WHEN = """
parts:
  when:
    takes: [keeps]
    states:
      day:
        say: Which day?
        when:
          - text: 2..20
            save: day
            go: hour
      hour:
        say: "{day}, at what time?"
        when:
          - number: 1..12
            save: keeps
            go: return
"""


def test_what_a_part_asks_may_be_changed():
    clock = "  clock: {use: when, with: {keeps: time}, then: sure}\n"
    text = SHOP.replace("go: time", "go: clock").replace("change: time", "change: clock")
    text = text[: text.index("  time:\n")] + clock + text[text.index("  sure:\n") :]
    talk = Talk(WHEN + text, guards={"changing": changing})
    for word in ("cake", "Lemon", "8", "Moi Avenue", "Friday", "4", "hour"):
        talk.says(word)

    assert talk.says("Sunday") == ["Sunday, at what time?"]
    assert talk.says("5") == ["Lemon for 8 at 5."]


def test_the_drawing_shows_the_change_and_not_what_is_written_out():
    flow = reader.read(HEAD + SHOP)

    arrows = {(arrow.source, arrow.target): arrow.labels for arrow in diagram.plan(flow).arrows}

    assert arrows["sure", "size"] == ("“people”, then back",)
    assert ("size", "sure") not in arrows


@pytest.mark.parametrize("wrong", [("go: size", "go: sice"), ("initial: hall", "initial: hal")])
def test_what_leads_nowhere_is_told_and_not_what_follows_from_it(wrong):
    problems = checks.examine(HEAD + SHOP.replace(*wrong), vocabulary())[1]

    assert {each.code for each in problems} - {"E302"} == {"E201"}


def test_a_change_is_proved_like_any_rule():
    flow, problems = checks.examine(HEAD + SHOP.replace("{time}.", "{tmie}."), vocabulary())

    assert flow is not None
    assert "E301" in {each.code for each in problems}
