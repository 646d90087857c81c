"""What no turn of ours can be quicker than: the listener alone, and with the books of a message.

`make` answers at once; `make_books` also does what a plain message does in the books, through the
same queue and commit as ours, with figures made up beforehand: no signature, no JSON, no flow, no
log. What is left between that and ours is what our own Python costs.
"""

import itertools
import os
import sys
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from bench.serving import serve
from store import database, migrate, statements
from store.clock import DAY, MINUTE
from store.sharing import together
from store.tables import Conversation, Customer
from web import desks, hall, server

HEADERS = [("Content-Type", "application/json"), ("Content-Length", "16")]
BODY = b'{"success":true}'
CUSTOMERS = 32  # take turns
MESSAGES = 5  # of one customer, as in `load.JOURNEY`
NOW = 1_800_000_000_000
SAID = '{"kind":"text","body":"%s"}' % ("x" * 150)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def make() -> Application:
    """Take the body and answer."""
    return _served(lambda: None)


def make_books() -> Application:
    """Take the body, do in the books what a plain message does, and answer."""
    numbers = itertools.count()
    return _served(lambda: together(lambda: _kept(next(numbers))))


def _served(work: Callable[[], object]) -> Application:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        work()
        start("200 OK", HEADERS)
        return [BODY]

    database.connect(os.environ["DATABASE_URL"])
    migrate.upgrade()
    worked = desks.of(answer, server.MORE_DESKS)
    return hall.of(worked, most_of_one=server.CONNECTIONS)


def _kept(number: int) -> None:
    """The statements of one message, in their order."""
    crowd, among = divmod(number, CUSTOMERS * MESSAGES)
    message, customer = divmod(among, CUSTOMERS)
    customer += crowd * CUSTOMERS
    phone, at = f"+2547{customer * 7919 % 100_000_000:08d}", NOW + number
    heard = (f"wa:{uuid.uuid4().hex}", "text", phone, SAID, at, at)
    statements.run(statements.KEEP_HEARD, heard)
    statements.run(statements.COUNT_HEARD, (phone, at - MINUTE)).fetchone()
    statements.run(statements.LIVE_FLOW).fetchone()
    statements.one(statements.FIND_CONVERSATION, (phone,), Conversation)
    if message == 0:
        statements.one(statements.BEGIN_CONVERSATION, (phone, "greeting", at), Conversation)
        statements.one(statements.KEEP_CUSTOMER, (phone, None, at), Customer)
    why = ("f" * 64, "greeting", message, "line 40", "hi", None)
    owed = (f"{phone}:{message + 1}", phone, SAID, heard[0], at, at + DAY, at, *why)
    statements.run(statements.OWE_MESSAGE, owed)
    stands = ("product", "{}", "en", message + 1, message + 1, "f" * 64, at, at, at, phone)
    statements.run(statements.KEEP_CONVERSATION, stands)


if __name__ == "__main__":
    serve(f"bench.bounds:{sys.argv[1]}", threads=server.CONNECTIONS)
