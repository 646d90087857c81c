"""What a proof walks over: a flow, its words, and the rules that can be tried in each state."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.checks import hidden
from engine.flow import Flow, Place, Rule
from engine.machine import rules_of
from engine.vocabulary import Vocabulary


@dataclass(frozen=True)
class Ground:
    """One flow, looked up again and again."""

    flow: Flow
    vocabulary: Vocabulary
    known: dict[Any, Any] = field(default_factory=dict)  # what a walk has found out for the next
    _rules: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    def rules(self, state: str) -> tuple[Rule, ...]:
        """The rules of a state in the order in which they are tried, without those never tried."""
        if state not in self._rules:
            rules = rules_of(self.flow.states[state], self.flow)
            self._rules[state] = tuple(each for each in rules if each.place not in self._hidden)
        return self._rules[state]

    @cached_property
    def _hidden(self) -> frozenset[Place]:
        return hidden.never_tried(self.flow)
