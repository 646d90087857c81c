"""A few desks, each a thread with its own connection to the books: here Flask does its work.

Who came first sits first. What is answered is whole before it is sent, so that who reads slowly
has no desk; only what is longer than that is told while it is made.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar

from web.hall import address_of

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
Headers = list[tuple[str, str]]
Done = TypeVar("Done")

GATHERED = 1024 * 1024  # bytes of an answer that are made before anybody reads them


@dataclass(slots=True)
class _Head:
    """What an application says before its answer: the WSGI `start_response`."""

    status: int = 500
    headers: Headers = field(default_factory=list)

    def __call__(self, status: str, headers: Headers, exc_info: object = None) -> None:
        self.status, self.headers = int(status[:3]), headers


class Desks:
    """So many requests are worked on at once."""

    def __init__(self, app: Application, many: int) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(many, thread_name_prefix="desk")

    async def answer(
        self, scope: Any, protocol: Any, body: bytes, app: Application | None = None
    ) -> None:
        """Let the application answer when a desk is free, or another one in its place."""
        loop = asyncio.get_running_loop()
        work = _worked(app or self._app, environ_of(scope, body), protocol, loop)
        answer = await self.work(work)
        if answer is not None:
            protocol.response_bytes(*answer)

    async def work(self, work: Callable[[], Done]) -> Done:
        """Do something when a desk is free."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _worked(
    app: Application, environ: Environ, protocol: Any, loop: asyncio.AbstractEventLoop
) -> Callable[[], tuple[int, Headers, bytes] | None]:
    """The work of a desk: give the answer, or None when it was long and is sent already."""

    def work() -> tuple[int, Headers, bytes] | None:
        head = _Head()
        told = app(environ, head)
        try:
            parts, size, rest = [], 0, iter(told)
            for part in rest:
                parts.append(part)
                size += len(part)
                if size > GATHERED:
                    sending = _sent(protocol, head)
                    for each in chain(parts, rest):
                        asyncio.run_coroutine_threadsafe(sending(each), loop).result()
                    return None
            return head.status, head.headers, b"".join(parts)
        finally:
            if hasattr(told, "close"):
                told.close()

    return work


def _sent(protocol: Any, head: _Head) -> Callable[[bytes], Coroutine[Any, Any, None]]:
    lines: list[Any] = []

    async def send(part: bytes) -> None:
        if not lines:
            lines.append(protocol.response_stream(head.status, head.headers))
        await lines[0].send_bytes(part)

    return send


def environ_of(scope: Any, body: bytes) -> Environ:
    """Describe a request as WSGI does: see PEP 3333, "environ Variables"."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address_of(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:  # it would pass for one that a proxy or Ghala has set
            continue
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
