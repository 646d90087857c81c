"""Can every state be reached, and left again?"""

from collections.abc import Iterator, Mapping

from engine import labels
from engine.checks import parts, paths, possible, spoken
from engine.errors import Problem
from engine.flow import Choose, Flow, Hear, Rule, State
from engine.vocabulary import Vocabulary

Ways = Mapping[str, set[str]]

STAYS = "whatever comes, nothing leads back"


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find states that nobody can reach or leave, and circles that never wait for a customer."""
    ways = {name: _ways_on(flow, name) for name in flow.states}
    yield from _unreached(flow, ways)
    shown = {name: _ways_on(flow, name, old_buttons=False) for name in flow.states}
    yield from _trapped(flow, vocabulary, shown, _closure({flow.initial, flow.rescue}, ways))
    yield from _worn_out(flow)
    yield from _circles(flow)


def _ways_on(flow: Flow, name: str, *, old_buttons: bool = True) -> set[str]:
    """Where one may come to from a state, with or without buttons that only older messages show."""
    state = flow.states[name]
    rules = (
        rule for rule in paths.rules_in(flow, state) if old_buttons or _is_new(flow, state, rule)
    )
    ways = {rule.go for rule in rules if rule.go is not None}
    return ways | ({state.tries.then} if state.tries else set())


def _is_new(flow: Flow, state: State, rule: Rule) -> bool:
    """Can it be heard without a tap on what nothing in this state shows?"""
    if not isinstance(rule.trigger, Choose):
        return True
    shown = (state.message, *(each.message for each in state.rules))
    return any(labels.offers(message, rule.trigger, flow) for message in shown)


def _closure(start: set[str], ways: Ways) -> set[str]:
    found, open_ = set(start), list(start)
    while open_:
        for name in ways[open_.pop()] - found:
            found.add(name)
            open_.append(name)
    return found


def _unreached(flow: Flow, ways: Ways) -> Iterator[Problem]:
    """States that no way leads to; of several in a row only the first, the others follow."""
    lost = set(flow.states) - _closure({flow.initial, flow.rescue}, ways)
    led_to = {name for other in lost for name in ways[other] if name != other}
    heads = [name for name in flow.states if name in lost - led_to]
    rest = lost - _closure(set(heads), ways)
    while rest:  # a circle that nobody enters has no head: its first state stands for it
        heads.append(next(name for name in flow.states if name in rest))
        rest -= _closure({heads[-1]}, ways)
    for name in heads:
        itself = " but its own" if any(name in ways[other] for other in lost) else ""
        said = f'no rule{itself} leads to the state "{name}"'
        repair = f"add a rule with `go: {name}`, or remove it"
        yield parts.fault(flow, flow.states[name].place, "E202", said, repair)


def _trapped(
    flow: Flow, vocabulary: Vocabulary, ways: Ways, reached: set[str]
) -> Iterator[Problem]:
    """States without a way home; of several only the last, to which the others lead."""
    back = {name: {other for other in ways if name in ways[other]} for name in ways}
    homes = {flow.initial} | {name for name, state in flow.states.items() if state.end}
    trapped = [name for name in flow.states if name in reached - _closure(homes, back)]
    told: set[str] = set()
    for name in trapped:
        beyond = _closure({name}, ways)
        if beyond & told or any(name not in _closure({other}, ways) for other in beyond):
            continue  # told already, or it only leads into the trap
        told |= beyond
        said = f'who is in "{name}" can never get back to {flow.initial} or to an end'
        repair = _way_out(flow, flow.states[name])
        way = possible.way_into(flow, vocabulary, name)
        way = (*(way or paths.way_to(flow, paths.ways(flow), name)), f"in {name}: {STAYS}")
        yield parts.fault(flow, flow.states[name].place, "E203", said, repair, way)


def _way_out(flow: Flow, state: State) -> str:
    """What would lead out: a rule, or a word that is heard everywhere else."""
    heard = (rule.trigger for rule in flow.anywhere if rule.go not in (None, state.name))
    words = next((each for each in heard if isinstance(each, Hear)), None)
    if state.commands is None or words is None:
        return "add a rule with `go:`"
    word = "menu" if "menu" in words.words else spoken.word(words)
    return f"add a rule with `go:`, or let it hear `commands: [{word}]`"


def _worn_out(flow: Flow) -> Iterator[Problem]:
    """A state that sends whoever it does not understand to itself."""
    for state in flow.states.values():
        if state.tries and state.tries.then == state.name:
            said = f'after {state.tries.at_most} tries "{state.name}" only starts again'
            repair = f"send them elsewhere, such as `then: {flow.initial}`"
            yield parts.fault(flow, state.tries.place, "E204", said, repair)


def _circles(flow: Flow) -> Iterator[Problem]:
    """Times that lead back to where they began: the bot would go on for ever, unasked."""
    ways: dict[str, set[str]] = {name: set() for name in flow.states}
    for name, rule in paths.timed(flow):
        ways[name] |= {rule.go} if rule.go else set()
    told: set[str] = set()
    for name, rule in paths.timed(flow):
        round_ = _closure({rule.go or name}, ways)
        if name in round_ and not told & round_:
            told |= round_
            said = f'without a word of the customer this comes back to "{name}", again and again'
            repair = "lead the last of them to a state that only waits"
            yield parts.fault(flow, rule.place, "E211", said, repair)
