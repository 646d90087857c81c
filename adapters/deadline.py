"""One deadline over a whole answer, for a timeout starts anew with every byte that drips in."""

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

LONGEST = 3600.0  # seconds of silence, where nobody set less

_UNTIL: ContextVar[float] = ContextVar("until", default=float("inf"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let every answer that is read inside, head and body, be complete in so many seconds."""
    token = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


class Answer(http.client.HTTPResponse):
    """An HTTP answer that is read under the deadline; raises TimeoutError when it has passed."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        hurried = _Hurried(sock)
        self.fp.close()
        self.fp = io.BufferedReader(hurried)


class _Hurried(io.RawIOBase):
    """A socket's bytes, each wait for more of them no longer than the time that is left."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._raw = sock, sock.makefile("rb", buffering=0)
        self._whole = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _UNTIL.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        self._sock.settimeout(min(left, self._whole or LONGEST))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if self._sock.fileno() >= 0:
            self._sock.settimeout(self._whole)  # for the next request on the same connection
        self._raw.close()
        super().close()
