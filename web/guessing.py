"""Who guesses passwords is turned away before the next one is compared."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic
from typing import Any

WRONG, WITHIN = 10, 300  # wrong passwords, in so many seconds
MOST = 10_000  # addresses and names remembered; the longest unheard of are forgotten


class Guesses:
    """Counts wrong passwords by address and by name, in this process.

    An address that knew the password is not shut out by what others guess under its name.
    """

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._wrong = OrderedDict[str, deque[float]]()
        self._trusted = OrderedDict[str, None]()
        self._lock = threading.Lock()

    def are_too_many(self, address: str, name: str) -> bool:
        """Were ten wrong ones given in five minutes, from there or under this name?"""
        with self._lock:
            by_name = address not in self._trusted and self._many(f"name {name}")
            return by_name or self._many(f"address {address}")

    def wrong(self, address: str, name: str) -> None:
        """Count one more."""
        with self._lock:
            for key in (f"name {name}", f"address {address}"):
                times = self._wrong.setdefault(key, deque(maxlen=WRONG))
                times.append(self._clock())
                _keep(self._wrong, key)

    def right(self, address: str) -> None:
        """Trust an address, and forget what was wrong from there."""
        with self._lock:
            self._wrong.pop(f"address {address}", None)
            self._trusted[address] = None
            _keep(self._trusted, address)

    def _many(self, key: str) -> bool:
        times = self._wrong.get(key, ())
        since = self._clock() - WITHIN
        return sum(each > since for each in times) >= WRONG


def _keep(kept: OrderedDict[str, Any], key: str) -> None:
    kept.move_to_end(key)
    if len(kept) > MOST:
        kept.popitem(last=False)
