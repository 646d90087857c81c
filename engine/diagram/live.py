"""A flow drawn once, its figures put in at each look: to lay it out takes a tenth of a second."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from math import sqrt

from engine.diagram import as_dot, as_picture
from engine.diagram.sketch import Card, Sketch
from engine.diagram.words import clean

Way = tuple[str, str]  # from a state to a state

THINNEST, THICKEST = 1.0, 7.0
WIDE = "_" * 24  # the room that is kept for a figure on a card
_ARROW = re.compile(r'<g id="(way\d+)" class="edge[^"]*">.*?</g>', re.DOTALL)
_STROKE = re.compile(r'(<path [^>]*stroke-width=)"[\d.]+"')


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of each state, in a line or two, and how many went along each arrow."""

    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arrows: Mapping[Way, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG with room for figures: what each room is for."""

    svg: str
    cards: Mapping[str, tuple[str, int]]  # a room: a state, and which of its lines
    arrows: Mapping[str, Way]

    def with_figures(self, figures: Figures) -> bytes:
        """Put figures in; an arrow is the thicker the more went along it."""
        most = max((figures.arrows.get(way, 0) for way in self.arrows.values()), default=0)
        svg = _ARROW.sub(lambda found: self._weighed(found, figures.arrows, most), self.svg)
        told = {room: _line(figures.states, *card) for room, card in self.cards.items()}
        told |= {room: _many(figures.arrows.get(way, 0)) for room, way in self.arrows.items()}
        return re.sub(
            r">((?:card|way)\d+)_*<",
            lambda found: f">{escape(clean(told.get(found[1], '')))}<",
            svg,
        ).encode()

    def _weighed(self, found: re.Match[str], passed: Mapping[Way, int], most: int) -> str:
        many = passed.get(self.arrows[found[1]], 0)
        share = sqrt(many / most) if most else 0
        width = THINNEST + (THICKEST - THINNEST) * share
        return _STROKE.sub(rf'\g<1>"{width:.1f}"', found[0])


def laid_out(shown: Sketch) -> Drawing:
    """Draw a flow with room for figures; raises CannotDraw where the library for it is missing."""
    cards = dict(_rooms(shown))
    arrows = {f"way{at:04}": (each.source, each.target) for at, each in enumerate(shown.arrows, 1)}
    ways = (replace(each, figure=room) for room, each in zip(arrows, shown.arrows, strict=True))
    roomy = replace(shown, cards=tuple(_roomy(shown, cards)), arrows=tuple(ways))
    svg = as_picture.picture(as_dot.dot(roomy), kind="svg", cards=len(shown.cards)).decode()
    return Drawing(svg, cards, arrows)


def _rooms(shown: Sketch) -> Iterator[tuple[str, tuple[str, int]]]:
    for at, card in enumerate(shown.cards, 1):
        for line in (0, 1):
            yield f"card{at:04}{line}", (card.name, line)


def _roomy(shown: Sketch, rooms: Mapping[str, tuple[str, int]]) -> Iterator[Card]:
    for card in shown.cards:
        mine = [room for room, (name, _) in rooms.items() if name == card.name]
        yield replace(card, figures=tuple(room + WIDE for room in mine))


def _line(states: Mapping[str, tuple[str, ...]], name: str, at: int) -> str:
    told = states.get(name, ())
    return told[at] if at < len(told) else ""


def _many(passed: int) -> str:
    return f"{passed:,}" if passed else ""
