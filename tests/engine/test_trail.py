"""`go: back` leads up the page to where the customer stood, and the proof knows where that is."""

import pytest
from talk import Talk, flow_of

from engine.trail import came_from

GUARDS = {"came_from": came_from}
SHOP = """
initial: hall
anywhere:
  - hear: [hall]
    go: hall
  - hear: [back]
    go: back
states:
  hall:
    say: The hall.
    when:
      - hear: [shelf]
        go: shelf
      - hear: [box]
        go: box
      - otherwise: Shelf or box?
  shelf:
    say: The shelf.
    when:
      - hear: [till]
        go: till
      - hear: [box]
        go: box
      - otherwise: Till?
  box:
    say: The box.
    when:
      - hear: [till]
        go: till
      - otherwise: Till?
  till:
    say: The till.
    when:
      - hear: [again]
        go: shelf
      - hear: [done]
        go: door
      - otherwise: Done?
  door:
    end: yes
    when:
      - otherwise:
        go: hall
"""


@pytest.fixture
def talk():
    return Talk(SHOP, guards=GUARDS)


@pytest.mark.parametrize(
    ("way", "leads"),
    [
        (["shelf"], ["The hall."]),
        (["shelf", "till"], ["The shelf."]),
        (["box", "till"], ["The box."]),
        (["shelf", "box"], ["The shelf."]),
        (["shelf", "till", "back"], ["The hall."]),
        (["shelf", "box", "till", "back"], ["The shelf."]),
        (["shelf", "box", "till", "back", "back"], ["The hall."]),
    ],
    ids=" ".join,
)
def test_back_leads_where_the_customer_came_from(talk, way, leads):
    for word in way:
        talk.says(word)

    assert talk.says("back") == leads


def test_back_at_the_beginning_says_the_beginning_again(talk):
    assert talk.says("back") == ["The hall."]


def test_who_goes_up_the_page_has_no_way_back_down(talk):
    for word in ("shelf", "till", "again"):
        talk.says(word)

    assert talk.says("back") == ["The hall."]


def test_a_word_that_begins_anew_forgets_the_way(talk):
    for word in ("shelf", "till", "hall", "box"):
        talk.says(word)

    assert talk.says("back") == ["The hall."]


def test_a_conversation_that_is_over_has_no_way_back(talk):
    for word in ("shelf", "till", "done"):
        talk.says(word)

    assert talk.memory == {}


def test_a_flow_without_a_way_back_remembers_none():
    talk = Talk(SHOP.replace("    go: back\n", "    say: No way.\n"))

    for word in ("shelf", "till"):
        talk.says(word)

    assert talk.memory == {}


def test_a_state_that_answers_back_itself_keeps_its_answer():
    own = SHOP.replace(
        "      - hear: [again]\n",
        "      - hear: [back]\n        say: Stay.\n      - hear: [again]\n",
    )
    talk = Talk(own, guards=GUARDS)
    for word in ("shelf", "till"):
        talk.says(word)

    assert talk.says("back") == ["Stay."]


def test_a_state_of_that_name_is_meant_where_there_is_one():
    flow = flow_of(SHOP.replace("door", "back"))

    assert not any(rule.back for state in flow.states.values() for rule in state.rules)


def test_where_text_is_collected_back_is_heard_only_when_it_is_listed():
    written = SHOP.replace("    say: The box.\n", "    say: The box.\n    commands: {}\n")
    written = written.replace(
        "      - hear: [till]\n        go: till\n      - otherwise: Till?\n  till",
        "      - text: 2..30\n        go: till\n      - otherwise: Till?\n  till",
    )
    heard = {}
    for commands in ("[back]", "off"):
        talk = Talk(written.replace("commands: {}", f"commands: {commands}"), guards=GUARDS)
        talk.says("box")
        heard[commands] = talk.says("back")

    assert heard == {"[back]": ["The hall."], "off": ["The till."]}
