"""The sketch for the terminal: the states in order, and under each where it leads."""

from collections.abc import Iterator

from engine.diagram.sketch import Arrow, Card, Sketch
from engine.diagram.words import short, wrong

_SHAFT = {"plain": "─▶", "success": "✓▶", "failure": "✗▶", "given up": "┄▶"}


def text(shown: Sketch) -> str:
    """Write the drawing in plain characters."""
    lines = [shown.title, *(line for each in shown.problems for line in wrong(each)), ""]
    for card in shown.cards:
        lines += [*_card(card), *_leaving(card, shown), ""]
    if shown.asides:
        lines += list(_anywhere(shown))
    return "\n".join(lines).rstrip() + "\n"


def _card(card: Card) -> Iterator[str]:
    marks = (("start", card.start), ("end", card.end), ("NO SUCH STATE", card.missing))
    marked = "".join(f"  [{mark}]" for mark, holds in marks if holds)
    yield f"{'●' if card.start else '◎' if card.end else '○'} {short(card.name)}{marked}"
    if not card.missing:
        yield from (f"│   {line}" for line in card.text)
    if card.chips:
        yield "│   " + " ".join(f"({chip})" for chip in card.chips)
    yield from (f"│ {line}" for each in card.problems for line in wrong(each))


def _leaving(card: Card, shown: Sketch) -> Iterator[str]:
    arrows = [arrow for arrow in shown.arrows if arrow.source == card.name]
    width = max((len(short(arrow.target)) for arrow in arrows), default=0)
    for arrow in arrows:
        first, *others = arrow.labels
        yield f"{_leading(arrow, width)} {first}"
        yield from (f"│{' ' * (width + 6)}{label}" for label in others)


def _leading(arrow: Arrow, width: int) -> str:
    fork = "┣" if arrow.main else "├"
    way = "↑" if arrow.back else " "
    return f"{fork}{_SHAFT[arrow.kind]} {short(arrow.target):<{width}} {way}"


def _anywhere(shown: Sketch) -> Iterator[str]:
    yield "In every state"
    for each in shown.asides:
        yield f"├─▶ {short(each.target)}" if each.target else "├── answered on the spot"
        yield from (f"│     {label}" for label in each.labels)
