"""A line that begins a space too far right or left, told by the line that it should stand under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from engine import schema
from engine.errors import Problem

DASH, TEXT = "the dash", "the text"
FARTHEST = 4  # spaces; who is farther off means something else

_LINE = re.compile(r"( *)((?:- +)*)(?:([\w\"'][^:#]*?)[\"']?:(?=\s|$))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COMMENT = re.compile(r"(?<=\s)#.*")
_TEXT_FOLLOWS = re.compile(r"[:-]\s+[|>][-+\d]*$")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a dash, a word or a text begins that others may stand under."""

    column: int  # from 0
    line: int
    name: str

    def __str__(self) -> str:
        return self.name if self.name in (DASH, TEXT) else f'"{self.name}"'


def told(lines: Sequence[str], number: int, file: str) -> Problem | None:
    """Tell by how much a line is out of place, or one before it; none where neither is."""
    above, text = _open_edges(lines[: number - 1])
    margin = _margin(lines[number - 1])
    mine = next(iter(_edges_of(lines[number - 1], number)), None)
    if text and above[-1].column < margin and (mine is None or _homes(mine.name) == _CHOSEN):
        return _fault(Edge(margin, number, TEXT), text, above, file)
    if mine is None or any(each.column == margin for each in above):
        return None
    over = _meant(mine, above, lines)
    return _fault(mine, over, above, file) if over else None


def _fault(mine: Edge, over: Edge, above: Sequence[Edge], file: str) -> Problem:
    """The line is out of place; or that above it is, where all others are two steps apart."""
    others = [each.column for each in above if each.line != over.line]
    if over.column % 2 and not any(column % 2 for column in (mine.column, *others)):
        first = next((each for each in above if each.line == over.line), over)
        repair = f"let {over} stand above {mine} of line {mine.line}"
        return _off(first, over.column - mine.column, repair, file)
    repair = f"let {mine} stand under {over} of line {over.line}"
    return _off(mine, mine.column - over.column, repair, file)


def _off(edge: Edge, off: int, repair: str, file: str) -> Problem:
    far = "one space" if abs(off) == 1 else f"{abs(off)} spaces"
    said = f"this line begins {far} too far {'right' if off > 0 else 'left'}"
    return Problem(edge.line, edge.column + 1, "E104", said, repair, file)


def _meant(mine: Edge, above: Sequence[Edge], lines: Sequence[str]) -> Edge | None:
    """The edge that is nearest; of two, the one that fits the word and what comes next."""
    next_ = next((_margin(line) for line in lines[mine.line :] if line.strip()), -1)
    homes = _homes(mine.name)
    deeper = 2 if _plain(lines[mine.line - 1]).endswith(":") else 0

    def unlike(each: Edge) -> tuple[int, bool, bool, int]:
        far, fits = abs(each.column - mine.column), next_ - each.column == deeper
        return far, not homes & _homes(each.name), not fits, -each.column

    alike = [each for each in above if (each.name == DASH) == (mine.name == DASH)]
    found = min(alike, key=unlike, default=None)
    return found if found and abs(found.column - mine.column) <= FARTHEST else None


def _open_edges(lines: Sequence[str]) -> tuple[list[Edge], Edge | None]:
    """What another line may stand under, the innermost last, and the text that goes on."""
    found: list[Edge] = []
    text: Edge | None = None
    awaits = False  # the text that the line before has announced
    for number, line in enumerate(lines, 1):
        if not line.strip() or (text and _margin(line) >= text.column):
            continue
        if awaits:
            text, awaits = Edge(_margin(line), number, TEXT), False
            continue
        edges = list(_edges_of(line, number))
        if edges:
            found = [each for each in found if each.column < edges[0].column] + edges
            text, awaits = None, bool(_TEXT_FOLLOWS.search(_plain(line)))
    return found, text


def _edges_of(line: str, number: int) -> Iterator[Edge]:
    match = _LINE.match(line)
    if match is None or line.lstrip().startswith("#"):
        return
    margin, dashes, word = match.groups()
    for at, sign in enumerate(dashes):
        if sign == "-":
            yield Edge(len(margin) + at, number, DASH)
    if word:
        yield Edge(len(margin) + len(dashes), number, word.strip("\"' "))


def _plain(line: str) -> str:
    return _COMMENT.sub("", line).rstrip()


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


#: Where names stand that are no words of the language: of languages, and those that are chosen.
_LANGUAGES, _CHOSEN = frozenset({"languages"}), frozenset({"chosen"})


def _homes(name: str) -> frozenset[str]:
    """Where such a name may stand; two that share a home may stand under each other."""
    words = frozenset(home for home, known in _words().items() if name in known)
    return words or (_LANGUAGES if _LANGUAGE.fullmatch(name) else _CHOSEN)


@cache
def _words() -> dict[str, frozenset[str]]:
    """The words of the language, by what they say something of."""
    models = [each for each in vars(schema).values() if isinstance(each, type)]
    return {each.__name__: schema.words(each) for each in models if issubclass(each, schema.Raw)}
