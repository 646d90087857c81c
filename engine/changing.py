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

from engine import labels
from engine.errors import Problem
from engine.flow import CHOSEN, Call, Choose, Flow, Message, Otherwise, Rule, State
from engine.text import PLACEHOLDER
from engine.turn import Turn
from engine.vocabulary import Vocabulary, guard

_RUN = "_changing"  # in the memory: what is being changed, and for which state
_CHOICES = {"product": "product_id", "category": "category_id"}

Names = set[str]


@guard(takes="an answer")
def changing(turn: Turn, answer: str) -> bool:
    """Is the customer changing this answer?

    Example: ``if: changing quantity``
    """
    run = str(turn.memory.get(_RUN, ""))
    return run == answer or run.startswith(f"{answer} ")


def step(memory: dict[str, Any], rule: Rule, state: State, go: str) -> None:
    """Keep in mind what is being changed; who leaves the way back to where it began, forgets it."""
    if rule.change:
        memory[_RUN] = f"{rule.change} {state.name}"
    elif go == state.name and any(rule is own for own in state.rules):
        return
    elif not rule.again or go != rule.go or go == origin(rule):
        memory.pop(_RUN, None)


def is_written_out(rule: Rule) -> bool:
    """Was a rule written once more, to be tried while an answer is changed?"""
    calls = (call for call in rule.guards if call.name == changing.__name__)
    return any(" " in (call.argument or "") for call in calls)


def run_of(rule: Rule) -> str | None:
    """What is being changed for which state, where a rule asks for that."""
    asked = (call for call in rule.guards if rule.again and call.name == changing.__name__)
    return next((call.argument for call in asked), None)


def origin(rule: Rule) -> str | None:
    """The state that a rule leads back to, at once or after others."""
    run = run_of(rule)
    return run.partition(" ")[2] if run else None


def with_changes(flow: Flow, vocabulary: Vocabulary) -> tuple[Flow, list[Problem]]:
    """Write out each `change:`, and tell which of them cannot be."""
    if not any(rule.change for rule in _all(flow)):
        return flow, []
    problems = list(_misused(flow))
    if problems:
        return flow, problems
    graph = _Graph(flow, vocabulary)
    written: dict[str, dict[int, list[Rule]]] = {}
    runs: set[str] = set()
    for state, rule in _changing(flow):
        found = _run(graph, state, rule)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        written.setdefault(state.name, {})[id(rule)] = [replace(rule, go=found.asked)]
        run = f"{rule.change} {state.name}"
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
    return Problem(place.line, place.column, code, said, repair, flow.file)


# --- what leads where, and who reads what ------------------------------------------------------


class _Graph:
    """What each state reads, gives and forgets, and where its own rules and buttons lead."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary) -> None:
        self.flow, self.vocabulary = flow, vocabulary
        self.rules = {state.name: self._rules(state) for state in flow.states.values()}
        self.ways: dict[str, Names] = {
            name: {
                rule.go for rule in rules if rule.go and rule.go in flow.states and rule.go != name
            }
            for name, rules in self.rules.items()
        }
        everywhere: Names = {
            rule.go for rule in flow.anywhere if rule.go and rule.go in flow.states
        }
        self.any_ways = {name: ways | everywhere for name, ways in self.ways.items()}
        for state in flow.states.values():
            self.any_ways[state.name] |= (
                {state.tries.then} & flow.states.keys() if state.tries else set()
            )

    def _rules(self, state: State) -> list[Rule]:
        tapped = [
            rule
            for rule in self.flow.anywhere
            if isinstance(rule.trigger, Choose)
            and labels.offers(state.message, rule.trigger, self.flow)
        ]
        return [*state.rules, *tapped]

    def asks(self, name: str) -> Names:
        """The answers that a state asks for."""
        saved = {rule.save for rule in self.rules[name] if rule.save}
        chosen = (rule for rule in self.rules[name] if _is_choice(rule))
        return saved | {each for rule in chosen for each in self._given(rule)}

    def gives(self, name: str) -> Names:
        """All that is known once a state is left, and was not before."""
        return {each for rule in self.rules[name] for each in self._given(rule)}

    def _given(self, rule: Rule) -> Iterator[str]:
        if rule.save:
            yield rule.save
        for call in rule.actions:
            word = self.vocabulary.actions.get(call.name)
            yield from word.gives if word else ()
        if isinstance(rule.trigger, Choose) and _is_choice(rule):
            yield _CHOICES[rule.trigger.id]

    def drops(self, name: str) -> Names:
        """The answers that are forgotten in a state."""
        calls = (call for rule in self.rules[name] for call in rule.actions)
        words = (self.vocabulary.actions.get(call.name) for call in calls)
        return {each for word in words if word for each in word.drops}

    def reads(self, name: str) -> Names:
        """All that is read in a state: in what is said, asked and done there."""
        state = self.flow.states[name]
        read = set(_mentioned(state.message))
        for rule in self.rules[name]:
            read |= set(_mentioned(rule.message))
            words = {**self.vocabulary.guards, **self.vocabulary.actions}
            for call in (*rule.guards, *rule.actions):
                word = words.get(call.name)
                read |= set(word.reads(call.argument)) if word else set()
        return read

    def between(self, first: str, last: str) -> Names:
        """The states on a way from one to another that does not begin the conversation anew."""
        ends = {state.name for state in self.flow.states.values() if state.end}
        without = {first, self.flow.initial, *ends}
        back: dict[str, Names] = {name: set() for name in self.ways}
        for name in self.ways.keys() - {last}:
            for way in self.ways[name]:
                back[way].add(name)
        ahead = _reached(self.ways[first], {**self.ways, last: set()}, without)
        return ahead & _reached({last}, back, without)

    def is_passed(self, name: str, last: str) -> bool:
        """Has everybody who stands in the last of two states been in the other?"""
        start = {self.flow.initial, self.flow.rescue}
        return last not in _reached(start, self.any_ways, {name})


def _reached(start: Names, ways: Mapping[str, Names], without: Names) -> Names:
    """The states that can be reached from these, without passing some."""
    found = start - without
    open_ = list(found)
    while open_:
        for name in ways[open_.pop()] - found - without:
            found.add(name)
            open_.append(name)
    return found


def _is_choice(rule: Rule) -> bool:
    return isinstance(rule.trigger, Choose) and rule.trigger.id in _CHOICES


def _mentioned(message: Message) -> Iterator[str]:
    texts = [option.title for option in message.options]
    texts += [message.say] if message.say else []
    if message.sheet:
        texts += [message.sheet.opener, message.sheet.title]
        yield from ("category_id",) if CHOSEN in message.sheet.shelves else ()
    for text in texts:
        yield from text.names
    for option in message.options:
        yield from PLACEHOLDER.findall(option.id)


# --- one change --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """One change: what is asked first, what is passed again, and where it comes back to."""

    asked: str
    back: str
    again: frozenset[str]  # the states on the way that are asked again
    onward: Mapping[str, str]  # where who is sent to a state of the way comes to instead


def _run(graph: _Graph, state: State, rule: Rule) -> _Run | Problem:
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
    again = _dependent(graph, leading[0], back, between)
    ahead = _landings(graph, back, again, between)
    onward = {name: found.pop() for name, found in ahead.items() if len(found) == 1}
    return _Run(leading[0], back, frozenset(again), onward)


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"


def _dependent(graph: _Graph, asked: str, back: str, between: Names) -> Names:
    """The states that are passed again, as far as one leads to the next."""
    again, count = {asked}, 0
    while len(again) != count:
        count = len(again)
        dropped = {each for name in again for each in graph.drops(name)}
        changed = dropped | {each for name in again for each in graph.gives(name)}
        ahead = _landings(graph, back, again, between)
        again |= {
            name
            for name in between - again
            if graph.reads(name) & changed
            or graph.gives(name) & dropped
            or not graph.is_passed(name, back)
            or len(ahead[name]) != 1
        }
    return again


def _landings(graph: _Graph, back: str, again: Names, between: Names) -> dict[str, Names]:
    """For each state of the way, those that come first of the ones that are not left out."""
    landings = {name: {name} for name in (*again, back)}
    landings |= {name: set() for name in between - again}
    grew = True
    while grew:
        grew = False
        for name in between - again:
            found = {each for way in graph.ways[name] for each in landings.get(way, ())}
            grew |= found != landings[name]
            landings[name] = found
    return landings


def _again(graph: _Graph, run: _Run, change: Rule) -> Iterator[tuple[str, Rule, Rule]]:
    """Each rule of the way that is written once more, beside the one that it stands before."""
    place = change.places.get("change", change.place)
    asked = Call(changing.__name__, f"{change.change} {run.back}", place)
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
