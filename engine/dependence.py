"""What depends on an answer: who asks it, who reads it, and what lies between two states."""

from collections.abc import Iterator, Mapping

from engine import labels
from engine.flow import CHOSEN, Choose, Flow, Message, Rule, State
from engine.text import PLACEHOLDER
from engine.vocabulary import Vocabulary

Names = set[str]

_CHOICES = {"product": "product_id", "category": "category_id"}


def dependent(graph: "Graph", asked: str, back: str, between: Names) -> Names:
    """The states that are passed again when an answer is changed, that of the answer among them.

    Those that read what changed or ask what was forgotten by it, those that not everybody has
    met before, and those from which more than one way leads on.
    """
    again, count = {asked}, 0
    while len(again) != count:
        count = len(again)
        dropped = {each for name in again for each in graph.drops(name)}
        changed = dropped | {each for name in again for each in graph.gives(name)}
        ahead = landings(graph, back, again, between)
        again |= {
            name
            for name in between - again
            if graph.reads(name) & changed
            or graph.gives(name) & dropped
            or not graph.is_passed(name, back)
            or len(ahead[name]) != 1
        }
    return again


def landings(graph: "Graph", back: str, again: Names, between: Names) -> dict[str, Names]:
    """For each state of the way, those that come first of the ones that are not left out."""
    found = {name: {name} for name in (*again, back)} | {name: set() for name in between - again}
    grew = True
    while grew:
        grew = False
        for name in between - again:
            first = {each for way in graph.ways[name] for each in found.get(way, ())}
            grew |= first != found[name]
            found[name] = first
    return found


class Graph:
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
        start = {self.flow.initial, self.flow.rescue} & self.flow.states.keys()
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
