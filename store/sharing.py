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
class _Wish:
    """Works that somebody waits for, and later what each told or raised."""

    works: Sequence[Callable[[], Any]]
    told: list[Any] = field(default_factory=list)
    is_over: bool = False
    gate: threading.Lock = field(default_factory=threading.Lock)  # held while there is to wait


class _Queue:
    """Who waits, in the order of their coming; one of them leads."""

    def __init__(self) -> None:
        self._waiting: deque[_Wish] = deque()
        self._lock = threading.Lock()
        self._is_led = False

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, wish: _Wish) -> None:
        """Wait until the works are over or are to lead."""
        with self._lock:
            self._waiting.append(wish)
            if self._is_led:
                wish.gate.acquire()
            self._is_led = True
        wish.gate.acquire()

    def first(self, most: int) -> list[_Wish]:
        """Take the first who wait out of the queue, with so many works in all, but at least one."""
        taken: list[_Wish] = []
        with self._lock:
            while self._waiting and (not taken or most >= len(self._waiting[0].works)):
                taken.append(self._waiting.popleft())
                most -= len(taken[-1].works)
        return taken

    def all(self) -> list[_Wish]:
        """Take all out of the queue."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(len(self._waiting))]

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
    (told,) = _granted([do])
    if isinstance(told, Exception):
        raise told
    done: Told = told
    return done


def all_together(works: Sequence[Callable[[], Told]]) -> list[Told | Exception]:
    """Do works that came together in one transaction, each kept wholly or not at all.

    Gives what each told or raised: `BooksClosed` all of them when the commit failed.
    """
    if not works:
        return []
    if not (database.is_postgres() or database.in_transaction()):
        return _granted(works)
    wish = _Wish(works)
    try:
        undoing.venture(lambda: _do_all([wish]))
    except BooksClosed as error:
        return [error] * len(works)
    return wish.told


def _granted(works: Sequence[Callable[[], Any]]) -> list[Any]:
    wish = _Wish(works)
    _queue.join(wish)
    if not wish.is_over:
        _lead()
    return wish.told


def _lead() -> None:
    """Do all that waits, ourselves first, and commit once; closed books are told to all."""
    wishes: list[_Wish] = []
    undone = "the writer was interrupted"
    try:
        with database.alone():
            wishes = _queue.first(MOST)
            undoing.venture(lambda: _do_all(wishes))
        undone = ""
    except BooksClosed as error:
        undone = str(error)
        wishes += _queue.all()
    finally:
        wishes = wishes or _queue.first(1)  # cut off before any was taken: ours is the first
        for wish in wishes:
            wish.told = [BooksClosed(undone) for _ in wish.works] if undone else wish.told
            wish.is_over = True
        _queue.pass_on()
        for wish in wishes:
            wish.gate.release()


def _do_all(wishes: Sequence[_Wish]) -> None:
    for wish in wishes:
        wish.told = [_done(work) for work in wish.works]


def _done(work: Callable[[], Any]) -> Any:
    """Do a work; when it raises, undo what it wrote and nothing else."""
    try:
        with undoing.savepoint():
            return work()
    except Exception as error:
        if database.is_fault(error):
            raise
        return error
