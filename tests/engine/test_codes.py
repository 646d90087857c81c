"""Each code of the proof is explained, and its example is one."""

import re
from pathlib import Path

import lessons
import pytest

from engine import checks
from engine.checks.codes import ROWS, codes
from flows.words import vocabulary

ENGINE = Path(checks.__file__).parents[1]
WORDS = vocabulary()

#: What no page can show as it is: a file that is too large, in another coding, or with a bell.
MADE = {
    "E101": lambda text: text + "#" * 300_000,
    "E102": lambda text: text.encode("latin-1"),
    "E109": lambda text: text.replace("Soap Shop", "Soap\x07Shop"),
    "E114": lambda text: text + "      - hear: word\n        go: greeting\n" * 2_001,
}


def told(text):
    return {problem.code for problem in checks.examine(text, WORDS)[1]}


def test_every_code_that_can_be_told_is_explained_and_no_other():
    sources = (path.read_text("utf-8") for path in ENGINE.rglob("*.py"))
    found = {code for source in sources for code in re.findall(r'"(E\d{3})"', source)}

    assert found == codes().keys()


@pytest.mark.parametrize("code", codes())
def test_the_wrong_example_has_the_fault(code):
    wrong = MADE.get(code, lambda text: text)(lessons.whole(codes()[code].wrong))

    assert code in told(wrong)


@pytest.mark.parametrize("code", codes())
def test_the_right_example_has_none(code):
    problems = checks.examine(lessons.whole(codes()[code].right), WORDS)[1]

    assert problems == []


def test_each_explanation_is_two_sentences_of_a_row():
    for each in codes().values():
        assert each.row in ROWS
        assert each.says.endswith(".")
        assert each.why.endswith(".")
        assert max(map(len, (each.says, each.why))) <= 100


def test_the_codes_stand_in_the_order_of_the_rows():
    rows = [each.row for each in codes().values()]

    assert list(dict.fromkeys(rows)) == list(ROWS)
    assert rows == sorted(rows, key=list(ROWS).index)
