"""Is what the shop did what is written? A ``…`` stands for whatever comes there."""

import re
from collections.abc import Iterator

from web.rehearsal.speech import tidy
from web.rehearsal.stage import Played

ANYTHING = "…"


def differences(played: Played) -> Iterator[str]:
    """Say in short what differs at one line."""
    step = played.step
    yield from (f"the shop stumbled: {trouble}" for trouble in played.troubles)
    if step.bot is not None and not says(step.bot, played.said):
        yield "the shop says something else"
    if step.state and step.state != played.state:
        yield f"the conversation stands at {played.state}, not at {step.state}"


def says(expected: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Are these the messages expected?"""
    return len(expected) == len(said) and all(map(is_as, expected, said))


def is_as(expected: str, said: str) -> bool:
    """Is this one message as it is expected?"""
    parts = map(re.escape, tidy(expected).split(ANYTHING))
    return re.fullmatch(".*".join(parts), said, re.DOTALL) is not None
