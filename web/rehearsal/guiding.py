"""Who knows the way to each state of a flow, and what must have happened before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from engine import labels
from engine.checks.paths import Step
from engine.checks.possible import Possible, possible
from engine.flow import Choose, Flow, Hear
from engine.vocabulary import Vocabulary, Word
from flows.words import vocabulary
from web.rehearsal import samples
from web.rehearsal.remembering import Memory
from web.rehearsal.script import Act, Setting
from web.rehearsal.situations import OTHER, Situation
from web.rehearsal.walking import Walk, walk


@dataclass
class Guide:
    """The ways through one flow, each found by walking it."""

    memory: Memory
    ways: dict[str, tuple[Act, ...]] = field(default_factory=dict)
    words: Vocabulary = field(default_factory=vocabulary)

    @cached_property
    def flow(self) -> Flow:
        """The flow."""
        return self.memory.theatre.opened(self.memory.flow).flow

    def walk(self, setting: Setting | None = None) -> Walk:
        """Begin a conversation."""
        return walk(self.memory, self.flow.initial, setting)

    @cached_property
    def possible(self) -> Possible:
        """All that can happen, and what guards can say."""
        return possible(self.flow, self.words)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All that can happen."""
        return self.possible.steps

    def of(self, state: str) -> list[Step]:
        """All that can happen in a state."""
        return [step for step in self.steps if step.state == state]

    # --- the way to each state ------------------------------------------------------------------

    def find_ways(self) -> None:
        """Find the shortest way to each state, as a customer would go it."""
        self.ways = {self.flow.initial: ()}
        for natural in (True, False):
            open_ = list(self.ways)
            while open_:
                state = open_.pop(0)
                open_ += [
                    step.go
                    for step in self.of(state)
                    if step.go and step.go not in self.ways and self._leads(step, natural=natural)
                ]

    def _leads(self, step: Step, *, natural: bool) -> bool:
        """Try a rule that leads to a state nobody has reached yet; keep the way if it does."""
        tried = self.walk()
        if not self.go(tried, step.state):
            return False
        start = len(tried.played)
        for act in self._acts(step, tried, natural=natural):
            if tried.do(act) and tried.met(step) and tried.state == step.go:
                self.ways[step.go] = (*self.ways[step.state], act)
                return True
            tried.back_to(start)
        return False

    def _acts(self, step: Step, tried: Walk, *, natural: bool) -> Iterator[Act]:
        for act in samples.of(step.rule, self.flow):
            is_tap = act.verb in ("tap", "choose")
            if not natural or not is_tap or tried.offers(act.what):
                yield act

    def go(self, tried: Walk, state: str) -> bool:
        """Walk from wherever the conversation stands to a state; False when that fails."""
        if tried.played and tried.state == state:
            return True
        if state not in self.ways or not self._home(tried):
            return False
        for act in self.ways[state]:
            if tried.do(act) is None:
                return False
        return tried.state == state

    def _home(self, tried: Walk) -> bool:
        """Get back to the beginning by a word that is heard here; so every conversation begins."""
        if tried.played and tried.state == self.flow.initial:
            return True
        act = self._greeting(tried.state)
        return bool(act and tried.do(act)) and tried.state == self.flow.initial

    def greet(self, tried: Walk) -> None:
        """Let a customer write first, where a word is heard at the beginning that leads nowhere."""
        if act := self._greeting(self.flow.initial):
            tried.do(act)

    def _greeting(self, state: str) -> Act | None:
        """The word that leads home from a state."""
        for step in self.steps:
            is_word = isinstance(step.rule.trigger, Hear) and not step.rule.guards
            if is_word and (step.state, step.go) == (state, self.flow.initial):
                return samples.of(step.rule, self.flow)[0]
        return None

    # --- what must have happened before ----------------------------------------------------------

    def stand(self, tried: Walk, state: str, situation: Situation) -> bool:
        """Come into a situation in a state; False when that fails."""
        if situation.first and not self._first(tried, situation.first):
            return False
        if not self.go(tried, state):
            return False
        here = [tried.do(act) for act in situation.here]
        greeting = self._greeting(self.flow.initial)
        if situation.other and greeting:
            for act in (greeting, *situation.other):  # who comes too late finds nothing left
                tried.do(act, phone=OTHER)
        return None not in here and tried.state == state

    def before(self, step: Step) -> Iterator[str]:
        """The states in which something is shown or answered that a rule elsewhere is about."""
        needs = {name for call in step.rule.guards for name in _about(self.words.guards[call.name])}
        trigger = step.rule.trigger
        for name in self.ways:
            shows = isinstance(trigger, Choose) and labels.offers(
                self.flow.states[name].message, trigger, self.flow
            )
            if name != step.state and (shows or needs & self._given(name)):
                yield name

    def _given(self, state: str) -> set[str]:
        """The answers that the rules give that lead to a state."""
        return {
            name
            for step in self.steps
            if step.go == state
            for call in step.rule.actions
            for name in self.words.actions[call.name].gives
        }

    def _first(self, tried: Walk, done: str) -> bool:
        """Go as far as to an order, to its payment, its end or a state, and leave it there."""
        if done in self.ways:
            return self.go(tried, done) and self._home(tried)
        books = {"order": "place", "paying": "request", "cancelled": "place"}[done]
        for state in self.where(books):
            if self.go(tried, state) and (done != "cancelled" or self._cancel(tried)):
                return self._home(tried)
        return False

    def where(self, books: str) -> Iterator[str]:
        """The states that are entered by a rule that does this in the books."""
        for step in self.steps:
            if step.go in self.ways and self._moves(step, books):
                yield step.go

    def _moves(self, step: Step, books: str) -> bool:
        return any(self.words.actions[call.name].books == books for call in step.rule.actions)

    def _cancel(self, tried: Walk) -> bool:
        for step in self.steps:
            if step.state == tried.state and self._moves(step, "cancel"):
                return tried.do(samples.of(step.rule, self.flow)[0]) is not None
        return False


def _about(word: Word) -> tuple[str, ...]:
    return (*word.needs, *word.proves)
