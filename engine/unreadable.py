"""What the YAML parser complains of, in words that a shopkeeper can act on."""

import re
from collections.abc import Sequence

from engine import indented
from engine.errors import Problem

Spot = tuple[int, int]  # line and column, both from 1

#: What the parser says, what it means, and what would be right.
_PLAINLY = {
    "mapping values are not allowed": (
        "a colon in a text that is not in quotes", 'put the text in quotes: say: "Total: {total}"',
    ),
    "alphabetic or numeric character": (
        "a text cannot start with * or & here", 'put the text in quotes: say: "*Welcome*"',
    ),
    "cannot start any token": (
        "a text cannot start with this character", "put the whole text in quotes",
    ),
    "unknown escape character": (
        "a backslash means something else in these quotes",
        "write it twice, or put the text in single quotes",
    ),
    "unexpected end of stream": ("the quotes that begin here never end", "add the missing quotes"),
    "expected key": (
        "this line does not fit under the one above",
        "give it as many spaces as the lines it belongs to, and look for a missing quote above",
    ),
    "expected '-' indicator": (
        "this line does not fit into the list above",
        "start it with a dash, in line with the others",
    ),
    "comment or line break": (
        "after | or > the text starts in the next line", "move it there, two spaces further in",
    ),
    "could not find expected ':'": ("there is no colon after this word", "write `word: value`"),
    "expected ',' or": (
        "the bracket that opens here is not closed",
        "add the missing ] or }, and quotes around a text that has a comma, a colon or {…} in it",
    ),
    "sequence entries are not allowed": (
        "a dash cannot stand here", "put it in a line of its own, under the word it belongs to",
    ),
}  # fmt: skip

_LEFT_OVER = (
    "there is more here after the text or bracket has ended",
    "put the whole text in one pair of quotes; a quote inside them is written twice",
)
_SOMEHOW = (
    "this cannot be read",
    "look at the indentation, the colons and the quotes here and one line above",
)

_QUOTED = re.compile(r""" "(?:[^"\\]|\\.)*" | (?<=[\s\[{,:])'(?:[^']|'')*' """, re.VERBOSE)
#: What may stand within brackets, where quotes would help: the last group is the place at fault.
_IN_BRACKETS = (
    (re.compile(r"""(?<=[\s\[{,:])(["'])"""), _PLAINLY["unexpected end of stream"]),
    (re.compile(r":\s[^,{}\[\]]*(:)\s"), _PLAINLY["mapping values are not allowed"]),
    (
        re.compile(r":\s[^,{}\[\]]*\S\s*({[a-z_]+})|:\s+({[a-z_]+})\s*[^,}\]\s]"),
        ("a {placeholder} in a text that is not in quotes", "put the whole text in quotes"),
    ),
)

#: What the parser says of a line that stands under nothing, and what comes before its colon.
_MISPLACED = ("expected key", "expected '-' indicator", "document start")
_FIRST_WORD = re.compile(r"(?:- +)*[a-z_\"'][\w {}\"']*")

#: Told where the text or bracket began, not where the parser noticed.
_BEGUN = (
    "alphabetic or numeric character", "unexpected end of stream", "could not find expected ':'",
    "expected ',' or",
)  # fmt: skip


def told(said: str, here: Spot, begun: Spot, lines: Sequence[str], file: str) -> Problem:
    """Name what cannot be read: where it was noticed or began, and what would be right."""
    tab = _tab_near(lines, here[0])
    if tab:
        repair = "replace it with two spaces for each step"
        return Problem(*tab, "E103", "a tab; YAML allows only spaces here", repair, file)
    if _may_be_indented(said, here, lines) and (off := indented.told(lines, here[0], file)):
        return off
    line, column = begun if any(words in said for words in _BEGUN) else here
    if "expected key" in said and _follows_text(lines, line, column):
        return Problem(line, column, "E104", *_LEFT_OVER, file)
    if "expected ',' or" in said and (found := _in_brackets(lines, begun)):
        column, plainly = found
        return Problem(line, column, "E104", *plainly, file)
    plainly = next((each for words, each in _PLAINLY.items() if words in said), _SOMEHOW)
    return Problem(line, column, "E104", *plainly, file)


def _may_be_indented(said: str, here: Spot, lines: Sequence[str]) -> bool:
    """Does the parser stumble over the first thing in a line, or over its colon?"""
    line, column = here
    before = lines[line - 1][: column - 1].lstrip() if 0 < line <= len(lines) else ""
    if "mapping values" in said:
        return bool(_FIRST_WORD.fullmatch(before))
    return not before and any(words in said for words in _MISPLACED)


def _in_brackets(lines: Sequence[str], begun: Spot) -> tuple[int, tuple[str, str]] | None:
    """The column of what breaks a bracket in its own line, and the words for it."""
    line, column = begun
    if not 0 < line <= len(lines):
        return None
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), lines[line - 1])
    for fault, plainly in _IN_BRACKETS:
        if found := fault.search(bare, column - 1):
            return found.start(found.lastindex or 0) + 1, plainly
    return None


def _follows_text(lines: Sequence[str], line: int, column: int) -> bool:
    return 0 < line <= len(lines) and bool(lines[line - 1][: column - 1].strip())


def _tab_near(lines: Sequence[str], line: int) -> Spot | None:
    for number in (line, line - 1):
        if 0 < number <= len(lines):
            text = lines[number - 1]
            margin = text[: len(text) - len(text.lstrip())]
            if "\t" in margin:
                return number, margin.index("\t") + 1
    return None
