"""Has a rule asked the guards that make its actions safe?"""

from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow, Rule
from engine.vocabulary import Vocabulary


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find actions without the guard that makes them safe."""
    for rule in parts.rules(flow):
        yield from _unasked(flow, rule, vocabulary)


def _unasked(flow: Flow, rule: Rule, vocabulary: Vocabulary) -> Iterator[Problem]:
    held = {call.name for call in rule.guards if not call.negated}
    for call in rule.actions:
        word = vocabulary.actions.get(call.name)
        for guard in (*word.asks, *(word.asks_counted if flow.counts else ())) if word else ():
            if guard not in held:
                said = f'"{call.name}" may fail here: nobody has asked "{guard}"'
                yield parts.fault(flow, call.place, "E310", said, f"add `if: {guard}`")
