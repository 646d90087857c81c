"""Does nothing read an answer that some path has not given yet?

A forward analysis: for each state, the answers that *every* way to it has given. A rule knows
these, what it has heard, what its event brings and what its guards prove; what it reads beyond
them is a fault, shown with a way on which it is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.checks import parts, paths
from engine.checks.paths import Step
from engine.errors import Problem
from engine.flow import Call, Choose, Flow, Happened, Message, Option, PaymentButtons, Place, Rule
from engine.text import PLACEHOLDER, Text
from engine.vocabulary import Vocabulary, Word

Names = frozenset[str]

#: What each collection's button brings, and what a payment button needs for its id.
_CHOSEN = {"product": frozenset({"product_id"}), "payment": frozenset({"order", "method"})}
_PAYMENT_BUTTON = frozenset({"order"})


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What is known for good, and what for this turn's texts only."""

    kept: Names
    told: Names

    @property
    def all(self) -> Names:
        return self.kept | self.told


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every guard, action and text that reads what is not there on some path."""
    known = _at_states(flow, vocabulary)
    told: set[tuple[int, int, str]] = set()
    for step in paths.steps(flow):
        if step.state in known:
            for problem in _step(flow, step, known[step.state], vocabulary):
                what = (problem.line, problem.column, problem.message.split(" is ")[0])
                if what not in told:  # one way on which it is missing says enough
                    told.add(what)
                    yield problem


def _at_states(flow: Flow, vocabulary: Vocabulary) -> dict[str, Names]:
    """The answers that every way to a state has given; states nobody reaches are left out."""
    known: dict[str, Names] = {flow.initial: frozenset(), flow.rescue: frozenset()}
    steps = list(paths.steps(flow))
    changed = True
    while changed:
        changed = False
        for step in steps:
            if step.go is None or step.state not in known:
                continue
            after = _after(flow, step, known[step.state], vocabulary)
            before = known.get(step.go)
            merged = after if before is None else before & after
            if merged != before:
                known[step.go], changed = merged, True
    return known


def _after(flow: Flow, step: Step, known: Names, vocabulary: Vocabulary) -> Names:
    """What is known in the state that a step leads to."""
    if step.go is not None and flow.states[step.go].end:
        return frozenset()
    knowledge = _heard(step.rule, known, vocabulary)
    for word, _ in _words(step.rule.actions, vocabulary.actions):
        knowledge = _done(word, knowledge)
    return knowledge.kept


def _heard(rule: Rule, known: Names, vocabulary: Vocabulary) -> _Knowledge:
    """What is known once a rule has heard and its guards have held."""
    told: Names = frozenset()
    kept = known
    if isinstance(rule.trigger, Choose):
        told |= _CHOSEN.get(rule.trigger.id, frozenset())
    if isinstance(rule.trigger, Happened):
        told |= frozenset(vocabulary.events.get(rule.trigger.name, ()))
    if rule.save:
        kept |= {rule.save}
    for word, call in _words(rule.guards, vocabulary.guards):
        told |= frozenset(word.tells)
        if not call.negated and not isinstance(rule.trigger, Happened):
            kept |= frozenset(word.proves)
    return _Knowledge(kept, told)


def _done(word: Word, knowledge: _Knowledge) -> _Knowledge:
    """What is known after an action."""
    dropped = knowledge.all if "*" in word.drops else frozenset(word.drops)
    # What an action reads it also keeps: `choose_product` remembers the product it was told of.
    kept = (knowledge.kept - dropped) | frozenset(word.gives)
    if "*" not in word.drops:
        kept |= frozenset(word.needs) - frozenset(word.drops)
    return _Knowledge(kept, (knowledge.told - dropped) | frozenset(word.tells))


def _words(calls: tuple[Call, ...], words: Mapping[str, Word]) -> Iterator[tuple[Word, Call]]:
    for call in calls:
        if call.name in words:
            yield words[call.name], call


def _step(flow: Flow, step: Step, known: Names, vocabulary: Vocabulary) -> Iterator[Problem]:
    knowledge = _heard(step.rule, known, vocabulary)
    for word, call in _words(step.rule.guards, vocabulary.guards):
        yield from _missing(
            flow, call.place, word.needs, knowledge, f'the guard "{word.name}"', step
        )
    for word, call in _words(step.rule.actions, vocabulary.actions):
        reader = f'the action "{word.name}"'
        yield from _missing(flow, call.place, word.needs, knowledge, reader, step)
        knowledge = _done(word, knowledge)
    always = frozenset(vocabulary.always)
    yield from _message(flow, step.rule.message, knowledge.all | always, step.state)
    if step.go is not None and not step.rule.quiet:
        state = flow.states[step.go]
        kept = frozenset() if state.end else knowledge.kept
        yield from _message(flow, state.message, kept | knowledge.told | always, step.state)


def _missing(
    flow: Flow, place: Place, needs: tuple[str, ...], knowledge: _Knowledge, reader: str, step: Step
) -> Iterator[Problem]:
    for name in sorted(set(needs) - knowledge.all):
        message = (
            f"{reader} reads {name}, which is not given on the way {paths.way_to(flow, step.state)}"
        )
        yield parts.fault(flow, place, "E303", message, f"give {name} first")


def _message(flow: Flow, message: Message, known: Names, state: str) -> Iterator[Problem]:
    for text in _texts(message):
        for _, template in text:
            for name in sorted(template.names - known):
                said = f"{{{name}}} is not known yet on the way {paths.way_to(flow, state)}"
                yield parts.fault(flow, template, "E304", said, "say it later, or ask for it first")
    for option in parts.options(message):
        for name in sorted(set(PLACEHOLDER.findall(option.id)) - known):
            said = f"{{{name}}} is not known yet on the way {paths.way_to(flow, state)}"
            yield parts.fault(flow, option.place, "E304", said, "offer it later")
    for item in message.offer:
        if isinstance(item, PaymentButtons) and not known >= _PAYMENT_BUTTON:
            said = f"there is no order to pay yet on the way {paths.way_to(flow, state)}"
            yield parts.fault(flow, item.place, "E305", said, "offer payments after place_order")


def _texts(message: Message) -> Iterator[Text]:
    if message.say:
        yield message.say
    yield from (item.title for item in message.offer if isinstance(item, Option))
