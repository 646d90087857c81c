"""The way back: `go: back` leads where the customer stood before, as far as the graph knows it.

Back is up the page. A rule that goes back becomes one rule for each state written above that
leads here by its own rules, asked in the order of the file, and one to the beginning for who came
otherwise. So the proof, the drawing and the machine see nothing but states and guards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import labels, matchers
from engine.flow import Call, Choose, Flow, Hear, Message, Otherwise, Rule, State
from engine.turn import Turn
from engine.vocabulary import guard

BACK = "back"
TRAIL = "_trail"  # in the memory: the states before this one, the last of them last
_LONGEST = 8


@guard(takes="a state")
def came_from(turn: Turn, state: str) -> bool:
    """Stood the customer in this state before the one they stand in now?

    Example: ``if: came_from basket``
    """
    return bool(turn.memory.get(TRAIL, [None])[-1] == state)


def step(memory: dict[str, Any], state: str, go: str, flow: Flow) -> None:
    """Remember a move: the states above the one that is entered, this one among them."""
    order = list(flow.states)
    above = order[: order.index(go)]
    trail = [name for name in (*memory.pop(TRAIL, ()), state) if name in above]
    if trail:
        memory[TRAIL] = trail[-_LONGEST:]


def origin(rule: Rule) -> str | None:
    """The state that a rule goes back to, where it asks whether the customer came from there."""
    asked = (call for call in rule.guards if rule.back and call.name == came_from.__name__)
    return next((call.argument for call in asked), None)


def with_ways_back(flow: Flow) -> Flow:
    """Write out each `go: back`; a flow that has a state of this name means that state."""
    common = [rule for rule in flow.anywhere if _goes_back(rule, flow)]
    if not common and not any(_goes_back(rule, flow) for rule in _own(flow)):
        return flow
    before = _before(flow)
    states = {
        state.name: replace(state, rules=tuple(_written_out(state, common, flow, before)))
        for state in flow.states.values()
    }
    anywhere = tuple(rule for rule in flow.anywhere if rule not in common)
    return replace(flow, states=states, anywhere=anywhere)


def _own(flow: Flow) -> Iterator[Rule]:
    return (rule for state in flow.states.values() for rule in state.rules)


def _goes_back(rule: Rule, flow: Flow) -> bool:
    return rule.go == BACK and BACK not in flow.states


def _written_out(
    state: State, common: list[Rule], flow: Flow, before: Mapping[str, list[str]]
) -> Iterator[Rule]:
    """The rules of a state, with those of `anywhere` that go back behind its own."""
    heard = (matchers.allowed(rule, state.commands) for rule in common if not state.end)
    allowed = [rule for rule in heard if rule and not _answers(state, rule)]
    last = [rule for rule in state.rules if isinstance(rule.trigger, Otherwise)]
    first = [rule for rule in state.rules if rule not in last]
    for rule in (*allowed, *first) if state.commands is not None else (*first, *allowed):
        yield from _ways(rule, flow, before[state.name])
    for rule in last:
        yield from _ways(rule, flow, before[state.name])


def _answers(state: State, common: Rule) -> bool:
    """Does a state always answer itself what a rule of `anywhere` hears?"""
    own = (rule.trigger for rule in state.rules if not rule.guards)
    words = common.trigger.words if isinstance(common.trigger, Hear) else frozenset()
    return any(
        words <= each.words if isinstance(each, Hear) and words else each == common.trigger
        for each in own
    )


def _ways(rule: Rule, flow: Flow, before: list[str]) -> Iterator[Rule]:
    if not _goes_back(rule, flow):
        yield rule
        return
    for name in before:
        asked = Call(came_from.__name__, name, rule.go_place)
        yield replace(rule, guards=(*rule.guards, asked), go=name, back=True)
    yield replace(rule, go=flow.initial, back=True)


def _before(flow: Flow) -> dict[str, list[str]]:
    """For each state, those above that lead to it by a rule or a button of their own."""
    before: dict[str, list[str]] = {}
    for name in flow.states:
        before[name] = [above for above in before if name in _led_to(flow.states[above], flow)]
    return before


def _led_to(state: State, flow: Flow) -> set[str | None]:
    tapped = (rule for rule in flow.anywhere if _is_offered(rule, state.message, flow))
    return {rule.go for rule in (*state.rules, *tapped)}


def _is_offered(rule: Rule, message: Message, flow: Flow) -> bool:
    return isinstance(rule.trigger, Choose) and labels.offers(message, rule.trigger, flow)
