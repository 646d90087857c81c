"""What happens one after the other until a rule is tried."""

from dataclasses import dataclass, replace

from engine.checks.moves import Move, needs_a_past
from engine.checks.standing import Heard, Standing
from engine.flow import Flow, Rule


@dataclass(frozen=True, slots=True)
class Way:
    """What happens one after the other until a rule is tried, in which state."""

    start: Standing
    moves: tuple[Move, ...]
    rule: Rule
    heard: Heard
    go: str | None = None  # where the rule leads, if that is told

    @property
    def end(self) -> Standing:
        """Where all stands when the rule is tried."""
        return self.moves[-1].there if self.moves else self.start

    @property
    def steps(self) -> list[tuple[Standing, Move]]:
        """Every step of it, and the rule at its end, each with where it begins."""
        places = [self.start, *(move.there for move in self.moves)]
        there = replace(self.end, state=self.go) if self.go else self.end
        moves = [*self.moves, Move(self.heard, self.rule, there)]
        return list(zip(places, moves, strict=True))

    def past(self, flow: Flow) -> int:
        """How many of its steps somebody new could not go."""
        return sum(needs_a_past(flow, *step) for step in self.steps)

    @property
    def brings_order(self) -> bool:
        """Does the shop place an order for the customer on it?"""
        return any(move.heard.name == "order.placed" for move in self.moves)
