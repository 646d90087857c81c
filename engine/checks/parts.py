"""Every part of a flow that a check looks at, with where it belongs."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.errors import Problem
from engine.flow import Flow, Message, Place, Rule
from engine.line import file_of
from engine.text import Template, Text


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the flow and the name of the state, or rule, that sends it."""

    message: Message
    owner: str


def fault(
    flow: Flow,
    place: Place | Text | Template,
    code: str,
    message: str,
    repair: str = "",
    way: tuple[str, ...] = (),
) -> Problem:
    """Name a fault of a flow, and the way on which it shows."""
    file = file_of(place.line) or flow.file
    return Problem(place.line, place.column, code, message, repair, file, way)


def nearest(name: str, known: Iterable[str]) -> str:
    """The nearest right name, as a repair."""
    names = sorted(known)
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f'did you mean "{found[0]}"?' if found else f"known: {', '.join(names)}"


def rules(flow: Flow) -> Iterator[Rule]:
    """Every rule, of `anywhere` and of each state."""
    yield from flow.anywhere
    for state in flow.states.values():
        yield from state.rules


def messages(flow: Flow) -> Iterator[Said]:
    """Every message that the flow writes itself."""
    for state in flow.states.values():
        yield Said(state.message, state.name)
    for rule in rules(flow):
        yield Said(rule.message, "a rule")


def texts(flow: Flow) -> Iterator[Text]:
    """Every text, wherever it stands."""
    yield from flow.messages.values()
    for reason in flow.reasons:
        yield reason.say
    for shelf in flow.categories.values():
        yield shelf.title
    for product in flow.catalog.values():
        yield product.about
    for promotion in flow.promotions.values():
        yield from (promotion.title, promotion.about)
    for method in flow.payments.values():
        yield from (method.title, method.hint)
    for said in messages(flow):
        yield from _texts_of(said.message)


def _texts_of(message: Message) -> Iterator[Text]:
    if message.say:
        yield message.say
    if message.sheet:
        yield from (message.sheet.opener, message.sheet.title)
    yield from (option.title for option in message.options)
