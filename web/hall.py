"""The hall: a request waits here until its body has come, so that who dawdles keeps nobody waiting.

The listener has no bound for how long a body takes, and gives each connection a thread. Threads
are cheap and desks are few: nobody sits down before the whole body is there.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable
from threading import Lock

from web import bodies
from web.desks import Application, Environ, Start

SMALL = 64 * 1024  # bytes; no webhook of one message is longer
LARGE_AT_ONCE = 64  # bodies that are longer than that, or name no length
_SAID = json.dumps({"success": False, "message": "Try again"}, separators=(",", ":"))
BODY = f"{_SAID}\n".encode()  # as Flask writes it
HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Length", str(len(BODY))),
    ("Retry-After", "1"),
    ("Connection", "close"),
]


class Full(Exception):
    """Too many wait already, in all or from one address."""


def of(app: Application, *, most_of_one: int) -> Application:
    """Let requests pass when their bodies are there; one address may keep so many waiting."""
    seats = Seats(most_of_one)

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            _gather(environ, seats)
        except Full:
            start("503 Service Unavailable", HEADERS)
            return [BODY]
        return app(environ, start)

    return answer


class Seats:
    """Who waits for the rest of a body, counted by address and by what it may come to."""

    def __init__(self, most_of_one: int) -> None:
        self._most_of_one = most_of_one
        self._lock = Lock()
        self._of: Counter[str] = Counter()
        self._large = 0

    def take(self, address: str, *, large: bool) -> None:
        """Take a seat for as long as the body takes; raises Full."""
        with self._lock:
            if self._of[address] >= self._most_of_one or self._large + large > LARGE_AT_ONCE:
                raise Full
            self._of[address] += 1
            self._large += large

    def leave(self, address: str, *, large: bool) -> None:
        """Leave the seat that was taken."""
        with self._lock:
            self._of[address] -= 1
            self._large -= large
            if not self._of[address]:
                del self._of[address]


def _gather(environ: Environ, seats: Seats) -> None:
    """Read the whole body, unless there is none or its length alone will be refused."""
    if size := _size(environ):
        address, large = environ["REMOTE_ADDR"], size > SMALL
        seats.take(address, large=large)
        try:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(size))
        finally:
            seats.leave(address, large=large)


def _size(environ: Environ) -> int:
    """How much there is to read; one byte more than allowed where no length is named."""
    named = environ.get("CONTENT_LENGTH", "")
    if named.isascii() and named.isdigit():
        allowed = len(named) < 8 and int(named) <= bodies.LARGEST
        return int(named) if allowed else 0
    return bodies.LARGEST + 1 if "HTTP_TRANSFER_ENCODING" in environ else 0
