"""An answer of the sandbox on the wire, as far as a WSGI server lets a network misbehave."""

import errno
import time
from collections.abc import Callable, Iterator

from flask import Response

from adapters.sandbox import Answer

_BITS = 20  # a dripping answer comes in so many pieces
_CHUNK = 64 * 1024


def response(answer: Answer) -> Response:
    """Send an answer with what its behaviour does to it."""
    behaviour = answer.behaviour.kind
    if behaviour == "plain":
        return Response(answer.body, answer.status, dict(answer.headers))
    sent = Response(WAYS[behaviour](answer), answer.status, dict(answer.headers))
    if behaviour in ("reset", "truncated"):
        # More is promised than comes, for servers that would end a cut answer properly.
        sent.headers["Content-Length"] = str(max(len(answer.body), 1))
    return sent


def _slow(answer: Answer) -> Iterator[bytes]:
    # The headers wait for the first bytes of the body, so nothing is heard until then.
    time.sleep(answer.behaviour.seconds)
    yield answer.body


def _drip(answer: Answer) -> Iterator[bytes]:
    size = max(len(answer.body) // _BITS, 1)
    for start in range(0, len(answer.body), size):
        yield answer.body[start : start + size]
        time.sleep(answer.behaviour.seconds / _BITS)


def _cut(pieces: list[bytes]) -> Iterator[bytes]:
    yield from pieces
    # Servers take this for a caller who has gone, and close the connection without a word.
    raise ConnectionResetError(errno.ECONNRESET, "The sandbox breaks the connection as planned")


def _huge(answer: Answer) -> Iterator[bytes]:
    yield answer.body
    left = answer.behaviour.size
    while left > 0:
        yield b" " * min(_CHUNK, left)  # white space, so that the whole is still JSON
        left -= _CHUNK


WAYS: dict[str, Callable[[Answer], Iterator[bytes]]] = {
    "slow": _slow,
    "drip": _drip,
    "truncated": lambda answer: _cut([answer.body[: len(answer.body) // 2]]),
    "reset": lambda answer: _cut([]),
    "huge": _huge,
}
