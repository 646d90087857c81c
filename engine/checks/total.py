"""Does every state answer whatever a customer can send, and hear of every payment?"""

from collections.abc import Callable, Iterator, Sequence

from engine import matchers
from engine.because import named
from engine.checks import hidden, parts, timely
from engine.errors import Problem
from engine.flow import Flow, FreeText, Location, Otherwise, Pictured, Rule, State, Trigger
from engine.machine import rules_of
from engine.vocabulary import Vocabulary

_NAMES = {
    "text": "a text that no rule expects",
    "choice": "an old button or row",
    "location": "a location",
    "media": "a picture, voice note or document",
}
_NEWS = ("payment.success", "payment.failed", "payment.review")
_LINK = "payment.link"  # where a payment is made on a page


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find states that stay silent to something."""
    yield from _mute(flow, vocabulary)
    rules = {state.name: list(rules_of(state, flow)) for state in flow.states.values()}
    for state in flow.states.values():
        silent = [kind for kind in matchers.MESSAGES if not _answers(rules[state.name], kind)]
        if silent:
            what = ", ".join(_NAMES[kind] for kind in silent)
            said = f'"{state.name}" does not answer {what}'
            repair = "add `- otherwise: …` as last rule, without `if:`"
            yield parts.fault(flow, state.place, "E601", said, repair)
    linked = (_LINK,) if vocabulary.linked & flow.payments.keys() else ()
    for news in (*_NEWS, *linked) if flow.payments else ():
        deaf = [state for state in flow.states.values() if not _hears(rules[state.name], news)]
        if deaf:
            yield _silent(flow, deaf, news)


def _mute(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Rules that hear a customer and say nothing, by themselves or by the state they lead to."""
    for rule in parts.rules(flow):
        is_heard = any(event in matchers.MESSAGES for event in matchers.events(rule.trigger))
        words = (vocabulary.actions[call.name] for call in rule.actions)
        if is_heard and not timely.says(flow, rule) and not any(word.says for word in words):
            said = f"who is heard here ({named(rule.trigger)}) gets no answer"
            repair = "add `say:`, or `go:` to a state that says something"
            yield parts.fault(flow, rule.place, "E604", said, repair)


def _answers(rules: Sequence[Rule], kind: str) -> bool:
    """Is there a rule that hears everything of this kind, whatever its guards would say?"""
    return _surely(rules, lambda rule: _hears_all(rule.trigger, kind))


def _hears(rules: Sequence[Rule], news: str) -> bool:
    return _surely(rules, lambda rule: news in matchers.events(rule.trigger))


def _surely(rules: Sequence[Rule], hears: Callable[[Rule], bool]) -> bool:
    """Does one of them hear it in any case: without a condition, or one `if`, another `unless`?"""
    asked = [hidden.conditions(rule) for rule in rules if hears(rule)]
    alone = {condition for each in asked if len(each) == 1 for condition in each}
    return frozenset() in asked or any(
        (name, argument, not negated) in alone for name, argument, negated in alone
    )


def _hears_all(trigger: Trigger, kind: str) -> bool:
    if isinstance(trigger, Otherwise):
        return True
    if isinstance(trigger, FreeText):
        return kind == "text" and trigger.low <= 1 and trigger.high >= 4096
    if isinstance(trigger, Pictured):
        return kind == "media" and not trigger.kinds
    return isinstance(trigger, Location) and kind == "location"


def _silent(flow: Flow, deaf: Sequence[State], news: str) -> Problem:
    """One fault for all the states that do not hear of something that may happen at any time."""
    names = ", ".join(f'"{state.name}"' for state in deaf[:3])
    rest = f" and {len(deaf) - 3} more" if len(deaf) > 3 else ""
    said = f"{names}{rest} {'is' if len(deaf) == 1 else 'are'} silent to {news}"
    repair = f"add `- event: {news}` without `if:` under anywhere: it can come whenever it likes"
    return parts.fault(flow, deaf[0].place, "E602", said, repair)
