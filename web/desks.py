"""A few desks for all threads: who works sits at one, with the database connection that is there.

Threads come and go with the listener's connections; what they work with is kept for the next.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from threading import Lock
from typing import Any

from store import database

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

GATHERED = 1024 * 1024  # bytes of an answer that are made before anybody reads them


class Desks:
    """So many places to work at; who came first sits first."""

    def __init__(self, many: int) -> None:
        self._connections: list[Any] = [None] * many  # opened by whoever first needs one
        self._waiting: deque[_Turn] = deque()
        self._lock = Lock()

    def sit(self) -> None:
        """Wait for a free desk, and work with its connection."""
        with self._lock:
            turn = _Turn()
            if self._connections:
                turn.come(self._connections.pop())  # the last to be left, for it is warm
            else:
                self._waiting.append(turn)
        database.take_up(turn.wait())

    @property
    def waiting(self) -> int:
        """How many wait for a desk."""
        return len(self._waiting)

    def rise(self) -> None:
        """Leave the desk to whoever waits longest."""
        connection = database.hand_over()
        with self._lock:
            if self._waiting:
                self._waiting.popleft().come(connection)
            else:
                self._connections.append(connection)


class _Turn:
    """One who waits, until a desk is given."""

    def __init__(self) -> None:
        self._gate = Lock()
        self._gate.acquire()
        self._connection: Any = None

    def wait(self) -> Any:
        self._gate.acquire()
        return self._connection

    def come(self, connection: Any) -> None:
        self._connection = connection
        self._gate.release()


def of(app: Application, many: int) -> Application:
    """Let at most so many requests be worked on at once; who reads slowly has no desk."""
    desks = Desks(many)

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        desks.sit()
        told: Iterable[bytes] = ()
        try:
            told = _gathered(app(environ, start), then=desks.rise)
        finally:
            if not isinstance(told, _Long):
                desks.rise()
        return told

    return answer


def _gathered(told: Iterable[bytes], *, then: Callable[[], None]) -> Iterable[bytes]:
    """The whole answer, so that sending it needs no desk; what is longer is told as it is made."""
    if isinstance(told, list):
        return told
    parts, size, rest = [], 0, iter(told)
    try:
        for part in rest:
            parts.append(part)
            size += len(part)
            if size > GATHERED:
                return _Long(chain(parts, rest), told, then)
    except BaseException:
        _close(told)
        raise
    _close(told)
    return parts


class _Long:
    """An answer still being made while it is sent: its desk is left at the end."""

    def __init__(
        self, parts: Iterator[bytes], told: Iterable[bytes], then: Callable[[], None]
    ) -> None:
        self._parts, self._told, self._then = parts, told, then

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        """End it, whether all of it was sent or not."""
        try:
            _close(self._told)
        finally:
            self._then()


def _close(told: Iterable[bytes]) -> None:
    if hasattr(told, "close"):
        told.close()
