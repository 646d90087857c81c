"""Can every state be reached, and left again?"""

from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow
from engine.machine import rules_of


def check(flow: Flow) -> Iterator[Problem]:
    """Find states that nobody can reach, and states that nobody can leave."""
    ways = {name: _ways_on(flow, name) for name in flow.states}
    reached = _closure({flow.initial, flow.rescue}, ways)
    back = {name: {other for other in ways if name in ways[other]} for name in ways}
    homes = {flow.initial} | {name for name, state in flow.states.items() if state.end}
    homeward = _closure(homes, back)
    for name, state in flow.states.items():
        if name not in reached:
            message = f'no rule leads to the state "{name}"'
            yield parts.fault(
                flow, state.place, "E202", message, f"add a rule with `go: {name}`, or remove it"
            )
        elif name not in homeward:
            message = f'who is in "{name}" can never get back to {flow.initial} or to an end'
            repair = "add a rule with `go:`, or let it hear `commands: [menu, cancel]`"
            yield parts.fault(flow, state.place, "E203", message, repair)


def _ways_on(flow: Flow, name: str) -> set[str]:
    state = flow.states[name]
    ways = {rule.go for rule in rules_of(state, flow) if rule.go is not None}
    return ways | ({state.tries.then} if state.tries else set())


def _closure(start: set[str], ways: dict[str, set[str]]) -> set[str]:
    found, open_ = set(start), list(start)
    while open_:
        for name in ways[open_.pop()] - found:
            found.add(name)
            open_.append(name)
    return found
