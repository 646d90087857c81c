"""Works that wait for SQLite's one writer are committed together, for the disk is slow.

Waiting for the disk costs about 240 µs and a turn's statements 100: sixteen turns in one commit
wait for it once. The first to wait leads: it does what all the others wait for, each work so that
it can be undone alone, and then whoever came next leads. Nobody is answered before the commit that
holds their work. Each waits at a gate of its own: at the writer's lock they would have to pass one
after the other, each woken by the one before, before the next commit could begin.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from store import database, undoing
from store.errors import BooksClosed

MOST = 32  # works in one commit: what one may wait for the others

Told = TypeVar("Told")


@dataclass(slots=True, eq=False)
class _Work:
    """A work that waits, and later what became of it."""

    do: Callable[[], Any]
    told: Any = None
    error: Exception | None = None
    is_over: bool = False
    gate: threading.Lock = field(default_factory=threading.Lock)  # held while there is to wait


class _Queue:
    """Who waits, in the order of their coming; one of them leads."""

    def __init__(self) -> None:
        self._waiting: deque[_Work] = deque()
        self._lock = threading.Lock()
        self._is_led = False

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, work: _Work) -> None:
        """Wait until the work is over or is to lead."""
        with self._lock:
            self._waiting.append(work)
            if self._is_led:
                work.gate.acquire()
            self._is_led = True
        work.gate.acquire()

    def first(self, many: int) -> list[_Work]:
        """Take the first who wait out of the queue."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(many, len(self._waiting)))]

    def pass_on(self) -> None:
        """Let the next one lead, if there is one."""
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].gate.release()


_queue = _Queue()


def together(do: Callable[[], Told]) -> Told:
    """Do a work in a transaction that others may share: it is kept wholly or not at all.

    Raises what the work raises, and `BooksClosed` when the commit failed; then nothing was kept.
    """
    if database.is_postgres() or database.in_transaction():
        return undoing.venture(do)  # PostgreSQL lets many write at once, and shares the disk
    work = _Work(do)
    _queue.join(work)
    if not work.is_over:
        _lead()
    if work.error is not None:
        raise work.error
    told: Told = work.told
    return told


def all_together(works: Sequence[Callable[[], Told]]) -> list[Told | Exception]:
    """Do works that came together in one transaction, each kept wholly or not at all.

    Gives what each told or raised: `BooksClosed` all of them when the commit failed.
    """
    many = [_Work(do) for do in works]
    if not many:
        return []
    try:
        undoing.venture(lambda: _pass_all(many))
    except BooksClosed as error:
        return [error] * len(many)
    return [work.told if work.error is None else work.error for work in many]


def _lead() -> None:
    """Do all that waits, ourselves first, and commit once; closed books are told to all."""
    works: list[_Work] = []
    undone = "the writer was interrupted"
    try:
        with database.alone():
            works = _queue.first(MOST)
            undoing.venture(lambda: _pass_all(works))
        undone = ""
    except BooksClosed as error:
        undone = str(error)
        works += _queue.first(len(_queue))
    finally:
        works = works or _queue.first(1)  # cut off before any was taken: ours is the first
        for work in works:
            work.error = BooksClosed(undone) if undone else work.error
            work.is_over = True
        _queue.pass_on()
        for work in works:
            work.gate.release()


def _pass_all(works: list[_Work]) -> None:
    """Do them one after the other; when one raises, undo what it wrote and nothing else."""
    for work in works:
        try:
            with undoing.savepoint():
                work.told = work.do()
        except Exception as error:
            if database.is_fault(error):
                raise
            work.error = error
