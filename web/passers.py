"""Invented customers on their way through a flow, beside the invented trade."""

import random
from dataclasses import dataclass

from engine import diagram
from engine.flow import Flow
from store import conversations
from store.clock import MINUTE, SECOND

GO_ON = 75  # of a hundred who only look go on from one state to the next
AGAIN = 6  # of a hundred are asked the same again
SLOW = 7  # of a hundred are called away


@dataclass(frozen=True, slots=True)
class Paths:
    """The way through a flow as its own drawing shows it, and where a failure leads from there."""

    happy: tuple[str, ...]
    failed: str | None

    def of(self, fate: str) -> tuple[str, ...]:
        """The states of somebody whose order ended so."""
        if fate == "paid":
            return self.happy
        if fate == "failed" and self.failed:
            return (*self.happy[:-1], self.failed)
        return self.happy[: -2 if fate == "cancelled" else -1]

    def looked_at(self, chance: random.Random) -> tuple[str, ...]:
        """The states of somebody who orders nothing: half of the way at most."""
        far = 1
        while far < (len(self.happy) + 1) // 2 and chance.randrange(100) < GO_ON:
            far += 1
        return self.happy[:far]


def paths(flow: Flow) -> Paths:
    """Find the ways of a flow that invented customers take."""
    shown = diagram.plan(flow)
    failures = {each.source: each.target for each in shown.arrows if each.kind == "failure"}
    found = (failures[name] for name in reversed(shown.spine) if name in failures)
    return Paths(shown.spine, next(found, None))


def walk(
    phone: str, states: tuple[str, ...], *, at: int, until: int, chance: random.Random
) -> None:
    """Let somebody pass some states, some slowly, until now; the database counts their steps."""
    for name in states:
        for _ in range(2 if chance.randrange(100) < AGAIN else 1):
            if at < until:
                _enter(phone, name, at)
            at += _pause(chance)


def _enter(phone: str, state: str, at: int) -> None:
    conversation = conversations.hold(phone, state=state, now=at)
    conversation.state, conversation.visit = state, conversation.visit + 1
    conversation.entered_at = conversation.heard_at = at
    conversations.keep(conversation, memory={}, now=at)


def _pause(chance: random.Random) -> int:
    if chance.randrange(100) < SLOW:
        return chance.randrange(5, 45) * MINUTE
    return round(4 * SECOND + chance.expovariate(1 / 25) * SECOND)
