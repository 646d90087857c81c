"""Conversations made by searching the rule book: every rule in every state, driven for real."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.checks.paths import Step
from engine.flow import After, Call, Choose, Happened, Hear, Place
from web.rehearsal import measuring, samples, situations
from web.rehearsal.guiding import Guide
from web.rehearsal.measuring import Tally
from web.rehearsal.planning import Planner
from web.rehearsal.script import Act
from web.rehearsal.situations import Situation
from web.rehearsal.walking import Walk

LONGEST = 36  # lines of one conversation, so that it can be read

_THEMES = {Hear: "words", Choose: "taps", Happened: "news", After: "time"}


@dataclass(frozen=True, slots=True)
class Made:
    """A conversation that was made: its file's name, what it shows, and how it went."""

    name: str
    about: str
    walk: Walk


@dataclass(frozen=True, slots=True)
class Met:
    """How a rule was met: where, in which situation, by what."""

    step: Step
    situation: Situation
    act: Act


@dataclass(slots=True)
class Maker:
    """Makes conversations until nothing is left that can be met."""

    guide: Guide
    tally: Tally = field(default_factory=Tally)
    met: dict[tuple[Place, tuple[Call, ...]], Met] = field(default_factory=dict)  # of each rule
    rare: list[Walk] = field(default_factory=list)  # what only the search has found

    def make(self) -> Iterator[Made]:
        """Make the conversations of every state: words, taps, answers, news, time, the rest."""
        self.guide.find_ways()
        for state in self.guide.ways:
            mine = self.guide.of(state)
            for theme in ("answers", *_THEMES.values()):
                wanted = [step for step in mine if _theme(step) == theme]
                yield from self._together(f"{state} {theme}", wanted, mine)
            yield from self._apart(state, mine)
            yield from self._alone(state, mine)
        yield from self._planned()

    def _planned(self) -> Iterator[Made]:
        """A conversation for what is left, on the way on which the search found that it can be."""
        planner, can = Planner(self.guide), self.guide.possible
        for step in self._left(can.steps):
            if self._left([step]):  # what was made meanwhile may have met it
                tried = planner.walks(can.way_to(step))
                if found := next((each for each in tried if each.met(step)), None):
                    self.rare.append(found)
                    yield self.made(f"{step.state} planned {step.rule.place.line}", found)
        for call, holds in measuring.answers(can):
            answer = call.place, holds
            if answer not in self.tally.verdicts:
                tried = planner.walks(can.way_to_answer(answer), call, holds=holds)
                if found := next((each for each in tried if each.answered(answer)), None):
                    self.rare.append(found)
                    name = f"{'' if holds else 'not '}{call.name} {call.place.line}"
                    yield self.made(name, found)

    def _together(self, name: str, wanted: list[Step], mine: list[Step]) -> Iterator[Made]:
        """One conversation for all rules of a theme that need nothing special before."""
        left = self._left(wanted)
        number = 1
        while left:
            tried = self.guide.walk()
            done = self._several(tried, left, mine)
            left = [step for step in self._left(left) if step not in done]
            if tried.told:
                yield self.made(" ".join((name, *nth(number))), tried)
            number += 1

    def _several(self, tried: Walk, wanted: list[Step], mine: list[Step]) -> list[Step]:
        """Meet as many rules as have room in one conversation; give those that were tried."""
        done = []
        for step in wanted:
            if len(tried.played) >= LONGEST:
                break
            done.append(step)
            plain = [each for each in self._situations(step, mine) if not each.is_apart]
            any(self._meets(tried, step, situation) for situation in plain)
        return done

    def _situations(self, step: Step, mine: list[Step]) -> list[Situation]:
        earlier = mine[: mine.index(step)]
        return situations.for_step(step, earlier, self.guide.flow, self.guide.words)

    def _apart(self, state: str, mine: list[Step]) -> Iterator[Made]:
        """A conversation for each thing that must have happened before, and the rules it is for."""
        pairs = [
            (step, situation)
            for step in self._left(mine)
            for situation in self._situations(step, mine)
            if situation.is_apart
        ]
        names: Counter[str] = Counter()
        while pairs:
            name = pairs[0][1].name
            tried = self.guide.walk(pairs[0][1].setting)
            done = [self._meets(tried, *pair) for pair in pairs if pair[1].name == name]
            if tried.told:
                names[name] += 1
                yield self.made(" ".join((state, name, *nth(names[name]))), tried)
            pairs = [
                pair
                for pair in pairs
                if pair[0] in self._left([pair[0]]) and (any(done) or pair[1].name != name)
            ]

    def _alone(self, state: str, mine: list[Step]) -> Iterator[Made]:
        """A conversation for each rule that won in no company: what came before was in its way."""
        names: Counter[str] = Counter()
        for step in self._left(mine):
            for situation in self._more(step, self._situations(step, mine)):
                tried = self.guide.walk(situation.setting)
                if self._left([step]) and self._meets(tried, step, situation):
                    name = situation.name or "alone"
                    names[name] += 1
                    yield self.made(" ".join((state, "alone", name, *nth(names[name]))), tried)

    def _more(self, step: Step, found: list[Situation]) -> Iterator[Situation]:
        """Those found, and each after having been where its button is shown, or it is answered."""
        yield from found
        for state in self.guide.before(step):
            yield Situation(f"after {state}", first=state)
            for each in found:
                if not each.first and each.name:
                    yield replace(each, name=f"{each.name} after {state}", first=state)

    def _meets(self, tried: Walk, step: Step, situation: Situation) -> bool:
        """Try to meet a rule in a situation; take it back where that was in vain."""
        start = len(tried.played)
        acts = samples.of(step.rule, self.guide.flow)
        for act in reversed(acts) if situation.name == "few left" else acts:
            if self.guide.stand(tried, step.state, situation) and self._does(tried, step, act):
                self._remember(Met(step, situation, act))
                return True
            tried.back_to(start)
        return False

    def _remember(self, met: Met) -> None:
        """Remember the first way; rather one away from the beginning, which answers all alike."""
        rule, initial = (met.step.rule.place, met.step.rule.guards), self.guide.flow.initial
        if rule not in self.met or self.met[rule].step.state == initial != met.step.state:
            self.met[rule] = met

    def _does(self, tried: Walk, step: Step, act: Act) -> bool:
        """Do it until the rule is met: again and again where it takes too many misses."""
        tries = self.guide.flow.states[step.state].tries
        for _ in range(tries.at_most if tries and step.go != step.rule.go else 1):
            if tried.do(act) is None:
                return False
            tried.told.add(len(tried.played) - 1)
            if tried.met(step):
                return True
        return False

    # --- what is left ---------------------------------------------------------------------------

    def _left(self, steps: Iterable[Step]) -> list[Step]:
        return [step for step in steps if measuring.move(step) not in self.tally.moves]

    def made(self, name: str, tried: Walk) -> Made:
        """Count what a conversation has met, and name it."""
        for each in tried.played:
            self.tally.count(each.passages)
        return Made(_file_name(name), name, tried)


def nth(number: int) -> tuple[str, ...]:
    """The number of a conversation, from the second on."""
    return (str(number),) if number > 1 else ()


def _file_name(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold())


def _theme(step: Step) -> str:
    return _THEMES.get(type(step.rule.trigger), "answers")
