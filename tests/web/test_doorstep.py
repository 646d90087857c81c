"""The short way in answers as the Flask route does, whatever comes."""

import hmac
import io
import json
import logging

import pytest
from flask import Flask

from adapters.ghala import Ghala
from store import database
from store.errors import BooksClosed
from store.tables import Inbox
from web.app import app_of
from web.logs import LOG
from web.settings import Settings
from web.shop import Shop

ROUTE, SECRET = "/api/messages/incoming", "s3cret-of-these-tests-0001"
HELLO = {"id": "1", "from": "+254700000001", "type": "text", "text": {"body": "hi"}}
GOOD = json.dumps({"messages": [HELLO]}).encode()


def signed(body):
    return hmac.digest(SECRET.encode(), body, "sha256").hex()


def request(body=GOOD, *, method="POST", path=ROUTE, signature=None, length=None, **environ):
    given = signed(body) if signature is None else signature
    made = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "HTTP_HOST": "localhost", "HTTP_X_GHALA_SIGNATURE": given,
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.version": (1, 0),
        "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
    made |= environ
    return {name: value for name, value in made.items() if value not in (None, "absent")}


def batch(*messages):
    return json.dumps({"messages": messages}).encode()


REQUESTS = {
    "a message": request,
    "a batch": lambda: request(batch(HELLO, HELLO | {"id": "2"}, {"id": "3"})),
    "no messages": lambda: request(batch()),
    "a reaction": lambda: request(batch(HELLO | {"type": "reaction"})),
    "a wrong signature": lambda: request(signature="0" * 64),
    "an empty signature": lambda: request(signature=""),
    "no signature": lambda: request(HTTP_X_GHALA_SIGNATURE=None),
    "two signatures": lambda: request(signature=f"{signed(GOOD)},{signed(GOOD)}"),
    "a signature that is no ASCII": lambda: request(signature="\xff" * 64),
    "no JSON": lambda: request(b"hello"),
    "nothing": lambda: request(b""),
    "JSON of another shape": lambda: request(b"[1]"),
    "JSON with a key twice": lambda: request(b'{"messages": [], "messages": []}'),
    "no UTF-8": lambda: request(b'{"messages": ["\xff"]}'),
    "another type": lambda: request(CONTENT_TYPE="text/plain"),
    "a mebibyte": lambda: request(GOOD + b" " * (1024 * 1024 - len(GOOD))),
    "more than that": lambda: request(GOOD + b" " * (1024 * 1024 - len(GOOD) + 1)),
    "no length": lambda: request(length=""),
    "a length in words": lambda: request(length="ten"),
    "a length below zero": lambda: request(length="-1"),
    "a length too short": lambda: request(length="5"),
    "a length too long": lambda: request(length="5000"),
    "a chunked body": lambda: request(
        length="", HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True}
    ),
    "a question in the address": lambda: request(QUERY_STRING="a=1"),
    "a slash too many": lambda: request(path=f"{ROUTE}/"),
    "another method": lambda: request(method="PUT"),
    "only the head": lambda: request(method="HEAD"),
    "a handshake": lambda: request(b"", method="GET", QUERY_STRING="hub.mode=subscribe"),
    "another host": lambda: request(HTTP_HOST="elsewhere.example"),
    "a payment": lambda: request(b"{}", path="/api/webhooks/ghala"),
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


def ask(application, environ, logged):
    """All that a sender and an operator see of an answer, but the reference that chance gave."""
    seen = {}

    def start(status, headers, exc_info=None):
        seen["status"] = status
        seen["headers"] = sorted(headers)

    body = b"".join(application(environ, start))
    said = [(level, line.split(", reference")[0]) for level, line in logged]
    logged.clear()
    heard = sorted(Inbox.select(Inbox.key, Inbox.outcome).tuples())
    Inbox.delete().execute()
    known = json.loads(body) if body.startswith(b"{") else body
    reference = known.pop("reference", None) if isinstance(known, dict) else None
    size = len(body) if reference is None else None
    return seen, known, reference is None, size, said, heard


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_the_route_of_flask(app, logged, name):
    short = ask(app.wsgi_app, REQUESTS[name](), logged)

    assert short == ask(Flask.wsgi_app.__get__(app), REQUESTS[name](), logged)


@pytest.mark.parametrize("error", [BooksClosed("gone"), ValueError("broken")], ids=repr)
def test_it_fails_as_the_route_of_flask(app, logged, monkeypatch, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(Shop, "receive", fails)

    short = ask(app.wsgi_app, request(), logged)

    assert short == ask(Flask.wsgi_app.__get__(app), request(), logged)


def test_a_plain_message_takes_the_short_way(app, logged, monkeypatch):
    monkeypatch.setattr(Flask, "full_dispatch_request", None)

    seen, *_, heard = ask(app.wsgi_app, request(), logged)

    assert seen["status"] == "200 OK"
    assert heard == [("wa:1", "done")]
    assert database.in_transaction() is False
