"""The way on which an answer is missing, as a customer could go it."""

from collections.abc import Iterable

from engine.checks import paths, possible
from engine.checks.paths import Step
from engine.checks.possible import Lacking, Way
from engine.flow import Flow
from engine.vocabulary import Vocabulary

MOST = 2_000  # places that are searched for all answers together: about two seconds

Missed = tuple[Step, bool]
"""A step on which something is missing, if the answer is known where it begins, or is not."""


class Guide:
    """Finds ways through one flow; each answer is searched for once, however often it is missed."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary) -> None:
        self._flow, self._vocabulary = flow, vocabulary
        self._searched: dict[str, Lacking] = {}
        self._plain = paths.ways(flow)
        self._left = MOST

    def way_to(self, name: str, missed: Iterable[Missed], drawn: Step) -> tuple[str, ...]:
        """The shortest of the ways to these steps; where none is found, the one that is `drawn`."""
        ways = (self._way(name, step, is_known=is_known) for step, is_known in missed)
        told = [way.told(self._flow) for way in ways if way]
        plain = (*paths.way_to(self._flow, self._plain, drawn.state), paths.told(self._flow, drawn))
        return min(told, key=len, default=plain)

    def _way(self, name: str, step: Step, *, is_known: bool) -> Way | None:
        if name not in self._searched and self._left > 0:
            found = possible.lacking(self._flow, self._vocabulary, name, most=self._left)
            self._searched[name], self._left = found, self._left - found.places
        searched = self._searched.get(name)
        return searched.way_to(step, is_known=is_known) if searched else None
