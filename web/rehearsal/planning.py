"""The way to what no plain conversation meets: as the proof of the money found that it can be."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks import paths
from engine.checks.moves import Move
from engine.checks.way import Way
from engine.flow import Call, Choose, Rule
from engine.labels import offers
from web.rehearsal import samples, situations
from web.rehearsal.guiding import Guide
from web.rehearsal.script import Act
from web.rehearsal.situations import Situation
from web.rehearsal.walking import Walk

AGAIN = 10  # times: a cart is full after fewer


@dataclass(frozen=True, slots=True)
class Planner:
    """Goes the ways that the search of the flow has found, in a conversation of its own each."""

    guide: Guide

    def walks(self, way: Way, call: Call | None = None, *, holds: bool = True) -> Iterator[Walk]:
        """Conversations that end where a rule is tried, each at the line that may meet it."""
        for situation in self._situations(call, holds=holds):
            tried = self.guide.walk(situation.setting)
            self._sees(tried, way)
            if not all(self._makes(tried, move) for move in way.moves):
                continue
            start = len(tried.played)
            acts = self._acts(way.rule, way.heard.name)
            for act in acts[::-1] if situation.again else acts:
                tried.back_to(start)
                for _ in range(AGAIN if situation.again else 1):
                    if not self.guide.stand(tried, way.end.state, situation) or not tried.do(act):
                        break
                    tried.told.add(len(tried.played) - 1)
                    yield tried

    def _situations(self, call: Call | None, *, holds: bool) -> list[Situation]:
        if call is None:
            return [Situation()]
        return situations.for_answer(call, self.guide.flow, self.guide.words, holds=holds)

    def _sees(self, tried: Walk, way: Way) -> None:
        """Have on the phone what is tapped later elsewhere than it is shown, and begin."""
        initial = self.guide.flow.initial
        froms = [way.start.state, *(move.there.state for move in way.moves)]
        for state, rule in zip(froms, [*(move.rule for move in way.moves), way.rule], strict=True):
            if rule and isinstance(rule.trigger, Choose) and not self._shows(state, rule.trigger):
                if paths.is_payment(rule) and way.brings_order:
                    continue  # whose buttons come with it
                shown = (name for name in self.guide.ways if self._shows(name, rule.trigger))
                self.guide.go(tried, next(shown, initial))
        self.guide.greet(tried)

    def _shows(self, state: str, trigger: Choose) -> bool:
        return offers(self.guide.flow.states[state].message, trigger, self.guide.flow)

    def _makes(self, tried: Walk, move: Move) -> bool:
        """Let one move happen, by whichever act leads where it leads."""
        start = len(tried.played)
        for act in self._acts(move.rule, move.heard.name):
            if tried.do(act) and tried.state == move.there.state:
                return True
            tried.back_to(start)
        return False

    def _acts(self, rule: Rule | None, news: str) -> list[Act]:
        if news:
            return samples.of_news(news, self.guide.flow)
        return samples.of(rule, self.guide.flow) if rule else []
