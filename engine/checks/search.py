"""The nearest way to all that can be: what anybody may do comes before what needs a past."""

from collections import deque
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Where = TypeVar("Where", bound=Hashable)
Step = TypeVar("Step")


class Search(Generic[Where, Step]):
    """Every place that can be reached, the nearest first, and by which step each was reached."""

    def __init__(self, *starts: Where) -> None:
        self.came: dict[Where, tuple[Where, Step] | None] = dict.fromkeys(starts)
        self._open = deque(starts)
        self._far: list[tuple[Where, Where, Step]] = []

    @property
    def is_over(self) -> bool:
        """Was every place given from which others may be reached?"""
        return not self._open and not self._far

    def __iter__(self) -> Iterator[Where]:
        """Give each place once; meanwhile the caller reaches others from there."""
        while self._open or self._far:
            if self._open:
                yield self._open.popleft()
            else:
                far, self._far = self._far, []
                for there, here, step in far:
                    self.reach(there, here, step)

    def reach(self, there: Where, here: Where, step: Step, *, is_rare: bool = False) -> None:
        """Tell that a step leads from here to there; what is rare is followed when all else is."""
        if there in self.came:
            return
        if is_rare:
            self._far.append((there, here, step))
            return
        self.came[there] = here, step
        self._open.append(there)

    def way(self, place: Where) -> list[tuple[Where, Step]]:
        """The steps of the nearest way to a place that was reached, each with where it begins."""
        way = []
        while (last := self.came[place]) is not None:
            way.append(last)
            place = last[0]
        return way[::-1]
