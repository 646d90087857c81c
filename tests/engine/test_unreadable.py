"""What YAML cannot read is told where it began, in words that a shopkeeper can act on."""

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
    ("a:\n  b: 1\n c: 2\n", 3, 2, "does not fit under the one above"),
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
