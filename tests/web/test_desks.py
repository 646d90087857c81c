"""A few desks for all who ask: who came first sits first, and nobody keeps a desk to read at."""

import asyncio
import threading

import pytest
from databases import BOTH
from rsgi import Protocol, scope

from store import database
from web import desks
from web.desks import Desks, environ_of

OK = [("Content-Type", "text/plain")]


def says(*parts):
    """An application that answers in parts, and counts how often it was let go."""

    class Parts:
        closed = 0

        def __iter__(self):
            return iter(parts)

        def close(self):
            Parts.closed += 1

    def app(_, start):
        start("201 Created", OK)
        return Parts()

    app.parts = Parts
    return app


def answered(app, asked=None, many=1):
    protocol = Protocol()
    asyncio.run(Desks(app, many).answer(asked or scope(), protocol, b""))
    return protocol


def test_an_answer_is_whole_before_it_is_sent():
    app = says(b"a", b"b")

    given = answered(app)

    assert (given.status, given.headers, given.sent) == (201, OK, [b"ab"])
    assert app.parts.closed == 1


def test_a_long_answer_is_told_as_it_is_made():
    large = b"x" * (desks.GATHERED + 1)
    app = says(b"a", large, b"b")

    given = answered(app)

    assert (given.status, given.headers, given.sent) == (201, OK, [b"a", large, b"b"])
    assert app.parts.closed == 1


def test_a_long_answer_whose_reader_has_gone_is_let_go():
    app, protocol = says(b"x" * (desks.GATHERED + 1), b"b"), Protocol()

    async def gone(_):
        raise RuntimeError("gone")

    protocol.send_bytes = gone

    with pytest.raises(RuntimeError, match="gone"):
        asyncio.run(Desks(app, 1).answer(scope(), protocol, b""))
    assert app.parts.closed == 1


@pytest.fixture(params=BOTH)
def books(request, books_in):
    database.connect(books_in(request.param))


def test_the_next_request_at_a_desk_works_with_the_connection_of_the_one_before(books):
    def app(_, start):
        start("200 OK", OK)
        database.database.execute_sql("SELECT 1")
        return [str(id(database.database.connection())).encode()]

    async def thrice():
        few, protocols = Desks(app, 1), [Protocol() for _ in range(3)]
        for each in protocols:
            await few.answer(scope(), each, b"")
        await few.work(database.close)
        return {each.sent[0] for each in protocols}

    assert len(asyncio.run(thrice())) == 1


def test_who_fails_leaves_the_desk():
    def fails(*_):
        raise ValueError("no")

    async def then():
        few = Desks(fails, 1)
        with pytest.raises(ValueError, match="no"):
            await few.answer(scope(), Protocol(), b"")
        return await few.work(lambda: "next")

    assert asyncio.run(then()) == "next"


def test_who_came_first_sits_first_and_so_many_at_once():
    order, first = [], threading.Event()

    def work(name):
        order.append(name)
        first.wait(10)

    async def four():
        few = Desks(says(), 1)
        working = [asyncio.create_task(few.work(lambda each=each: work(each))) for each in "abcd"]
        while not order:
            await asyncio.sleep(0.001)
        seen = list(order)
        first.set()
        await asyncio.gather(*working)
        return seen

    assert (asyncio.run(four()), order) == (["a"], ["a", "b", "c", "d"])


def test_a_request_is_described_as_wsgi_does():
    headers = [
        ("Host", "duka.example"), ("Content-Type", "text/plain"), ("Content-Length", "2"),
        ("X-Ghala-Signature", "a"), ("X-Ghala-Signature", "b"),
    ]  # fmt: skip
    asked = scope("POST", "/a b/é", headers, query="x=%20y", client="[::1]:4711")

    told = environ_of(asked, b"{}")

    assert told.pop("wsgi.input").read() == b"{}"
    assert {name: told[name] for name in told if not name.startswith("wsgi.")} == {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/a b/\xc3\xa9",
        "QUERY_STRING": "x=%20y", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "3000",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "::1", "HTTP_HOST": "duka.example",
        "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "2", "HTTP_X_GHALA_SIGNATURE": "a,b",
    }  # fmt: skip


def test_a_header_cannot_pass_for_one_that_a_proxy_sets():
    told = environ_of(scope(headers=[("X_Forwarded_For", "10.0.0.1")]), b"")

    assert "HTTP_X_FORWARDED_FOR" not in told
