"""A part is written once, and used in several places; its faults are told where they stand."""

import json
import re
from dataclasses import asdict

import pytest
from talk import Talk, flow_of

from engine import checks, diagram, reader
from engine.errors import FlowError
from flows.words import vocabulary

SHOP = """
initial: hall
parts:
  where:
    takes: [asks, keeps, finish, instead]
    states:
      street:
        say: "{asks}"
        when:
          - text: 2..60
            save: street
            go: check
          - otherwise: Which street?
      check:
        was: confirm
        say: "{street}: write a house, or *again*."
        commands: [stop]
        when:
          - text: 1..30
            save: keeps
            do: [note: keeps, finish]
            go: return
          - otherwise:
            go: instead
states:
  hall:
    say: The hall.
    when:
      - hear: fetch
        go: fetch
      - hear: bring
        go: bring
      - otherwise: Fetch or bring?
  fetch:
    was: pick_up
    use: where
    with: {asks: {en: From where?, sw: Wapi?}, keeps: from, finish: [note: street], instead: hall}
    then: bring
  bring:
    use: where
    with: {asks: "To where, from {from}?", keeps: to, finish: note_nothing, instead: done}
    then: done
  done:
    say: "{from} to {to}."
    when:
      - otherwise:
        go: hall
"""
NOTES = {
    "note": lambda turn, answers: turn.remember({f"noted {answers}": turn.get(answers)}),
    "note_nothing": lambda turn: None,
}


@pytest.fixture
def talk():
    return Talk(SHOP, actions=NOTES)


def test_each_use_has_the_states_of_the_part_by_its_own_name():
    assert list(flow_of(SHOP).states) == [
        "hall", "fetch.street", "fetch.check", "bring.street", "bring.check", "done",
    ]  # fmt: skip


def test_a_part_returns_to_whoever_uses_it(talk):
    talk.says("fetch")
    talk.says("Moi Avenue")

    assert talk.says("12") == ["To where, from 12?"]
    talk.says("Kenyatta Avenue")
    assert talk.says("7") == ["12 to 7."]


def test_what_is_given_is_said_saved_and_done(talk):
    assert talk.says("fetch") == ["From where?"]
    talk.says("Moi Avenue")
    talk.says("12")

    known = {name: each for name, each in talk.memory.items() if name != "street"}
    assert known == {"from": "12", "noted from": "12", "noted street": "Moi Avenue"}


def test_a_text_given_by_language_is_said_in_each():
    talk = Talk(f"languages: [en, sw]{SHOP}", actions=NOTES, language="sw")

    assert talk.says("fetch") == ["Wapi?"]


def test_who_stood_in_a_use_or_a_state_of_another_name_is_at_home():
    flow = flow_of(SHOP)

    homes = {
        name: flow.home(name)
        for name in ("fetch", "pick_up", "pick_up.check", "fetch.confirm", "pick_up.confirm")
    }

    assert homes == {
        "fetch": "fetch.street",
        "pick_up": "fetch.street",
        "pick_up.check": "fetch.check",
        "fetch.confirm": "fetch.check",
        "pick_up.confirm": "fetch.check",
    }


def test_every_line_is_the_one_of_the_part_and_knows_its_use():
    flow = flow_of(SHOP)

    places = [flow.states[name].place for name in ("fetch.check", "bring.check")]

    assert places[0] == places[1]
    assert [place.line.use for place in places] == ["fetch", "bring"]


NESTED = """
parts:
  house:
    takes: [asks, keep, lost]
    states:
      number:
        say: "{asks} {keep}"
        when:
          - number: 1..99
            save: keep
            go: return
          - otherwise:
            go: lost
  place:
    takes: [street, number, instead]
    states:
      one:
        use: house
        with: {asks: "{street}, number?", keep: number, lost: sorry}
        then: two
      two:
        use: house
        with: {asks: Which flat?, keep: flat, lost: instead}
        then: return
      sorry:
        say: Sorry.
        when:
          - otherwise:
            go: one
states:
  home: {use: place, with: {street: Moi, number: house, instead: end}, then: end}
  end:
    say: "{house} {flat}"
    when:
      - otherwise:
        go: home
initial: home
"""


def test_a_part_may_use_another_and_pass_on_what_it_was_given():
    talk = Talk(NESTED)
    talk.says("1")
    assert talk.state == "home.two.number"
    talk.says("2")

    assert talk.memory == {"house": 1, "flat": 2}
    assert talk.state == "end"


def test_a_name_given_to_a_part_means_what_it_means_where_it_is_given():
    states = flow_of(NESTED).states

    lost = {name: states[name].rules[1].go for name in ("home.one.number", "home.two.number")}

    assert lost == {"home.one.number": "home.sorry", "home.two.number": "end"}


def test_a_conversation_may_begin_in_a_part():
    assert flow_of(NESTED).initial == "home.one.number"


def test_of_a_saved_choice_the_label_of_its_own_use_is_kept():
    talk = Talk("""
        initial: first
        parts:
          sure:
            takes: [label]
            states:
              ask:
                say: Sure?
                offer: [sure: "{label}"]
                when:
                  - choose: sure
                    save: answer
                    go: return
        states:
          first: {use: sure, with: {label: Yes}, then: second}
          second: {use: sure, with: {label: Of course}, then: end}
          end: {say: "{answer}"}
        """)

    talk.taps("sure")

    assert talk.memory["answer"] == "Yes"


def broken(*changes):
    text = "flow: t\nshop: {name: T}" + SHOP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def told(text):
    return [str(problem) for problem in checks.examine(text, vocabulary())[1]]


def test_a_fault_of_a_part_is_told_once_and_names_its_uses():
    found = [each for each in told(broken(("Which street?", '"{stret}?"'))) if "E301" in each]

    assert len(found) == 1
    assert '(used by "fetch", "bring")' in found[0]


def test_what_is_told_of_a_part_can_be_written_as_data():
    """Programs that read `duka check --json` copy it."""
    problems = checks.examine(broken(("Which street?", '"{stret}?"')), vocabulary())[1]

    told_ = [asdict(each) for each in problems if each.code == "E301"]

    assert [json.loads(json.dumps(each))["line"] for each in told_] == [told_[0]["line"]]


def test_a_fault_of_one_use_stands_at_its_own_line():
    text = broken(("instead: done", "instead: dome"))

    (found,) = [each for each in told(text) if "E201" in each]

    line = next(at for at, each in enumerate(text.split("\n"), 1) if "dome" in each)
    assert f":{line}:" in found


def test_a_drawing_puts_a_fault_on_the_state_of_its_use():
    text = broken(("commands: [stop]", "commands: [stpo]"))
    flow, problems, _ = reader.examine(text)
    found = checks.examine(text, vocabulary())[1]

    cards = diagram.plan(flow, problems=[each for each in found if each.code == "E214"]).cards

    assert [card.name for card in cards if card.problems] == ["fetch.check"]
    assert problems == []


HEAD = "flow: t\nshop: {name: T}\ninitial: a\n"
#: Small files that would grow without end: states, texts, former names, depth.
GROWING = {
    "states": "".join(
        f"  p{at}:\n    states:\n      a: {{use: p{at + 1}, then: b}}\n"
        f"      b: {{use: p{at + 1}, then: return}}\n"
        for at in range(40)
    )
    + "  p40: {states: {a: {when: [{otherwise: , go: return}]}}}\n",
    "texts": "".join(
        f"  p{at}:\n    takes: [x]\n    states:\n      a: {{use: p{at + 1}, "
        f'with: {{x: "{"{x}" * 400}"}}, then: return}}\n'
        for at in range(7)
    )
    + '  p7: {takes: [x], states: {a: {say: "{x}", when: [{otherwise: , go: return}]}}}\n',
    "names": "".join(
        f"  p{at}:\n    states:\n      a: {{use: p{at + 1}, then: return, "
        f"was: [{', '.join(f'n{name}' for name in range(400))}]}}\n"
        for at in range(7)
    )
    + "  p7: {states: {a: {when: [{otherwise: , go: return}]}}}\n",
    "depth": "".join(
        f"  p{at}: {{states: {{a: {{use: p{at + 1}, then: return}}}}}}\n" for at in range(400)
    )
    + "  p400: {states: {a: {when: [{otherwise: , go: return}]}}}\n",
}


@pytest.mark.parametrize("grown", GROWING)
def test_parts_that_grow_without_end_are_refused(grown):
    given = ", with: {x: soap}" if grown == "texts" else ""
    text = f"{HEAD}parts:\n{GROWING[grown]}states:\n  a: {{use: p0{given}, then: a}}\n"

    assert {re.search(r"E\d+", each)[0] for each in told(text)} == {"E114", "E302"}


def test_a_name_that_a_use_makes_is_free():
    text = broken(("  done:\n", "  fetch.check:\n    say: Mine.\n  done:\n"))

    with pytest.raises(FlowError) as refused:
        reader.read(text)

    assert "E108" in str(refused.value)
