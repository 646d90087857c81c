"""Does every state answer whatever a customer can send, and hear of every payment?"""

from collections.abc import Iterator

from engine import matchers
from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow, FreeText, Location, Otherwise, Pictured, Rule, State, Trigger
from engine.machine import rules_of

_NAMES = {
    "text": "a text that no rule expects",
    "choice": "an old button or row",
    "location": "a location",
    "media": "a picture, voice note or document",
}


def check(flow: Flow) -> Iterator[Problem]:
    """Find states that stay silent to something."""
    for state in flow.states.values():
        rules = list(rules_of(state, flow))
        silent = [kind for kind in matchers.MESSAGES if not _answers(rules, kind)]
        if silent:
            what = ", ".join(_NAMES[kind] for kind in silent)
            message = f'"{state.name}" does not answer {what}'
            yield parts.fault(
                flow, state.place, "E601", message, "add `- otherwise: …` as last rule"
            )
        if flow.payments:
            yield from _money(flow, state, rules)


def _answers(rules: list[Rule], kind: str) -> bool:
    """Is there a rule that hears everything of this kind, whatever its guards would say?"""
    return any(not rule.guards and _hears_all(rule.trigger, kind) for rule in rules)


def _hears_all(trigger: Trigger, kind: str) -> bool:
    if isinstance(trigger, Otherwise):
        return True
    if isinstance(trigger, FreeText):
        return kind == "text" and trigger.low <= 1 and trigger.high >= 4096
    if isinstance(trigger, Pictured):
        return kind == "media" and not trigger.kinds
    return isinstance(trigger, Location) and kind == "location"


def _money(flow: Flow, state: State, rules: list[Rule]) -> Iterator[Problem]:
    for name in ("payment.success", "payment.failed"):
        heard = any(name in matchers.events(rule.trigger) and not rule.guards for rule in rules)
        if not heard:
            message = f'"{state.name}" is silent to {name}: a payment can end whenever it likes'
            repair = f"add `- event: {name}` without `if:` under anywhere"
            yield parts.fault(flow, state.place, "E602", message, repair)
