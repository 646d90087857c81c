"""One rule book for all: rules in their order, guards, misses, commands, ends, renamed states."""

import pytest
from talk import Talk

from engine.machine import rules_of


def test_the_first_rule_that_hears_wins():
    talk = Talk("""
        states:
          s:
            say: S
            when:
              - number: 1..5
                say: Few
              - number: 1..20
                say: Many
              - text: any
                say: Words
              - otherwise: What?
    """)

    assert [talk.says(typed) for typed in ("5", "6", "21")] == [["Few"], ["Many"], ["Words"]]


@pytest.mark.parametrize(
    ("open_", "answer"), [(True, "Come in"), (False, "Closed"), (5, "Come in"), (0, "Closed")]
)
def test_a_rule_whose_guard_does_not_hold_leaves_its_turn_to_the_next(open_, answer):
    """A guard that answers 5 means yes: transitions itself would take it for no."""
    talk = Talk(
        """
        states:
          s:
            say: S
            when:
              - hear: hi
                if: open
                say: Come in
              - hear: hi
                say: Closed
        """,
        guards={"open": lambda turn: open_},
    )

    assert talk.says("hi") == [answer]


@pytest.mark.parametrize(
    ("holds", "answer"), [((True, True), "Both"), ((True, False), "One"), ((False, False), "None")]
)
def test_all_guards_of_a_rule_must_hold_and_unless_turns_one_round(holds, answer):
    talk = Talk(
        """
        states:
          s:
            say: S
            when:
              - hear: hi
                if: [first, second]
                say: Both
              - hear: hi
                if: first
                unless: second
                say: One
              - hear: hi
                unless: [first, second]
                say: None
        """,
        guards={"first": lambda turn: holds[0], "second": lambda turn: holds[1]},
    )

    assert talk.says("hi") == [answer]


def test_a_guard_may_read_what_was_just_heard_and_take_an_argument():
    talk = Talk(
        """
        states:
          s:
            say: S
            when:
              - number: 1..99
                save: quantity
                if: {below: "10"}
                say: Few
              - number: 1..99
                say: Many
        """,
        guards={"below": lambda turn, most: turn.get("quantity") < int(most)},
    )

    assert [talk.says("9"), talk.says("10")] == [["Few"], ["Many"]]


def test_what_only_a_failed_rule_understood_is_not_known_to_the_next():
    talk = Talk(
        """
        states:
          s:
            say: S
            when:
              - number: 1..99
                save: quantity
                if: never
                say: Never
              - text: any
                say: "Text {quantity}"
                save: words
              - otherwise: What?
        """,
        guards={"never": lambda turn: False},
    )

    talk.says("9")

    assert talk.memory == {"words": "9"}
    assert talk.last == []


def test_actions_run_in_their_order_before_the_message_is_filled():
    done = []
    talk = Talk(
        """
        states:
          s:
            say: S
            when:
              - hear: hi
                do: [first, {second: x}]
                say: "{told}"
        """,
        actions={
            "first": lambda turn: done.append("first"),
            "second": lambda turn, what: (done.append(what), turn.facts.update(told="Done")),
        },
    )

    assert talk.says("hi") == ["Done"]
    assert done == ["first", "x"]


def test_an_answer_is_saved_before_the_actions_run():
    seen = []
    talk = Talk(
        "states:\n  s:\n    say: S\n    when:\n"
        "      - number: 1..9\n        save: quantity\n        do: look\n",
        actions={"look": lambda turn: seen.append(turn.memory["quantity"])},
    )

    talk.says("3")

    assert seen == [3]


def test_facts_live_for_one_turn_and_memory_for_all():
    talk = Talk(
        "states:\n  s:\n    say: S\n    when:\n      - hear: tell\n        do: tell\n"
        '        say: "{fact} {kept}"\n      - hear: again\n        say: "x{fact}"\n'
        '      - hear: kept\n        say: "{kept}"\n',
        actions={"tell": lambda turn: (turn.facts.update(fact="F"), turn.remember({"kept": "K"}))},
    )

    assert [talk.says(word) for word in ("tell", "again", "kept")] == [["F K"], [], ["K"]]


# --- moving -------------------------------------------------------------------------------------

TWO = """
states:
  here:
    say: Here
    when:
      - hear: over
        say: Going
        go: there
      - hear: quietly
        say: Going
        quietly: yes
        go: there
      - hear: again
        go: here
      - hear: stay
        say: Staying
  there:
    say: There
    was: [yonder, past]
"""


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("over", ["Going\n\nThere"], "there"),
        ("quietly", ["Going"], "there"),
        ("again", ["Here"], "here"),
        ("stay", ["Staying"], "here"),
        ("nothing", [], "here"),
    ],
)
def test_a_rule_says_its_own_then_what_the_next_state_asks_in_one_message(typed, said, state):
    talk = Talk(TWO)

    assert talk.says(typed) == said
    assert talk.state == state


@pytest.mark.parametrize(
    ("typed", "entered"), [("over", "there"), ("again", "here"), ("stay", None), ("x", None)]
)
def test_a_state_is_entered_by_going_to_it_even_again(typed, entered):
    """On entry its timers start anew."""
    talk = Talk(TWO)

    talk.says(typed)

    assert talk.turn.entered == entered


@pytest.mark.parametrize("old", ["yonder", "past", "there"])
def test_who_stood_in_a_renamed_state_stands_in_it_under_its_new_name(old):
    talk = Talk(TWO)
    talk.state = old

    talk.says("hello")

    assert talk.state == "there"


def test_who_stood_in_a_removed_state_is_rescued():
    talk = Talk("rescue: here\n" + TWO + "initial: there\n")
    talk.state = "gone"

    talk.says("stay")

    assert (talk.state, talk.turn.effects[0].body) == ("here", "Staying")


def test_without_a_rescue_the_initial_state_is_it():
    talk = Talk(TWO)
    talk.state = "gone"

    talk.says("hello")

    assert talk.state == "here"


def test_who_reaches_an_end_leaves_nothing_behind():
    talk = Talk(
        "states:\n  s:\n    say: S\n    when:\n      - text: any\n        save: name\n"
        "        go: e\n  e:\n    end: yes\n    say: Bye\n"
    )

    said = talk.says("Wanjiru")

    assert (said, talk.memory, talk.state) == (["Bye"], {}, "e")


def test_a_language_spoken_from_now_on_is_that_of_the_same_message_already():
    talk = Talk(
        "languages: [en, sw]\nstates:\n  s:\n    say: {en: Hello, sw: Habari}\n    when:\n"
        "      - hear: swahili\n        speak: sw\n        go: s\n"
    )

    assert talk.says("swahili") == ["Habari"]
    assert talk.language == "sw"


def test_an_event_that_no_rule_hears_moves_nothing():
    talk = Talk(TWO)

    assert talk.happens("payment.failed") == []
    assert (talk.heard, talk.state) == (False, "here")


def test_a_rule_book_is_shared_by_all_conversations():
    one, two = Talk(TWO), Talk(TWO)
    two.book = one.book
    one.says("over")

    two.says("stay")

    assert (one.state, two.state) == ("there", "here")


# --- misses -------------------------------------------------------------------------------------

THREE_TRIES = """
states:
  ask:
    say: How many?
    when:
      - number: 1..20
        say: Good
      - hear: other
        go: ask
      - otherwise: A number, please.
    tries: {at most: 3, then: menu}
  menu:
    say: Menu
    when:
      - hear: back
        go: ask
      - otherwise: Hm.
"""


def test_the_last_miss_leads_elsewhere():
    talk = Talk(THREE_TRIES)

    said = [talk.says("many") for _ in range(3)]

    assert said == [["A number, please."], ["A number, please."], ["A number, please.\n\nMenu"]]
    assert talk.state == "menu"


@pytest.mark.parametrize("name", ["text", "choice", "media", "location"])
def test_every_kind_of_message_can_be_a_miss(name):
    talk = Talk(THREE_TRIES)
    data = {
        "text": {"text": "x"}, "choice": {"id": "old", "title": "Old"},
        "media": {"type": "audio"}, "location": {"latitude": 1, "longitude": 2},
    }  # fmt: skip

    for _ in range(3):
        talk.happens(name, **data[name])

    assert talk.state == "menu"


def test_news_is_no_miss():
    talk = Talk(THREE_TRIES)

    for _ in range(9):
        talk.happens("payment.failed")

    assert talk.state == "ask"


@pytest.mark.parametrize("meanwhile", [["x", "back"], ["other"]], ids=["another", "the same"])
def test_misses_are_counted_anew_when_a_state_is_entered_again(meanwhile):
    talk = Talk(THREE_TRIES)
    talk.says("x"), talk.says("x")

    for typed in [*meanwhile, "x", "x"]:
        talk.says(typed)

    assert talk.state == "ask"


# --- commands -----------------------------------------------------------------------------------


def commands(written):
    return Talk(f"""
        anywhere:
          - hear: [menu, cancel]
            say: Menu
          - hear: shop
            say: Shop
          - event: payment.success
            say: Paid
          - choose: button
            say: Tapped
        states:
          s:
            say: Address?
            {written}
            when:
              - hear: skip
                say: Skipped
              - text: 2..99
                say: Thanks
              - otherwise: Again
    """)


@pytest.mark.parametrize(
    ("written", "typed", "answer"),
    [
        ("commands: [menu]", "menu", "Menu"),
        ("commands: [menu]", "MENU.", "Menu"),
        ("commands: [menu]", "cancel", "Thanks"),
        ("commands: [menu]", "shop", "Thanks"),
        ("commands: menu", "menu", "Menu"),
        ("commands: off", "menu", "Thanks"),
        ("", "menu", "Thanks"),
        ("", "shop", "Thanks"),
        ("commands: [menu]", "skip", "Skipped"),
        ("commands: [menu]", "x", "Again"),
        ("commands: [menu]", "Shop 12, Moi Avenue", "Thanks"),
    ],
)
def test_where_text_is_collected_only_the_listed_words_are_commands(written, typed, answer):
    assert commands(written).says(typed) == [answer]


def test_where_text_is_collected_news_and_buttons_are_heard_all_the_same():
    talk = commands("commands: off")

    assert [talk.happens("payment.success"), talk.taps("button")] == [["Paid"], ["Tapped"]]


def test_a_states_own_rules_come_before_those_of_anywhere_and_its_otherwise_after():
    talk = Talk("""
        anywhere:
          - hear: menu
            say: Menu
          - number: 1..99
            say: Anywhere
        states:
          s:
            say: S
            when:
              - otherwise: What?
              - number: 1..5
                say: Own
    """)

    assert [talk.says(typed) for typed in ("3", "7", "menu", "x")] == [
        ["Own"], ["Anywhere"], ["Menu"], ["What?"],
    ]  # fmt: skip


def test_the_rules_of_a_state_are_told_in_the_order_in_which_they_are_tried():
    talk = commands("commands: [menu]")

    order = [type(rule.trigger).__name__ for rule in rules_of(talk.flow.states["s"], talk.flow)]

    assert order == ["Hear", "Hear", "FreeText", "Happened", "Choose", "Otherwise"]


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("say: Hello", "Text"),
        ("say: Hello\n    offer: [a: A, b: B]", "Buttons"),
        ("say: Hello\n    list: {opener: See, title: All, rows: [a: A]}", "Rows"),
        ("say: Hello\n    ask for: location", "AskLocation"),
        ("say: Hello\n    image: https://x.co/a.jpg", "Media"),
        ("say: Hello\n    document: https://x.co/a.pdf", "Media"),
    ],
)
def test_a_message_is_sent_as_it_is_written(written, kind):
    talk = Talk(f"states:\n  s:\n    {written}\n    when:\n      - hear: hi\n        go: s\n")

    said = talk.says("hi")

    assert said == ["Hello"]
    assert type(talk.last[0]).__name__ == kind


def test_a_buttons_id_and_label_may_hold_placeholders():
    talk = Talk(
        "states:\n  s:\n    say: S\n    offer:\n      - pay_{order}: Pay {total}\n    when:\n"
        "      - hear: hi\n        go: s\n"
    )
    talk.memory.update(order="ORD-1", total="KES 5")

    talk.says("hi")

    assert talk.offered == {"pay_ORD-1": "Pay KES 5"}


def test_other_payments_leave_out_the_way_used_last():
    talk = Talk(
        "payments:\n  a: {title: A}\n  b: {title: B}\n  c: {title: C}\n"
        "states:\n  s:\n    say: S\n    offer: other payments\n    when:\n"
        "      - hear: hi\n        go: s\n"
    )
    talk.memory.update(order="ORD-1", method="b")

    talk.says("hi")

    assert list(talk.offered) == ["pay_a_ORD-1", "pay_c_ORD-1"]
