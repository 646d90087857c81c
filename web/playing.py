"""The whole shop played in one thread: books of its own, a Ghala of its own, a clock we move."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from flask import Flask
from werkzeug.test import run_wsgi_app

from adapters import answers
from adapters.ghala import Ghala
from adapters.sandbox import Plan, Sandbox
from adapters.sandbox.truth import Bubble, Order
from adapters.wire import Wire
from engine.flow import Flow
from flows import selling
from flows.library import Library
from flows.words import vocabulary
from store import clock, conversations, database, ids, migrate, orders, outbox, payments, timers
from web import beside
from web.app import app_of, webhooks_alone
from web.settings import Settings
from web.shop import Shop, utc_now
from web.worker import Worker

NOWHERE = "http://duka.invalid"  # no name ever resolves to it, should anything try
WINDOW = 24 * 3600  # seconds after a customer's last word in which WhatsApp takes free texts


@dataclass(slots=True)
class Clock:
    """A time that stands still until it is moved."""

    time: datetime

    def now(self) -> datetime:
        """The time."""
        return self.time


class Indoors(Wire):
    """A wire that ends in the sandbox of the same process."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def post(
        self, path: str, body: dict[str, Any], *, key: str, lenient: bool = False
    ) -> dict[str, Any]:
        """POST to the sandbox; raises as any wire does."""
        given = self._ask("POST", path, json.dumps(body).encode(), key)
        return answers.accepted(given, lenient=lenient)

    def get(self, path: str) -> dict[str, Any] | None:
        """GET from the sandbox, None when there is no such thing."""
        given = self._ask("GET", path)
        return None if given.status == 404 else answers.accepted(given)

    def _ask(self, method: str, path: str, body: bytes = b"", key: str = "") -> answers.Answer:
        headers = {"Authorization": "Bearer indoors", "Idempotency-Key": key}
        given = self._sandbox.answer(method, path, headers, body)
        return answers.Answer(given.status, given.body)


@dataclass(frozen=True, kw_only=True)
class NearGhala(Ghala):
    """A line to Ghala that never leaves the house."""

    sandbox: Sandbox

    @cached_property
    def _wire(self) -> Wire:
        return Indoors(self.sandbox)


@contextmanager
def play(flow: Path, *, library: Library | None = None) -> Iterator["Play"]:
    """Open a shop for this flow on books that are gone at the end; raises FlowError."""
    with TemporaryDirectory(prefix="duka-") as folder:
        try:
            yield Play(flow, Path(folder) / "play.db", library=library)
        finally:
            database.close()


class Play:
    """A shop and its customers' phones, where all that is due is done before a call returns.

    Customers write through the sandbox, whose signed webhooks enter by the product's own routes;
    the product's own worker answers, by its own dialect, to the sandbox.
    """

    def __init__(
        self,
        flow: Path,
        books: Path,
        *,
        library: Library | None = None,
        at: datetime | None = None,
    ) -> None:
        secret = ids.token(32)
        self.clock = Clock(at or utc_now())
        self.sandbox = Sandbox(
            duka_url=NOWHERE, secret=secret, url="https://pay.invalid", tries=1,
            now=self.clock.now, post=self._deliver, plan=Plan(window=WINDOW),
        )  # fmt: skip
        ghala = NearGhala(
            base_url=NOWHERE, api_key="", secrets=(secret,), callback_url=NOWHERE,
            sandbox=self.sandbox,
        )  # fmt: skip
        # Built without reading the environment: a chat is the same on every machine.
        settings = Settings.model_construct(
            flow_file=str(flow), send_per_second=0, pair_seconds=0, messages_per_minute=0
        )
        database.connect(f"sqlite:///{books}", lasting=False)
        self.shop = Shop(settings, library or Library(vocabulary()), ghala, now=self.clock.now)
        self.flow: Flow = self._opened(flow)
        self._app = app_of(self.shop, routes=webhooks_alone)
        self._worker = Worker(self.shop)

    def _opened(self, flow: Path) -> Flow:
        """Fill new books: the tables, and the flow that is live."""
        migrate.upgrade()
        return self.shop.library.publish(beside.read(flow), file=str(flow), now=self.clock.now())

    def _deliver(self, url: str, body: bytes, headers: Any) -> int:
        return _posted(self._app, url, body, headers)

    # --- what people do -------------------------------------------------------------------------

    def greet_in(self, language: str, phone: str) -> None:
        """Let a number that has not written yet be spoken to in this language."""
        at = self.shop.at()
        with database.transaction():
            conversation = conversations.hold(phone, state=self.flow.initial, now=at)
            if not conversation.heard_at:
                conversation.language = language
                conversation.save()

    def say(self, phone: str, **what: Any) -> None:
        """Send a message from a phone; raises NotPossible for one that no phone can send."""
        self.sandbox.say(phone, **what)
        self._settle()

    def decide(self, payment: Order, do: str, *, reason: str = "") -> None:
        """Approve or refuse a payment; raises NotPossible when it was decided before."""
        self.sandbox.decide(payment.id, do, reason=reason)
        self._settle()

    def tell(self, payment: Order, outcome: str, *, reason: str = "", amount: str = "") -> None:
        """Let news of a payment come, ``success`` or ``failed``, whatever was decided before."""
        self.sandbox.tell(payment.id, outcome, reason=reason, amount=amount)
        self._settle()

    def order(self, phone: str, product: str, quantity: int, *, address: str | None) -> None:
        """Let the shop's own system order for a phone; raises BookError."""
        selling.place_order(
            [(product, quantity)], phone=phone, address=address, name=None,
            now=self.clock.time, library=self.shop.library,
        )  # fmt: skip
        self._settle()

    def charge(self, phone: str, method: str) -> None:
        """Let the shop's own system ask a phone to pay its newest order; raises BookError."""
        own = (row["id"] for row in orders.page(limit=200) if row["phone_number"] == phone)
        selling.request_payment(next(own, ""), method=method, phone=phone, now=self.clock.time)
        self._settle()

    def wait(self, seconds: int) -> Iterator[datetime]:
        """Let time pass; stop at each moment at which something came due, in order."""
        end = self.clock.time + timedelta(seconds=seconds)
        while (due := self._next_due()) and due <= clock.ms(end):
            self.clock.time = clock.moment(due)
            self._settle()
            yield self.clock.time
        self.clock.time = end

    # --- what is to be seen ---------------------------------------------------------------------

    def bubbles(self, phone: str) -> list[Bubble]:
        """Everything on a phone, oldest first."""
        return self.sandbox.truth.bubbles.get(phone, [])

    def asked(self, phone: str) -> list[Order]:
        """The payments that a phone is asked for, and that nobody has decided."""
        asked = self.sandbox.truth.by_phone.get(phone, [])
        return [order for order in asked if order.status == "pending"]

    # --- how it goes on -------------------------------------------------------------------------

    def _settle(self) -> None:
        """Do all that is due now, on either side, until nothing is left."""
        self.sandbox.catch_up()
        self._worker.work_off()
        while self.sandbox.catch_up():
            self._worker.work_off()

    def _next_due(self) -> int | None:
        """When the next thing comes due; always later than now, so that time goes on."""
        now = self.shop.at()
        dues = (timers.next_due(), outbox.next_due(), payments.next_due(now=now))
        return max(min(due for due in dues if due), now + 1) if any(dues) else None


def _posted(app: Flask, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST to an application of this process, and give the status it answers.

    Flask's own client costs as much again as what it asks; a search asks two thousand times.
    """
    named = {name.upper().replace("-", "_"): value for name, value in headers.items()}
    environ = {
        **{f"HTTP_{name}": value for name, value in named.items()},
        "REQUEST_METHOD": "POST", "PATH_INFO": urlsplit(url).path,
        "CONTENT_TYPE": named.get("CONTENT_TYPE", ""), "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }  # fmt: skip
    setup_testing_defaults(environ)
    _, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0])
