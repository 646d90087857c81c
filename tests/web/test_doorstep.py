"""The short way in answers as the Flask route does, whatever comes."""

import hmac
import json
import logging
from functools import partial

import pytest
from flask import Flask
from rsgi import ask, scope

from adapters.ghala import Ghala
from flows import turns
from store.errors import BooksClosed
from store.tables import Inbox
from web import doorstep
from web.app import HEADERS, app_of
from web.desks import environ_of
from web.doorstep import Letter
from web.entrance import Entrance
from web.logs import LOG
from web.settings import Settings
from web.shop import Shop

ROUTE, SECRET = "/api/messages/incoming", "s3cret-of-these-tests-0001"
HELLO = {"id": "1", "from": "+254700000001", "type": "text", "text": {"body": "hi"}}
GOOD = json.dumps({"messages": [HELLO]}).encode()


def signed(body):
    return hmac.digest(SECRET.encode(), body, "sha256").hex()


def request(body=GOOD, *headers, method="POST", path=ROUTE, query="", signature=None, **instead):
    """What the listener has of a request; a header may be told otherwise, or left out by None."""
    given = {
        "Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body)),
        "X-Ghala-Signature": signed(body) if signature is None else signature,
    }  # fmt: skip
    given |= {name.replace("_", "-"): value for name, value in instead.items()}
    told = [(name, value) for name, value in given.items() if value is not None]
    return scope(method, path, [*told, *headers], query=query), body


def batch(*messages):
    return json.dumps({"messages": messages}).encode()


REQUESTS = {
    "a message": request(),
    "a batch": request(batch(HELLO, HELLO | {"id": "2"}, {"id": "3"})),
    "no messages": request(batch()),
    "a reaction": request(batch(HELLO | {"type": "reaction"})),
    "a wrong signature": request(signature="0" * 64),
    "an empty signature": request(signature=""),
    "no signature": request(X_Ghala_Signature=None),
    "two signatures": request(GOOD, ("X-Ghala-Signature", signed(GOOD))),
    "two signatures in one": request(signature=f"{signed(GOOD)},{signed(GOOD)}"),
    "a signature that is no ASCII": request(signature="\xff" * 64),
    "no JSON": request(b"hello"),
    "nothing": request(b""),
    "JSON of another shape": request(b"[1]"),
    "JSON with a key twice": request(b'{"messages": [], "messages": []}'),
    "no UTF-8": request(b'{"messages": ["\xff"]}'),
    "another type": request(Content_Type="text/plain"),
    "a mebibyte": request(GOOD + b" " * (1024 * 1024 - len(GOOD))),
    "more than that": request(GOOD + b" " * (1024 * 1024 - len(GOOD) + 1)),
    "a chunked body": request(GOOD, Content_Length=None, Transfer_Encoding="chunked"),
    "a length and chunks": request(GOOD, Transfer_Encoding="chunked"),
    "a question in the address": request(query="a=1"),
    "a slash too many": request(path=f"{ROUTE}/"),
    "another method": request(method="PUT"),
    "only the head": request(method="HEAD"),
    "a handshake": request(b"", method="GET", query="hub.mode=subscribe"),
    "another host": request(Host="elsewhere.example"),
    "a payment": request(b"{}", path="/api/webhooks/ghala"),
}


@pytest.fixture
def app(books, library):
    ghala = Ghala(
        base_url="http://localhost", api_key="k", secrets=(SECRET,), callback_url="http://x"
    )
    return app_of(Shop(Settings(_env_file=None), library, ghala))


@pytest.fixture
def logged():
    """What is logged, as levels and words."""
    lines, handler = [], logging.Handler()
    handler.emit = lambda record: lines.append((record.levelname, record.getMessage()))
    level, LOG.level = LOG.level, logging.INFO
    LOG.addHandler(handler)
    yield lines
    LOG.removeHandler(handler)
    LOG.level = level


@pytest.fixture
def entrance(app):
    return Entrance(app, HEADERS, desks=1, most_of_one=9)


def seen(status, headers, body, logged):
    """All that a sender and an operator see of an answer, but the reference that chance gave."""
    said = [(level, line.split(", reference")[0]) for level, line in logged]
    logged.clear()
    heard = sorted(Inbox.select(Inbox.key, Inbox.outcome).tuples())
    Inbox.delete().execute()
    told = {name.lower(): value for name, value in headers}
    known = json.loads(body) if body.startswith(b"{") else body
    if isinstance(known, dict) and known.pop("reference", None):
        body = b""
    told.pop("content-length", None)  # the listener counts what is sent
    return status, told, known, len(body), said, heard


def by_the_entrance(entrance, asked, logged):
    given = ask(entrance, *asked)
    return seen(given.status, given.headers, b"".join(given.sent), logged)


def by_flask(app, asked, logged):
    head = []
    told = app.wsgi_app(environ_of(*asked), lambda *given: head.extend(given))
    return seen(int(head[0][:3]), head[1], b"".join(told), logged)


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_the_route_of_flask(app, entrance, logged, name):
    asked = REQUESTS[name]

    assert by_the_entrance(entrance, asked, logged) == by_flask(app, asked, logged)


@pytest.mark.parametrize("error", [BooksClosed("gone"), ValueError("broken")], ids=repr)
def test_it_fails_as_the_route_of_flask(app, entrance, logged, monkeypatch, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(turns, "receive", fails)
    monkeypatch.setattr(turns, "receive_all", lambda events, **_: [error] * len(events))

    short = by_the_entrance(entrance, request(), logged)

    assert short == by_flask(app, request(), logged)


def test_a_plain_message_takes_the_short_way(entrance, logged, monkeypatch):
    monkeypatch.setattr(Flask, "full_dispatch_request", None)

    status, *_, heard = by_the_entrance(entrance, request(), logged)

    assert (status, heard) == (200, [("wa:1", "done")])


def letter(asked, body, answer=lambda: None):
    return Letter(body, asked.headers, answer)


def kept():
    return sorted(key for (key,) in Inbox.select(Inbox.key).tuples())


def test_of_letters_that_pass_together_only_the_odd_one_is_left_to_flask(app):
    requests = request(), request(signature="0" * 64), request(batch(HELLO | {"id": "2"}))
    answered = []
    letters = [
        letter(asked, body, partial(answered.append, number))
        for number, (asked, body) in enumerate(requests)
    ]

    told = doorstep.pass_all(app.extensions["duka"], letters)

    assert (told, answered) == ([True, False, True], [0, 2])
    assert kept() == ["wa:1", "wa:2"]


def test_a_letter_is_answered_when_it_is_kept_and_before_the_log_is_written(app, logged):
    seen = []
    asked = letter(*request(), answer=lambda: seen.append((kept(), list(logged))))

    doorstep.pass_all(app.extensions["duka"], [asked])

    assert seen == [(["wa:1"], [])]
    assert [line for _, line in logged] == ["Message received: text from ***001"]


class Spoilt:
    """Headers that cannot be read."""

    def get_all(self, _):
        raise ValueError("spoilt")


def test_a_letter_that_breaks_our_reading_takes_nobody_with_it(app):
    asked, body = request()

    spoilt = Letter(body, Spoilt(), pytest.fail)

    broken, whole = doorstep.pass_all(app.extensions["duka"], [spoilt, letter(asked, body)])

    assert (str(broken), whole) == ("spoilt", True)


def test_letters_are_refused_where_the_books_are_closed(app):
    closed, asked = BooksClosed("gone"), letter(*request(), answer=pytest.fail)

    assert doorstep.pass_all(app.extensions["duka"], [asked], closed) == [closed]
    assert app.extensions["duka"].stranded == {HELLO["from"]}


def test_one_whose_place_is_taken_by_too_many_is_asked_to_come_again(app, logged):
    given = ask(Entrance(app, HEADERS, desks=1, most_of_one=0), *request())

    assert (given.status, dict(given.headers)["retry-after"]) == (503, "1")
    assert json.loads(given.sent[0]) == {"success": False, "message": "Try again"}
