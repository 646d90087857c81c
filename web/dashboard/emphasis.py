"""WhatsApp's *bold*, _italic_, ~struck~ and ```mono``` as pieces of text, for a page to draw.

What a piece says is plain text still: the page escapes it as it escapes everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

STYLES = {"*": "bold", "_": "italic", "~": "struck"}
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, and how it looks: the words of its styles, or none."""

    text: str
    style: str = ""


def spans(text: object) -> list[Span]:
    """Part a text where its look changes; in a time that grows as the text does, whatever it is."""
    return [each for each in _parts(str(text).split(FENCE)) if each.text]


def _parts(parts: list[str]) -> Iterator[Span]:
    """What stands between two fences is shown as it is."""
    for at, part in enumerate(parts):
        fenced = at % 2 and at < len(parts) - 1
        if fenced and part.strip():
            yield Span(part, "mono")
            continue
        if at % 2:
            yield Span(FENCE)
        yield from _plain(part)
        if fenced:
            yield Span(FENCE)


def _plain(text: str) -> Iterator[Span]:
    """Nothing is bold across the end of a line."""
    for at, line in enumerate(text.split("\n")):
        if at:
            yield Span("\n")
        yield from _line(line)


def _line(line: str) -> Iterator[Span]:
    marks = _marks(line)
    on: dict[str, None] = {}
    begin = 0
    for at in sorted(marks):
        yield Span(line[begin:at], " ".join(on))
        style = STYLES[line[at]]
        on.pop(style) if style in on else on.update({style: None})
        begin = at + 1
    yield Span(line[begin:])


def _marks(line: str) -> set[int]:
    """Where marks stand that have their other half, one pair within another or beside it."""
    found: set[int] = set()
    waiting: dict[str, int] = {}  # where each mark was opened, oldest first
    for at, mark in enumerate(line):
        if mark not in STYLES:
            continue
        if mark in waiting and _closes(line, at) and at > waiting[mark] + 1:
            begin = waiting[mark]
            found |= {begin, at}
            waiting = {other: place for other, place in waiting.items() if place < begin}
        elif mark not in waiting and _opens(line, at):
            waiting[mark] = at
    return found


def _opens(line: str, at: int) -> bool:
    before, after = line[max(at - 1, 0) : at], line[at + 1 : at + 2]
    return not before.isalnum() and not after.isspace() and bool(after)


def _closes(line: str, at: int) -> bool:
    return not line[at - 1].isspace() and not line[at + 1 : at + 2].isalnum()
