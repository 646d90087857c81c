"""Why the bot said something, as it is kept with the message and read back beside it."""

from dataclasses import dataclass

from store.tables import Outbox

LONGEST = 300  # characters of a rule in words


@dataclass(frozen=True, slots=True)
class Grounds:
    """The version and line of the flow, the rule in words with its values, and where that led.

    `state` and `visit` are where the conversation stood once it was said. `missed_in` is where no
    rule but `otherwise` had heard. What has no line is a text that the shop says by itself.
    """

    flow: str
    state: str
    visit: int
    line: str | None
    rule: str
    missed_in: str | None = None


def kept(grounds: Grounds | None) -> tuple[str | int | None, ...]:
    """The values of a message's columns; all unknown for what a person wrote."""
    if grounds is None:
        return (None,) * 6
    rule = grounds.rule[:LONGEST]
    return grounds.flow, grounds.state, grounds.visit, grounds.line, rule, grounds.missed_in


def of(row: Outbox) -> Grounds | None:
    """Why this message was said; None when a person wrote it, or before it was kept."""
    if row.flow is None or row.state is None or row.visit is None:
        return None
    return Grounds(row.flow, row.state, row.visit, row.line, row.rule or "", row.missed_in)
