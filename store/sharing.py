"""Works that wait for SQLite's one writer are committed together, for the disk is slow.

Waiting for the disk costs about 240 µs and a turn's statements 100: sixteen turns in one commit
wait for it once. Whoever holds the writer's place does what all the others wait for, each work
under a savepoint of its own; nobody is answered before the commit that holds their work.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from store import database
from store.errors import BooksClosed

MOST = 32  # works in one commit: what one may wait for the others

Told = TypeVar("Told")


@dataclass(slots=True, eq=False)
class _Work:
    """A work that waits, and later what became of it."""

    do: Callable[[], Any]
    told: Any = None
    error: Exception | None = None
    over: threading.Event = field(default_factory=threading.Event)


_waiting: deque[_Work] = deque()


def together(do: Callable[[], Told]) -> Told:
    """Do a work in a transaction that others may share: it is kept wholly or not at all.

    Raises what the work raises, and `BooksClosed` when the commit failed; then nothing was kept.
    """
    if database.is_postgres() or database.in_transaction():
        with database.transaction():  # PostgreSQL lets many write at once, and shares the disk
            return do()
    work = _Work(do)
    _waiting.append(work)
    try:
        with database.alone():
            while not work.over.is_set():
                _lead()
    except BooksClosed:
        if _withdrawn(work):
            raise
    if work.error is not None:
        raise work.error
    told: Told = work.told
    return told


def _withdrawn(work: _Work) -> bool:
    """Leave the queue when patience is over; whoever was taken along waits for what became."""
    try:
        _waiting.remove(work)
    except ValueError:
        work.over.wait()
        return False
    return True


def _lead() -> None:
    """Do all that waits and commit once; the first to wait is the first to pass."""
    works = [_waiting.popleft() for _ in range(min(MOST, len(_waiting)))]
    undone = "the writer was interrupted"
    try:
        with database.transaction():
            for work in works:
                _pass(work, alone=len(works) == 1)
        undone = ""
    except BooksClosed as error:
        undone = str(error)
    finally:
        for work in works:
            work.error = BooksClosed(undone) if undone else work.error
            work.over.set()


def _pass(work: _Work, *, alone: bool) -> None:
    """Do one of them; when it raises, undo what it wrote and nothing else."""
    if alone:  # the transaction is its savepoint
        work.told = work.do()
        return
    try:
        with database.savepoint():
            work.told = work.do()
    except Exception as error:
        if database.is_fault(error):
            raise
        work.error = error
