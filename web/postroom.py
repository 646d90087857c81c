"""The post room: where one thread lets the letters of all customers pass, as many as lie there.

SQLite has one writer. A thread for each letter would wait for it, be woken by the one before it
and fight for the interpreter; one thread that takes what lies there shares its commits just as
well, and passes a third more.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from store.errors import BooksClosed
from store.sharing import MOST

Letter = TypeVar("Letter")
Told = TypeVar("Told")


class PostRoom(Generic[Letter, Told]):
    """Passes letters in the order of their coming.

    `pass_all` tells or raises for each, at once where it is told that the books are closed.
    """

    def __init__(
        self,
        pass_all: Callable[[Sequence[Letter], BooksClosed | None], Sequence[Told | Exception]],
    ) -> None:
        self._pass_all = pass_all
        self._lying: SimpleQueue[tuple[Letter, asyncio.Future[Told]]] = SimpleQueue()

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to work for those who wait in this loop."""
        self._loop = loop
        Thread(target=self._work, name="post room", daemon=True).start()

    async def passed(self, letter: Letter) -> Told:
        """Wait until a letter has passed; raises what its passing raised."""
        waiting: asyncio.Future[Told] = self._loop.create_future()
        self._lying.put((letter, waiting))
        return await waiting

    def _work(self) -> None:
        while True:
            taken = [self._lying.get(), *self._next(MOST - 1)]
            told = self._told([letter for letter, _ in taken])
            if closed := [each for each in told if isinstance(each, BooksClosed)]:
                more = self._next(self._lying.qsize())  # they need not wait once more to be told
                told += self._told([letter for letter, _ in more], closed[0])
                taken += more
            waiting = [each for _, each in taken]
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                self._loop.call_soon_threadsafe(_tell, waiting, told)

    def _next(self, most: int) -> list[tuple[Letter, asyncio.Future[Told]]]:
        taken: list[tuple[Letter, asyncio.Future[Told]]] = []
        with suppress(Empty):
            while len(taken) < most:
                taken.append(self._lying.get_nowait())
        return taken

    def _told(
        self, letters: Sequence[Letter], closed: BooksClosed | None = None
    ) -> list[Told | Exception]:
        try:
            return list(self._pass_all(letters, closed))
        except Exception as error:  # noqa: BLE001  whatever it is, each waits for an answer
            return [error] * len(letters)


def _tell(waiting: Sequence[asyncio.Future[Told]], told: Sequence[Told | Exception]) -> None:
    for each, outcome in zip(waiting, told, strict=True):
        if each.done():  # who waited has gone away
            continue
        if isinstance(outcome, Exception):
            each.set_exception(outcome)
        else:
            each.set_result(outcome)
