"""What a drawing shows, before it is drawn: cards, arrows and what is heard anywhere."""

from dataclasses import dataclass, replace
from typing import Literal

#: Why a conversation moves along an arrow; "given up" is a time that passed or too many misses.
Kind = Literal["plain", "success", "failure", "given up"]


@dataclass(frozen=True, slots=True)
class Card:
    """A state: the first words of its message, and what can be tapped there."""

    name: str
    text: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()
    start: bool = False
    end: bool = False
    failure: bool = False  # only a failure leads here
    missing: bool = False  # a rule goes here, and no such state is written
    problems: tuple[str, ...] = ()  # what the proof found in it
    figures: tuple[str, ...] = ()  # what is counted here: who is here, who left

    @property
    def wrong(self) -> bool:
        """Is there something to mend here?"""
        return self.missing or bool(self.problems)


@dataclass(frozen=True, slots=True)
class Arrow:
    """All the ways from one state to another, each in a few words."""

    source: str
    target: str
    labels: tuple[str, ...]
    kind: Kind = "plain"
    main: bool = False  # a step of the happy path
    back: bool = False  # to a state that is drawn above
    figure: str = ""  # how many went along it


@dataclass(frozen=True, slots=True)
class Aside:
    """What is heard in every state, and where it leads; without a target, it is only answered."""

    labels: tuple[str, ...]
    target: str | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A whole flow, its cards from the top to the bottom of the page."""

    title: str
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    asides: tuple[Aside, ...]
    spine: tuple[str, ...]  # the happy path
    problems: tuple[str, ...] = ()  # what the proof found outside the states


def focused(shown: Sketch, state: str) -> Sketch:
    """Leave one state and its neighbours: what leads to it, and where it leads."""
    arrows = tuple(each for each in shown.arrows if state in (each.source, each.target))
    near = {state, *(each.source for each in arrows), *(each.target for each in arrows)}
    return replace(
        shown,
        cards=tuple(card for card in shown.cards if card.name in near),
        arrows=arrows,
        asides=tuple(each for each in shown.asides if each.target == state),
        spine=tuple(name for name in shown.spine if name in near),
    )
