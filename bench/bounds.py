"""What no turn of ours can be quicker than: the listener alone, and with the books of a message.

`make` answers at once; `make_books` also does what a plain message does in the books, through the
same queue and commit as ours, with figures made up beforehand: no signature, no JSON, no flow, no
log. What is left between that and ours is what our own Python costs.
"""

import itertools
import os
import sys
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bench.serving import serve
from store import database, migrate, statements
from store.clock import DAY, MINUTE
from store.sharing import all_together
from store.tables import Conversation, Customer
from web import manners, server
from web.hall import Hall
from web.postroom import PostRoom

HEADERS = [("content-type", "application/json")]
BODY = b'{"success":true}'
CUSTOMERS = 32  # take turns
MESSAGES = 5  # of one customer, as in `load.JOURNEY`
NOW = 1_800_000_000_000
SAID = '{"kind":"text","body":"%s"}' % ("x" * 150)


class Listener:
    """Takes the body and answers."""

    def __init__(self) -> None:
        self._hall = Hall(server.CONNECTIONS)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        await self._hall.body(scope, protocol)
        await self.work(protocol)

    async def work(self, protocol: Any) -> None:
        """Do nothing but answer."""
        _answer(protocol)


class Books(Listener):
    """Takes the body, does in the books what a plain message does, and answers."""

    def __init__(self) -> None:
        super().__init__()
        self._post: PostRoom[Any, Exception | None] = PostRoom(self._pass_all)
        self._numbers = itertools.count()

    def __rsgi_init__(self, loop: Any) -> None:
        """Begin to work."""
        self._post.open(loop)

    async def work(self, protocol: Any) -> None:
        """Wait until a message is in the books, and answered as ours are."""
        await self._post.passed(protocol)

    def _pass_all(self, protocols: Sequence[Any], _: object) -> Sequence[Exception | None]:
        told = all_together([partial(_kept, next(self._numbers)) for _ in protocols])
        for protocol in protocols:
            _answer(protocol)
        manners.step_aside()
        return told


def make() -> Listener:
    """Make the listener that does nothing."""
    return _opened(Listener)


def make_books() -> Listener:
    """Make the listener that keeps messages."""
    return _opened(Books)


def _opened(made: Callable[[], Listener]) -> Listener:
    manners.work_calmly()
    database.connect(os.environ["DATABASE_URL"])
    migrate.upgrade()
    database.close()
    return made()


def _answer(protocol: Any) -> None:
    protocol.response_bytes(200, HEADERS, BODY)


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
    serve(f"bench.bounds:{sys.argv[1]}", interface="rsgi")
