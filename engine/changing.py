"""Changing an answer: `change: quantity` asks it again, and what depends on it, then comes back.

Of the states between the question and the one that changes its answer, those are passed again
that read what changed, that ask what was forgotten by it, or that a customer may not have met
before. Their rules are written out once more under the guard `changing`, leading to the next of
them or back. So the proof, the drawing and the machine see nothing but states and guards.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import dependence
from engine.errors import Problem
from engine.flow import Call, Flow, Otherwise, Rule, State
from engine.line import file_of
from engine.trail import BACK
from engine.turn import Turn
from engine.vocabulary import Vocabulary, guard

RUN = "_changing"  # in the memory: what is being changed, and for which state
_FOR = " → "  # between them


@guard(takes="an answer")
def changing(turn: Turn, answer: str) -> bool:
    """Is the customer changing this answer?

    Example: ``if: changing quantity``
    """
    return is_run(str(turn.memory.get(RUN, "")), answer)


def is_run(run: str, answer: str) -> bool:
    """Is this what is being changed?"""
    return run == answer or run.startswith(f"{answer}{_FOR}")


def step(memory: dict[str, Any], rule: Rule, state: State, go: str) -> None:
    """Keep in mind what is being changed; who leaves the way back to where it began, forgets it."""
    if rule.change:
        memory[RUN] = named(rule, state.name)
    elif go == state.name and any(rule is own for own in state.rules):
        return
    elif not rule.again or go != rule.go or go == origin(rule):
        memory.pop(RUN, None)


def is_written_out(rule: Rule) -> bool:
    """Was a rule written once more, to be tried while an answer is changed?"""
    return bool(_runs(rule))


def named(rule: Rule, state: str) -> str:
    """What a rule changes, and for which state."""
    return f"{rule.change}{_FOR}{state}"


def run_of(rule: Rule) -> str | None:
    """What is being changed for which state, where a rule asks for that."""
    return next(iter(_runs(rule)), None) if rule.again else None


def _runs(rule: Rule) -> list[str]:
    calls = (call.argument or "" for call in rule.guards if call.name == changing.__name__)
    return [argument for argument in calls if _FOR in argument]


def origin(rule: Rule) -> str | None:
    """The state that a rule leads back to, at once or after others."""
    run = run_of(rule)
    return run.partition(_FOR)[2] if run else None


def with_changes(flow: Flow, vocabulary: Vocabulary) -> tuple[Flow, list[Problem]]:
    """Write out each `change:`, and tell which of them cannot be.

    A flow that leads to states which are not there leads nowhere yet: that is told elsewhere.
    """
    if not any(rule.change for rule in _all(flow)) or _is_lost(flow):
        return flow, []
    problems = list(_misused(flow))
    if problems:
        return flow, problems
    graph = dependence.Graph(flow, vocabulary)
    written: dict[str, dict[int, list[Rule]]] = {}
    runs: set[str] = set()
    for state, rule in _changing(flow):
        found = _run(graph, state, rule)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        written.setdefault(state.name, {})[id(rule)] = [replace(rule, go=found.asked)]
        run = named(rule, state.name)
        if run not in runs:
            runs.add(run)
            for name, before, again in _again(graph, found, rule):
                written.setdefault(name, {}).setdefault(id(before), []).append(again)
    states = {
        state.name: replace(state, rules=tuple(_rules(state, written.get(state.name, {}))))
        for state in flow.states.values()
    }
    return replace(flow, states=states), problems


def _rules(state: State, written: Mapping[int, list[Rule]]) -> Iterator[Rule]:
    """The rules of a state, each behind those that are tried while an answer is changed."""
    mine = {id(rule) for rule in state.rules}
    common = [rule for key, rules in written.items() if key not in mine for rule in rules]
    last = next(
        (at for at, rule in enumerate(state.rules) if isinstance(rule.trigger, Otherwise)),
        len(state.rules),
    )
    for at, rule in enumerate(state.rules):
        if at == last:
            yield from common
        rules = written.get(id(rule), [])
        yield from rules
        if not any(each.change for each in rules):
            yield rule
    if last == len(state.rules):
        yield from common


def _changing(flow: Flow) -> Iterator[tuple[State, Rule]]:
    for state in flow.states.values():
        yield from ((state, rule) for rule in state.rules if rule.change)


def _all(flow: Flow) -> Iterator[Rule]:
    yield from flow.anywhere
    for state in flow.states.values():
        yield from state.rules


def _is_lost(flow: Flow) -> bool:
    led_to = {flow.initial, flow.rescue, *(rule.go for rule in _all(flow))}
    led_to |= {state.tries.then for state in flow.states.values() if state.tries}
    return not led_to <= flow.states.keys() | {None, BACK}


def _misused(flow: Flow) -> Iterator[Problem]:
    for rule in flow.anywhere:
        if rule.change:
            said = f'"change: {rule.change}" stands under anywhere, and would come back nowhere'
            yield _fault(flow, rule, "E229", said, "write it in the state that it comes back to")
    for rule in _all(flow):
        if rule.change and rule.go:
            said = f'this rule goes to "{rule.go}", and changes "{rule.change}" too'
            yield _fault(flow, rule, "E229", said, "leave `go:` out: changing comes back by itself")


def _fault(flow: Flow, rule: Rule, code: str, said: str, repair: str) -> Problem:
    place = rule.places.get("change", rule.place)
    file = file_of(place.line) or flow.file
    return Problem(place.line, place.column, code, said, repair, file)


@dataclass(frozen=True, slots=True)
class _Run:
    """One change: what is asked first, what is passed again, and where it comes back to."""

    asked: str
    back: str
    again: frozenset[str]  # the states on the way that are asked again
    onward: Mapping[str, str]  # where who is sent to a state of the way comes to instead


def _run(graph: dependence.Graph, state: State, rule: Rule) -> _Run | Problem:
    answer, back = str(rule.change), state.name
    asking = [name for name in graph.rules if answer in graph.asks(name)]
    if answer in graph.flow.states:
        asking = [answer] if graph.asks(answer) else []
    if not asking:
        said = f'no state asks for "{answer}"'
        known = sorted({each for name in graph.rules for each in graph.asks(name)})
        return _fault(graph.flow, rule, "E227", said, _nearest(answer, known))
    leading = [name for name in asking if name != back and back in graph.between(name, back)]
    if len(leading) != 1:
        names = ", ".join(f'"{name}"' for name in leading or asking)
        said = f'from {names}, where "{answer}" is asked, no rule leads on to "{back}"'
        repair = "write it in a state that comes after the question"
        if leading:
            said, repair = f'"{answer}" is asked in {names}', "write which: the name of the state"
        return _fault(graph.flow, rule, "E228", said, repair)
    between = graph.between(leading[0], back) - {back}
    again = dependence.dependent(graph, leading[0], back, between)
    ahead = dependence.landings(graph, back, again, between)
    onward = {name: found.pop() for name, found in ahead.items() if len(found) == 1}
    return _Run(leading[0], back, frozenset(again), onward)


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"


def _again(graph: dependence.Graph, run: _Run, change: Rule) -> Iterator[tuple[str, Rule, Rule]]:
    """Each rule of the way that is written once more, beside the one that it stands before."""
    place = change.places.get("change", change.place)
    asked = Call(changing.__name__, named(change, run.back), place)
    for name in sorted(run.again):
        rules = [(rule, run.onward.get(rule.go or "")) for rule in graph.rules[name]]
        moved = {rule.trigger for rule, go in rules if go not in (None, name)}
        own = {id(rule) for rule in graph.flow.states[name].rules}
        for rule, go in rules:
            stays = id(rule) in own and go in (None, name)  # its own, which is tried in its place
            if rule.trigger in moved and not stays:
                guards = (*rule.guards, asked)
                written = replace(rule, guards=guards, go=go or rule.go, again=go is not None)
                yield name, rule, written
