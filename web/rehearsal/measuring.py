"""How much of a flow the conversations have met: states, rules in each state, guards both ways."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.checks.paths import Step
from engine.checks.possible import Possible, possible
from engine.flow import Call, Flow, Place
from flows.words import vocabulary
from web.rehearsal.watching import Passage

Move = tuple[str, Place, str | None]
"""A rule taken in a state, and where it led."""


def move(step: Step) -> Move:
    """A step as it is counted."""
    return step.state, step.rule.place, step.go


@dataclass(slots=True)
class Tally:
    """What was met so far."""

    states: set[str] = field(default_factory=set)
    moves: set[Move] = field(default_factory=set)
    verdicts: set[tuple[Place, bool]] = field(default_factory=set)

    def count(self, passages: Iterable[Passage]) -> None:
        """Take some more passages into account."""
        for passage in passages:
            self.states |= {passage.before, passage.after}
            for tried in passage.tried:
                self.verdicts |= {(asked.call.place, asked.holds) for asked in tried.asked}
            if winner := passage.winner:
                self.moves.add((passage.before, winner.rule.place, winner.go))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A guard as it is written, and the answer that it has not given."""

    call: Call
    holds: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is, and what of it was not met."""

    flow: Flow
    tally: Tally
    steps: tuple[Step, ...]
    states_left: tuple[str, ...]
    steps_left: tuple[Step, ...]
    verdicts: int
    verdicts_left: tuple[Verdict, ...]


def answers(can: Possible) -> list[tuple[Call, bool]]:
    """All that each guard can say, as its condition is met or not."""
    calls = {call.place: call for step in can.steps for call in step.rule.guards}
    both = [(call, holds) for call in calls.values() for holds in (True, False)]
    return [(call, holds) for call, holds in both if (call.place, holds) in can.answers]


def measure(flow: Flow, tally: Tally, can: Possible | None = None) -> Coverage:
    """Compare what was met with all that can happen."""
    can = can or possible(flow, vocabulary())
    verdicts = [Verdict(call, holds) for call, holds in answers(can)]
    return Coverage(
        flow,
        tally,
        can.steps,
        tuple(name for name in flow.states if name not in tally.states),
        tuple(step for step in can.steps if move(step) not in tally.moves),
        len(verdicts),
        tuple(each for each in verdicts if (each.call.place, each.holds) not in tally.verdicts),
    )
