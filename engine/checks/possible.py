"""Which rules can be taken at all: those that ask for an answer no path gives never are."""

from collections.abc import Iterator

from engine.checks.paths import Step, steps
from engine.flow import Choose, Flow, Happened, Rule
from engine.vocabulary import Vocabulary

Names = frozenset[str]

_CHOSEN = {"payment": frozenset({"order", "method"}), "product": frozenset({"product_id"})}


def possible(flow: Flow, vocabulary: Vocabulary) -> list[Step]:
    """Every rule in every state in which something can make it win, in the order of the file.

    A guard that proves an answer cannot hold where neither the event brings it nor any way to
    the state has given it: nobody who has ordered nothing yet can cancel an order.
    """
    all_steps = list(steps(flow))
    may = _may_know(flow, all_steps, vocabulary)
    return [step for step in all_steps if _can_hold(step, may.get(step.state), vocabulary)]


def _may_know(flow: Flow, all_steps: list[Step], vocabulary: Vocabulary) -> dict[str, Names]:
    """The answers that some way to a state has given; states nobody reaches are left out."""
    known: dict[str, Names] = {flow.initial: frozenset(), flow.rescue: frozenset()}
    changed = True
    while changed:
        changed = False
        for step in all_steps:
            if not _can_hold(step, known.get(step.state), vocabulary):
                continue
            after = _after(flow, step, known[step.state], vocabulary)
            to = step.go or step.state
            if not after <= known.get(to, frozenset()) or to not in known:
                known[to] = known.get(to, frozenset()) | after
                changed = True
    return known


def _after(flow: Flow, step: Step, known: Names, vocabulary: Vocabulary) -> Names:
    if step.go is not None and flow.states[step.go].end:
        return frozenset()
    known |= {step.rule.save} if step.rule.save else frozenset()
    for call in step.rule.actions:
        word = vocabulary.actions[call.name]
        known = frozenset() if "*" in word.drops else known - frozenset(word.drops)
        known |= frozenset(word.gives) | frozenset(word.needs) - frozenset(word.drops)
    return known


def _can_hold(step: Step, known: Names | None, vocabulary: Vocabulary) -> bool:
    if known is None:
        return False
    there = known | frozenset(_brought(step.rule, vocabulary))
    return all(
        there.issuperset(vocabulary.guards[call.name].proves)
        for call in step.rule.guards
        if not call.negated
    )


def _brought(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    if isinstance(rule.trigger, Choose):
        yield from _CHOSEN.get(rule.trigger.id, ())
    if isinstance(rule.trigger, Happened):
        yield from vocabulary.events.get(rule.trigger.name, ())
