"""The way on which an answer is missing, as a customer could go it."""

from collections.abc import Iterable

from engine.checks import paths, possible, story
from engine.checks.ground import Ground
from engine.checks.paths import Step
from engine.checks.possible import Lacking
from engine.flow import Flow
from engine.vocabulary import Vocabulary

MOST = 16_000  # places that are searched for all answers together: about six seconds
MOST_OF_ONE = 4_000  # and for one of them

Missed = tuple[Step, bool]
"""A step on which something is missing, if the answer is known where it begins, or is not."""


class Guide:
    """Finds ways through one flow; each answer is searched for once, however often it is missed."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary) -> None:
        self._flow, self._ground = flow, Ground(flow, vocabulary)
        self._searched: dict[str, Lacking] = {}
        self._plain = paths.ways(flow)
        self._left = MOST

    def way_to(
        self, name: str, missed: Iterable[Missed], drawn: Step, *, is_asked: bool
    ) -> tuple[str, ...] | None:
        """The way to these steps that is nearest to somebody new; None if nobody can go one.

        What a guard reads is missed where it `is_asked`, taken or not. In a flow too large to be
        searched it is the way that is `drawn`, whatever guards say.
        """
        searched = self._search(name)
        ways = [
            searched.way_to(step, is_known=is_known, is_asked=is_asked)
            for step, is_known in missed
            if searched
        ]
        if found := [way for way in ways if way]:
            best = min(found, key=lambda way: (way.past(self._flow), len(way.moves)))
            return story.told_to_lack(self._flow, self._ground.vocabulary, best.steps)
        if searched and searched.is_whole:
            return None
        return (*paths.way_to(self._flow, self._plain, drawn.state), paths.told(self._flow, drawn))

    def _search(self, name: str) -> Lacking | None:
        if name not in self._searched and self._left > 0:
            most = min(self._left, MOST_OF_ONE)
            found = possible.lacking(self._ground, name, most=most)
            self._searched[name], self._left = found, self._left - found.places
        return self._searched.get(name)
