"""What YAML cannot read is told where it began, in words that a shopkeeper can act on."""

from pathlib import Path

import lessons
import pytest

from engine.errors import FlowError
from engine.loader import load

#: What was typed, where the fault is, and the words for it.
SLIPS = [
    ("say: *Welcome*", 1, 6, "cannot start with * or &"),
    ("say: Total: 500", 1, 11, "a colon in a text that is not in quotes"),
    ("say: @home", 1, 6, "cannot start with this character"),
    ("say: 100% or `more`\nhear: %x", 2, 7, "cannot start with this character"),
    ('say: "C:\\quick"', 1, 9, "a backslash means something else"),
    ('say: "Welcome\nhear: hi\n', 1, 6, "the quotes that begin here never end"),
    ("say: 'It's'", 1, 10, "there is more here after the text"),
    ('say: "Hi" there', 1, 11, "there is more here after the text"),
    ("say: [Hi] there", 1, 11, "there is more here after the text"),
    ("offer: [a, b\nhear: hi\n", 1, 8, "the bracket that opens here is not closed"),
    ("say: {en: {shop} here, sw: x}", 1, 11, "a {placeholder} in a text that is not in quotes"),
    ("say: {en: Hi {shop}, sw: x}", 1, 14, "a {placeholder} in a text that is not in quotes"),
    ("say: {en: Note: hi, sw: x}", 1, 15, "a colon in a text that is not in quotes"),
    ('say: {en: "Hi", sw: "It is: so}\nhear: hi\n', 1, 21, "the quotes that begin here never end"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "one space too far left"),
    ("- hear: hi\n   go: home\n", 2, 4, "one space too far right"),
    ("- say: hi\n      go: home\n", 2, 7, "4 spaces too far right"),
    ("- hear: hi\n - hear: ho\n", 2, 2, "one space too far right"),
    ("a:\n   b: hi\n  c: ho\n", 2, 4, "one space too far right"),
    ("a: |\n  One\n Two\n", 3, 2, "one space too far left"),
    ("say: hi\n  Note: that\n", 2, 7, "a colon in a text that is not in quotes"),
    ("say: hi\n             note: that\n", 2, 18, "a colon in a text that is not in quotes"),
    ("say: hi\n  there: x: y\n", 2, 3, "2 spaces too far right"),
    ("a: 1\n}: 2\n", 2, 1, "does not fit under the one above"),
    ("when:\n  - hear: hi\n  go: home\n", 3, 3, "does not fit into the list above"),
    ("when: - hear: hi", 1, 7, "a dash cannot stand here"),
    ("say: |Welcome\n  there", 1, 7, "the text starts in the next line"),
    ("say: |\n  Welcome\nthere\nhear: hi", 3, 1, "there is no colon after this word"),
    ("a:\n\tb: 1\n", 2, 1, "a tab; YAML allows only spaces here"),
    ("say: }", 1, 6, "this cannot be read"),
]

JARGON = ("token", "scalar", "mapping", "sequence", "flow collection", "parsing", "scanning")


@pytest.mark.parametrize(("text", "line", "column", "words"), SLIPS, ids=[s[0] for s in SLIPS])
def test_it_is_told_where_it_began_and_in_plain_words(text, line, column, words):
    with pytest.raises(FlowError) as refused:
        load(text)

    [problem] = refused.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message
    assert problem.repair
    assert not [word for word in JARGON if word in str(problem)]


SALON = Path(__file__).resolve().parents[2] / "examples/salon/flows.yaml"
STEPS = {1: "one space too far right", -1: "one space too far left"}


def slipped(lines, at, step):
    """What is told of the file with one of its lines a space farther in or out."""
    margin = len(lines[at]) - len(lines[at].lstrip())
    moved = " " * (margin + step) + lines[at].lstrip()
    try:
        load("\n".join([*lines[:at], moved, *lines[at + 1 :]]))
    except FlowError as error:
        [problem] = error.problems
        return problem.line, problem.message
    return at + 1, f"this line begins {STEPS[step]}"  # it can still be read


@pytest.mark.parametrize("step", STEPS, ids=STEPS.get)
@pytest.mark.parametrize("file", [lessons.FOLDER / "base.yaml", SALON], ids=lambda file: file.name)
def test_whichever_line_is_a_space_off_is_the_one_that_is_told(file, step):
    lines = file.read_text("utf-8").split("\n")
    known = [at for at, line in enumerate(lines) if line.strip() and line.lstrip()[0] != "#"]
    told = {at + 1: slipped(lines, at, step) for at in known if step > 0 or lines[at][0] == " "}

    assert {line: said for line, said in told.items() if line != said[0]} == {}
    assert {said for _, said in told.values()} == {f"this line begins {STEPS[step]}"}


def test_it_is_said_what_the_line_should_stand_under():
    with pytest.raises(FlowError) as refused:
        load("when:\n  - number: 1..20\n    save: left\n     go: address\n")

    [problem] = refused.value.problems
    assert str(problem) == (
        "flows.yaml:4:6 E104 this line begins one space too far right "
        '→ let "go" stand under "save" of line 3'
    )
