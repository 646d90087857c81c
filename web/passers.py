"""Invented customers on their way through a flow, beside the invented trade: the same each time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import diagram
from engine.flow import Flow
from store import clock, conversations, customers, silence
from store.clock import DAY, HOUR, MINUTE, SECOND

#: How many of a hundred who come only to look go on from each state to the next.
GO_ON = 72
MOST_SLOW = 40 * MINUTE  # somebody who was called away for a while


@dataclass(frozen=True, slots=True)
class Walk:
    """The states that somebody passes, one after the other, and when the first is entered."""

    phone: str
    name: str
    at: int
    states: tuple[str, ...]


class Passers:
    """Those who buy, and those who only look, on the way that the flow's own drawing shows."""

    def __init__(self, flow: Flow, chance: random.Random, *, offset: int) -> None:
        shown = diagram.plan(flow)
        self._flow, self._chance, self._offset = flow, chance, offset
        self._path = shown.spine
        self._failures = {each.source: each.target for each in shown.arrows if each.kind == "failure"}

    def buys(self, phone: str, name: str, *, at: int, fate: str) -> None:
        """Somebody who ordered: as far as their order's fate lets them."""
        path = self._path[:-1] if fate != "paid" else self._path
        failed = self._failures.get(path[-1]) if fate == "failed" else None
        _walk(self._chance, Walk(phone, name, at, (*path, *([failed] if failed else ()))))

    def look(self, day: int, many: int) -> None:
        """Some of a day who order nothing, and leave where they leave."""
        for each in range(many):
            far = 1
            while far < len(self._path) // 2 and self._chance.randrange(100) < GO_ON:
                far += 1
            phone = f"+2547000001{self._chance.randrange(100):02d}"
            at = day + self._chance.randrange(7 * HOUR, 20 * HOUR) + each
            _walk(self._chance, Walk(phone, "", at, self._path[:far]))

    def day_over(self, now: int) -> None:
        """Count who has fallen silent until then, as the worker would have."""
        silence.count(now=now, offset=self._offset)
