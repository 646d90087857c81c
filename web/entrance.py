"""The entrance: all requests come in by one event loop, which waits for much and works on nothing.

It is an RSGI application: see Granian's "RSGI specification". A request waits in the hall until its
body is there. What customers write then goes to the post room; all else, and what is odd, to a desk
where Flask works.
"""

import asyncio
import json
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import Flask

from store import database
from web import doorstep, metrics
from web.desks import Desks, Environ, Start
from web.doorstep import Letter
from web.hall import Full, Hall
from web.postroom import PostRoom
from web.shop import Shop

_SAID = json.dumps({"success": False, "message": "Try again"}, separators=(",", ":"))
FULL = (
    503,
    [("content-type", "application/json"), ("retry-after", "1"), ("connection", "close")],
    f"{_SAID}\n".encode(),  # as Flask writes it
)


class Entrance:
    """Lets requests in to an application and its shop; `headers` go with every answer."""

    def __init__(
        self, app: Flask, headers: dict[str, str], *, desks: int, most_of_one: int
    ) -> None:
        self._app = app
        self._shop: Shop = app.extensions["duka"]
        self._hall = Hall(most_of_one)
        self._desks = Desks(app.wsgi_app, desks)
        self._pass_all = partial(doorstep.pass_all, self._shop)
        self._post = PostRoom(self._pass_all)
        # On PostgreSQL customers pass side by side.
        self._passed = self._at_a_desk if database.is_postgres() else self._post.passed
        self._heard = [("content-type", "application/json"), *headers.items()]

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to work in the server's loop."""
        self._post.open(loop)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        try:
            body = await self._hall.body(scope, protocol)
        except Full:
            protocol.response_bytes(*FULL)
            return
        if doorstep.may_be_letter(scope):
            await self._hear(scope, protocol, body)
        else:
            await self._desks.answer(scope, protocol, body)

    async def _hear(self, scope: Any, protocol: Any, body: bytes) -> None:
        answer = partial(self._answer, protocol, time.perf_counter())
        letter = Letter(body, scope.headers, answer)
        try:
            was_plain = await self._passed(letter)
        except Exception as error:  # noqa: BLE001  whatever it is, Flask's table of errors knows it
            fallen = partial(_fallen, self._app, error)
            await self._desks.answer(scope, protocol, body, fallen)
            return
        if not was_plain:
            await self._desks.answer(scope, protocol, body)

    def _answer(self, protocol: Any, begun: float) -> None:
        """Answer from whatever thread we are in: Granian's protocol is locked (src/rsgi/io.rs)."""
        protocol.response_bytes(200, self._heard, doorstep.BODY)
        metrics.count(doorstep.ROUTE, "POST", 200, since=begun)

    async def _at_a_desk(self, letter: Letter) -> bool:
        return await self._desks.work(lambda: _only(self._pass_all([letter], None)))


def _only(told: list[bool | Exception]) -> bool:
    (outcome,) = told
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _fallen(app: Flask, error: Exception, environ: Environ, start: Start) -> Iterable[bytes]:
    """Tell an error as Flask tells it, without doing the work again."""
    with app.request_context(environ):
        response = app.finalize_request(app.handle_user_exception(error))
        return response(environ, start)
