"""The hall: a request waits here until its body has come, so that who dawdles keeps nobody waiting.

The listener has no bound for how long a body takes. Waiting costs a place in the event loop and no
thread; nobody is worked on before the whole body is there.
"""

from collections import Counter
from typing import Any

from web import bodies

SMALL = 64 * 1024  # bytes; no webhook of one message is longer
LARGE_AT_ONCE = 64  # bodies that are longer than that, or name no length


class Full(Exception):
    """Too many wait already, in all or from one address."""


class Hall:
    """Who waits for the rest of a body, counted by address and by what it may come to.

    All waiting is done in one event loop, so nothing here needs a lock.
    """

    def __init__(self, most_of_one: int) -> None:
        self._most_of_one = most_of_one
        self._of: Counter[str] = Counter()
        self._large = 0

    async def body(self, scope: Any, protocol: Any) -> bytes:
        """Wait for the whole body, unless there is none or its length alone will be refused.

        Raises Full. What names no length is read until it is more than allowed.
        """
        size = _size(scope.headers)
        if not size:
            return b""
        address, large = address_of(scope), size > SMALL
        if self._of[address] >= self._most_of_one or self._large + large > LARGE_AT_ONCE:
            raise Full
        self._of[address] += 1
        self._large += large
        try:
            named: bytes = await (protocol() if size <= bodies.LARGEST else _gathered(protocol))
            return named
        finally:
            self._large -= large
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]


def address_of(scope: Any) -> str:
    """Who asks, without the port."""
    address: str = scope.client
    return address.rpartition(":")[0].strip("[]")


def _size(headers: Any) -> int:
    """How much there is to read; one byte more than allowed where no length is named."""
    if headers.get("transfer-encoding"):  # whatever length is named beside it
        return bodies.LARGEST + 1
    named = headers.get("content-length") or ""
    allowed = named.isascii() and named.isdigit() and len(named) < 8
    return int(named) if allowed and int(named) <= bodies.LARGEST else 0


async def _gathered(protocol: Any) -> bytes:
    parts, size = [], 0
    async for part in protocol:
        parts.append(part)
        size += len(part)
        if size > bodies.LARGEST:
            break
    return b"".join(parts)
