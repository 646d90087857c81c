"""How fast may be sent: so many a second in all, and one per so many seconds to a customer."""

import threading
from collections.abc import Callable

from store.clock import SECOND

BURST = 10  # WhatsApp bears so many to one customer at once
SHORT = 100  # ms: for so long a sender waits with a message in its hand

Shared = Callable[[str, int], int | None]
"""Takes one for a number at a time, for all processes: how long to wait in ms, None: cannot tell"""


class Pace:
    """Keeps to what WhatsApp allows: about 80 a second, one per 6 seconds to a customer, sustained.

    Where processes `share` a count, that is asked; while it cannot tell, each keeps its own.
    """

    def __init__(
        self, per_second: float, pair_seconds: float, *, shared: Shared | None = None
    ) -> None:
        self._all = Bucket(per_second / SECOND, max(1.0, per_second))
        self._pair = Bucket(1 / (pair_seconds * SECOND) if pair_seconds else 0, BURST)
        self._shared = shared if per_second or pair_seconds else None
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def turn(self, phone: str, at: Callable[[], int], rests: Callable[[float], bool]) -> int:
        """Take one, after a short wait if need be; or tell how long to wait, in ms.

        `rests` waits so many seconds, or tells with False that nobody does. One waits, and the
        others behind: to put each message off that comes too soon would cost more than to send it.
        """
        with self._turn:
            while 0 < (wait := self.wait(phone, at())) <= SHORT and rests(wait / SECOND):
                pass
            return wait

    def wait(self, phone: str, now: int) -> int:
        """Take one, or tell how long to wait, in ms."""
        told = self._shared(phone, now) if self._shared else None
        return self._own(phone, now) if told is None else told

    def _own(self, phone: str, now: int) -> int:
        with self._lock:
            wait = max(self._all.missing("", now), self._pair.missing(phone, now))
            if not wait:
                self._all.take("", now)
                self._pair.take(phone, now)
            return wait

    def tidy(self, now: int) -> None:
        """Forget customers who have been idle."""
        with self._lock:
            self._pair.forget_full(now)


class Bucket:
    """Lets a burst through, then so many a millisecond; a rate of 0 lets everything through."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._filled: dict[str, tuple[float, int]] = {}

    def missing(self, name: str, now: int) -> int:
        """How long until there is one to take, in ms; 0 = now."""
        if not self._rate:
            return 0
        level = self._level(name, now)
        return 0 if level >= 1 else int((1 - level) / self._rate) + 1

    def take(self, name: str, now: int) -> None:
        """Take one."""
        if self._rate:
            self._filled[name] = (self._level(name, now) - 1, now)

    def _level(self, name: str, now: int) -> float:
        level, since = self._filled.get(name, (self._burst, now))
        passed = max(0, now - since)  # a clock set back takes nothing away
        return min(self._burst, level + passed * self._rate)

    def forget_full(self, now: int) -> None:
        """Drop what has refilled, so that an idle customer costs no memory."""
        self._filled = {
            name: kept
            for name, kept in self._filled.items()
            if self._level(name, now) < self._burst
        }
