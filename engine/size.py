"""How large a flow may be that can still be proved in a second."""

from dataclasses import dataclass
from typing import Any

from engine.bundle import inside
from engine.flow import Flow

MOST_RULES = 2_000  # and states: some 5,000 lines; at worst, all of them in one state
MOST_TRIED = 20_000  # rules in every state in which they are heard
MOST_USES = 500  # of parts


@dataclass(frozen=True, slots=True)
class Size:
    """What there is in a flow."""

    anywhere: int  # rules that every state has
    rules: int  # all of them
    states: int
    uses: int = 0  # of parts that are not written out yet


def of(flow: Flow) -> Size:
    """Count what there is in a flow, its parts written out."""
    rules = sum(len(state.rules) for state in flow.states.values())
    return Size(len(flow.anywhere), len(flow.anywhere) + rules, len(flow.states))


def of_written(data: Any) -> Size:
    """Count what is written in a file of whatever shape."""
    states = list(inside(data, "states").values())
    others = [inside(each, "states").values() for each in inside(data, "parts").values()]
    uses = sum("use" in inside(each) for part in (states, *others) for each in part)
    anywhere = _long(data, "anywhere")
    rules = anywhere + sum(_long(each, "when") for each in states)
    return Size(anywhere, rules, len(states), uses)


def _long(node: Any, name: str) -> int:
    found = inside(node).get(name)
    return len(found) if isinstance(found, list) else 0


def too_large(size: Size) -> tuple[str, str] | None:
    """Say what no shop has and no proof would end for in reasonable time."""
    if size.uses > MOST_USES:
        said = f"parts are used {size.uses} times, which is too often to be proved"
        return said, f"keep to {MOST_USES} uses"
    if max(size.rules, size.states) > MOST_RULES or _tried(size) > MOST_TRIED:
        said = f"{size.rules} rules in {size.states} states are too many to be proved"
        return said, f"keep to {MOST_RULES} rules and states, fewer rules anywhere"
    return None


def _tried(size: Size) -> int:
    return size.rules + size.anywhere * size.states
