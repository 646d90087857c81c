"""The sketch in Graphviz's language: the happy path one straight, thick column."""

import re
from collections.abc import Iterator, Mapping

from engine.diagram import cards, colours
from engine.diagram.sketch import Arrow, Card, Sketch

FONT = "Noto Sans,Helvetica,sans-serif"
START = '"the start"'  # with a space: no state's name in this file has one
STEP = "step"  # the class of the arrows of the happy path

_GRAPH = {
    "rankdir": "TB",
    "bgcolor": f'"{colours.PAGE}"',
    "pad": "0.4",
    "nodesep": "0.45",
    "ranksep": "0.4",
    "fontname": f'"{FONT}"',
    "labelloc": "t",
}
_NODE = {
    "shape": "box",
    "style": '"rounded,filled"',
    "fillcolor": f'"{colours.PAPER}"',
    "fontname": f'"{FONT}"',
    "margin": '"0.14,0.09"',
}
_EDGE = {"fontname": f'"{FONT}"', "arrowsize": "0.8"}
_THICK, _THIN = "2.6", "1.3"
#: From the middle of one card to the middle of the next, whatever runs beside it.
_STRAIGHT = {"tailport": "s", "headport": "n", "weight": "1000", "penwidth": _THICK, "class": STEP}

_GREEN = {"color": f'"{colours.SPINE}"'}
_PILL = _GREEN | {
    "id": '"start"',
    "label": '"start"',
    "group": "spine",
    "fillcolor": f'"{colours.SPINE}"',
    "fontcolor": f'"{colours.PAPER}"',
    "fontsize": "9",
    "height": "0.25",
    "margin": '"0.12,0.03"',
}


def dot(shown: Sketch) -> str:
    """Write the drawing as DOT."""
    names = named(shown)
    lines = [
        f"graph [{_attributes({**_GRAPH, 'label': f'<{cards.head(shown)}>'})}]",
        f"node [{_attributes(_NODE)}]",
        f"edge [{_attributes(_EDGE)}]",
        *_start(shown, names),
        *(_card(card, names[card.name], main=card.name in shown.spine) for card in shown.cards),
        *(_arrow(arrow, names) for arrow in shown.arrows),
    ]
    return "digraph flow {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def named(shown: Sketch) -> dict[str, str]:
    """What each state is called in DOT: its own name, or its place when that needs an escape."""
    return {card.name: _name(card.name, at) for at, card in enumerate(shown.cards)}


def mark(name: str) -> str:
    """The id of a card in the SVG, of what it is called in DOT."""
    return f"state-{name.strip(chr(34)).replace(' ', '-')}"


def _name(name: str, at: int) -> str:
    return f'"{name}"' if re.fullmatch(r"\w+", name, re.ASCII) else f'"state {at}"'


def _start(shown: Sketch, names: Mapping[str, str]) -> Iterator[str]:
    for card in shown.cards:
        if card.start:
            yield f"{START} [{_attributes(_PILL)}]"
            yield f"{START} -> {names[card.name]} [{_attributes(_STRAIGHT | _GREEN)}]"


def _card(card: Card, name: str, *, main: bool) -> str:
    shown = {
        "id": f'"{mark(name)}"',
        "color": f'"{colours.border(card)}"',
        "label": f"<{cards.card(card)}>",
    }
    if main:
        shown["group"] = "spine"
    if card.end or card.problems:
        shown["penwidth"] = _THICK
    return f"{name} [{_attributes(shown)}]"


def _arrow(arrow: Arrow, names: Mapping[str, str]) -> str:
    """An arrow back up is drawn from its head to its tail, so that it moves no card."""
    ends = [names[arrow.source], names[arrow.target]]
    shown = {"color": f'"{colours.line(arrow)}"', "label": f"<{cards.label(arrow)}>"}
    shown |= _STRAIGHT if arrow.main else {"penwidth": _THIN}
    if arrow.figure:
        shown["id"] = f'"{arrow.figure}"'
    if arrow.kind == "given up":
        shown["style"] = "dashed"
    if arrow.back:
        ends.reverse()
        shown["dir"] = "back"
    return f"{' -> '.join(ends)} [{_attributes(shown)}]"


def _attributes(shown: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in shown.items())
