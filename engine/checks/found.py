"""What is done wrong on a walk, each with the nearest move that does it."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from engine.checks.ground import Ground
from engine.checks.moves import Move, is_far
from engine.checks.standing import Standing
from engine.checks.wrongs import Wrong
from engine.flow import Place

Where = TypeVar("Where")

Key = tuple[str, Place]
"""By what something wrong is known: its code, and where it is written."""


def key_of(wrong: Wrong) -> Key:
    """By what it is known."""
    return wrong.code, wrong.place


class Found(Generic[Where]):
    """Each wrong with where it is done first; what anybody new may do comes before all else."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._near: dict[Key, tuple[Wrong, Where, Move]] = {}
        self._far: dict[Key, tuple[Wrong, Where, Move]] = {}

    def note(self, where: Where, here: Standing, move: Move) -> None:
        """Note what a move does wrong that begins there."""
        for wrong in move.wrongs:
            found = self._far if is_far(self._ground, here, move) else self._near
            found.setdefault(key_of(wrong), (wrong, where, move))

    def get(self, key: Key) -> tuple[Where, Move] | None:
        """Where something wrong is done, and the move that does it."""
        found = self._near.get(key) or self._far.get(key)
        return found[1:] if found else None

    def __iter__(self) -> Iterator[tuple[Wrong, Where, Move]]:
        """All that was found, with where it is done and the move that does it."""
        return iter({**self._far, **self._near}.values())

    def __len__(self) -> int:
        return len(self._far.keys() | self._near.keys())
