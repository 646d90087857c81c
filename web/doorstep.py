"""The short way in for what customers write: the same door, without the walk through Flask.

The route in `webhooks` is the reference, and Flask's 280 µs are most of what a message costs
beside its turn. Only what is plainly right passes here; whatever is odd in any way goes to Flask
untouched, with its body, so every refusal, error and log line is Flask's.
"""

import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Flask

from adapters.errors import Forged, Unreadable
from engine.event import Event
from web import bodies, metrics
from web.shop import Shop

ROUTE = "/api/messages/incoming"
ANSWER = json.dumps({"success": True, "message": "Messages processed"}, separators=(",", ":"))
BODY = f"{ANSWER}\n".encode()  # as Flask writes it

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


def mount(app: Flask, flask: Application, headers: dict[str, str]) -> Application:
    """Answer plain messages here and leave the rest to `flask`; `headers` go with every answer."""
    shop: Shop = app.extensions["duka"]
    dressed = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(BODY))),
        *headers.items(),
    ]

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        if not _is_plain(environ):
            return flask(environ, start)
        begun = time.perf_counter()
        events = _heard(environ, shop)
        if events is None:
            return flask(environ, start)
        try:
            for event in events:
                shop.receive(event)
        except Exception as error:  # noqa: BLE001  whatever it is, Flask's table of errors knows it
            return _fallen(app, environ, start, error)
        metrics.count(ROUTE, "POST", 200, since=begun)
        start("200 OK", dressed)
        return [BODY]

    return answer


def _is_plain(environ: Environ) -> bool:
    """Is it a message of a known length that we take, and no more than that?"""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["PATH_INFO"] == ROUTE
        and environ["REQUEST_METHOD"] == "POST"
        and not environ.get("SCRIPT_NAME")
        and "HTTP_TRANSFER_ENCODING" not in environ
        and length.isascii()
        and length.isdigit()
        and len(length) < 8
        and int(length) <= bodies.LARGEST
    )


def _heard(environ: Environ, shop: Shop) -> list[Event] | None:
    """Verify and read the body; None leaves it to Flask, with the body to be read again."""
    length = int(environ["CONTENT_LENGTH"])
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    headers = _Headers(environ)
    signature = headers.get(shop.ghala.signature_header.lower())
    signatures = [] if signature is None else [signature]
    try:
        if len(body) == length:
            return shop.ghala.hear_messages(body, signatures, headers, shop.now().timestamp())
        return None
    except (Forged, Unreadable):
        return None


class _Headers(Mapping[str, str]):
    """The headers by their names in lower case; one that came twice is one, parted by commas."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        value: str = self._environ["HTTP_" + name.replace("-", "_").upper()]
        return value

    def __iter__(self) -> Iterator[str]:
        told = (name for name in self._environ if name.startswith("HTTP_"))
        return (name[5:].replace("_", "-").lower() for name in told)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _fallen(app: Flask, environ: Environ, start: Start, error: Exception) -> Iterable[bytes]:
    """Tell an error as Flask tells it, without doing the work again."""
    with app.request_context(environ):
        response = app.finalize_request(app.handle_user_exception(error))
        return response(environ, start)
