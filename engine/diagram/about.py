"""All that is written about a state, for a reader who points at its card."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagram import words
from engine.diagram.as_dot import mark, named
from engine.diagram.sketch import Sketch
from engine.flow import Flow, Message, Rule, State


@dataclass(frozen=True, slots=True)
class Said:
    """A message in one language: its whole text and what can be tapped under it."""

    language: str
    text: str
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One rule: its line, what is heard, what is answered, and the state it leads to."""

    line: int
    heard: str
    said: tuple[Said, ...]
    go: str


@dataclass(frozen=True, slots=True)
class About:
    """A card's id in the SVG, and what its state says and hears."""

    id: str
    name: str
    line: int
    said: tuple[Said, ...]
    ways: tuple[Way, ...]
    problems: tuple[str, ...]


def about(flow: Flow, shown: Sketch, *, language: str | None = None) -> tuple[About, ...]:
    """Tell of every state that is drawn, in the order of the drawing."""
    names = named(shown)
    tongue = language or flow.languages[0]
    return tuple(
        _about(flow.states[card.name], flow, mark(names[card.name]), card.problems, tongue)
        for card in shown.cards
        if card.name in flow.states
    )


def _about(state: State, flow: Flow, id: str, problems: tuple[str, ...], tongue: str) -> About:  # noqa: A002
    titles = words.titles(flow, tongue)
    ways = (_way(rule, flow, words.label(rule, titles, language=tongue)) for rule in state.rules)
    said = tuple(_said(state.message, flow))
    return About(id, state.name, state.place.line, said, tuple(ways), problems)


def _way(rule: Rule, flow: Flow, label: str) -> Way:
    return Way(rule.place.line, label, tuple(_said(rule.message, flow)), rule.go or "")


def _said(message: Message, flow: Flow) -> Iterator[Said]:
    """The message in each language, once where it is the same in all."""
    told: dict[tuple[str, tuple[str, ...]], str] = {}
    for language in flow.languages:
        text = message.say.template(language).source if message.say else ""
        chips = tuple(words.tappable(message, flow, language))
        if text or chips:
            told.setdefault((text, chips), language)
    for (text, chips), language in told.items():
        yield Said(language if len(told) > 1 else "", text, chips)
