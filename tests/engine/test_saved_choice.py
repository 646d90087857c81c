"""The label of what was chosen can be saved, and nothing else that is no answer."""

import pytest
from talk import Talk

from engine import checks
from flows.words import vocabulary

TIMES = """
languages: [en, sw]
states:
  time:
    say: When?
    list:
      opener: Times
      title: Times
      rows:
        - at_9: {en: "Nine o'clock", sw: Saa tatu}
        - at_10: {en: Ten, sw: Saa nne}
    when:
      - choose: at_*
        save: time
        go: done
      - otherwise: Choose a time.
  done:
    say: "You come at {time}."
    when:
      - otherwise: Thank you.
        go: time
"""


@pytest.mark.parametrize(
    ("language", "answer"), [("en", "You come at Ten."), ("sw", "You come at Saa nne.")]
)
def test_the_label_is_saved_as_the_customer_reads_it(language, answer):
    talk = Talk(TIMES, language=language)

    assert talk.taps("at_10") == [answer]
    assert talk.memory["time"] in answer


@pytest.mark.parametrize("typed", ["2", "ten", "saa nne"])
def test_a_choice_that_is_typed_is_saved_too(typed):
    talk = Talk(TIMES)

    talk.says(typed)

    assert talk.memory["time"] == "Ten"


def test_a_choice_that_is_not_written_is_not_heard():
    talk = Talk(TIMES)

    assert talk.taps("at_11") == ["Choose a time."]
    assert "time" not in talk.memory


def problems(text):
    head = "flow: test\nshop: {name: Test}\ninitial: time\n"
    return [(each.code, each.message) for each in checks.examine(head + text, vocabulary())[1]]


@pytest.mark.parametrize("heard", ["hear: yes", "choose: payment", "media: any"])
def test_a_save_of_no_answer_is_told(heard):
    wrong = TIMES.replace("- choose: at_*", f"- {heard}")

    told = [message for code, message in problems(wrong) if code == "E308"]

    assert len(told) == 1


def test_the_longest_label_is_what_a_text_must_have_room_for():
    long = TIMES.replace("You come at {time}.", "x" * 4090 + "{time}")

    (told,) = [message for code, message in problems(long) if code == "E401"]

    assert f"{4090 + len('Nine o.clock')} characters" in told
