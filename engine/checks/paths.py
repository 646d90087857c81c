"""What may happen in a flow: each rule as a step from state to state, and the way to a state."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.checks import hidden, spoken
from engine.flow import After, Choose, Flow, Otherwise, Rule, State
from engine.machine import rules_of

#: What each collection's button brings.
BROUGHT = {
    "product": frozenset({"product_id"}), "category": frozenset({"category_id"}),
    "payment": frozenset({"order", "method"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One rule tried in one state: where it leads, and how a person would name it."""

    state: str
    rule: Rule
    go: str | None

    @property
    def stays(self) -> bool:
        """Does the customer stay where they are?"""
        return self.go is None


def rules_in(flow: Flow, state: State) -> list[Rule]:
    """The rules that may be taken in a state: of `anywhere`, those it does not answer itself."""
    own = {id(rule) for rule in state.rules}
    rules = list(rules_of(state, flow))
    return [rule for at, rule in enumerate(rules) if not _is_answered(flow, rule, rules[:at], own)]


def _is_answered(flow: Flow, rule: Rule, earlier: list[Rule], own: set[int]) -> bool:
    """Does a rule of the state itself, tried before this one of `anywhere`, always win?

    Where free text is collected, the words of `anywhere` that the state lists are tried first.
    """
    mine = (each for each in earlier if id(each) in own)
    return id(rule) not in own and any(hidden.always_wins(flow, each, rule) for each in mine)


def steps(flow: Flow) -> Iterator[Step]:
    """Every rule in every state in which it is heard, in the order in which they are tried."""
    for state in flow.states.values():
        for rule in rules_in(flow, state):
            yield Step(state.name, rule, rule.go)
            if isinstance(rule.trigger, Otherwise) and state.tries:
                yield Step(state.name, rule, state.tries.then)


def timed(flow: Flow) -> Iterator[tuple[str, Rule]]:
    """Each rule that leads on without the customer, and the state in which it waits."""
    for state in flow.states.values():
        for rule in state.rules:
            if isinstance(rule.trigger, After) and rule.go is not None:
                yield state.name, rule


Ways = Mapping[str, Step | None]


def ways(flow: Flow) -> Ways:
    """The last step of the shortest way from the beginning to each state that can be reached."""
    came: dict[str, Step | None] = {flow.initial: None}
    open_ = deque([flow.initial])
    by_state: dict[str, list[Step]] = {}
    for step in steps(flow):
        by_state.setdefault(step.state, []).append(step)
    while open_:
        for step in by_state.get(open_.popleft(), []):
            if step.go is not None and step.go not in came:
                came[step.go] = step
                open_.append(step.go)
    return came


def way_to(flow: Flow, came: Ways, state: str) -> tuple[str, ...]:
    """The shortest way from the beginning to a state, for a person to follow."""
    way = []
    step = came.get(state)
    while step is not None:
        way.append(told(flow, step))
        step = came[step.state]
    return tuple(way[::-1])


def told(flow: Flow, step: Step) -> str:
    """One step of a way: where the customer stands, and what they do or what happens."""
    return f"in {step.state}: {spoken.done(flow, step.state, step.rule)}"


def is_payment(rule: Rule) -> bool:
    """Does it hear payment buttons, each of which names its own order?"""
    return isinstance(rule.trigger, Choose) and rule.trigger.id == "payment"
