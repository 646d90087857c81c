"""A Ghala of our own: the same API, signed webhooks, phones to type on, and faults to order."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.sandbox import api, customer, letters, payments, postman, view
from adapters.sandbox.agenda import Agenda
from adapters.sandbox.answer import Answer, Request
from adapters.sandbox.desk import Desk, Post
from adapters.sandbox.errors import NotPossible
from adapters.sandbox.ids import Ids
from adapters.sandbox.journal import Journal
from adapters.sandbox.plan import Plan
from adapters.sandbox.truth import Fact, Letter, Truth

_PATIENCE = 5.0  # seconds an answer waits for the news that goes before it


def _now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """One provider with its own truth; every method may be called from any thread.

    `duka_url` is where webhooks go, `secret` signs them, `api_key` is what callers must show
    (empty: any will do), `url` is where people reach the sandbox. The same `seed` gives the same
    ids and the same luck; `journal` is the file its truth survives in. `post` replaces the
    network, `now` the clock. It hears every dialect; `dialect` is the one its webhooks are in, and
    `meta_secret` signs those that Meta would send.
    """

    def __init__(
        self,
        *,
        duka_url: str,
        secret: str,
        api_key: str = "",
        url: str = "http://127.0.0.1:3100/sandbox",
        shop: str = "Duka",
        plan: Plan | None = None,
        seed: int | str | None = None,
        journal: Path | None = None,
        statuses: bool = False,
        dialect: str = "v1",
        meta_secret: str = "",
        tries: int = 8,
        now: Callable[[], datetime] = _now,
        post: Post = postman.post,
    ) -> None:
        self.shop = shop
        kept = Journal(journal, now)
        # A journal that goes on gets other ids than before, or they would name two things.
        luck = f"{secrets.token_hex() if seed is None else seed}/{kept.truth.last}"
        self._desk = Desk(
            journal=kept,
            agenda=Agenda(now),
            ids=Ids(luck),
            now=now,
            post=post,
            duka_url=duka_url.rstrip("/"),
            secret=secret,
            api_key=api_key,
            url=url.rstrip("/"),
            tries=tries,
            statuses=statuses,
            plan=plan or Plan(),
            dialect=dialect,
            meta_secret=meta_secret,
        )
        self._take_up()

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a call of Ghala's API; `path` is what follows the base URL."""
        with self._desk.lock:
            given, first = api.answer(self._desk, Request.of(method, path, headers, body))
        if first:
            self._desk.agenda.settle(lambda: self._are_posted(first), _PATIENCE)
        return given

    def _are_posted(self, written: list[Letter]) -> bool:
        return not any(letter.number in self._desk.truth.letters for letter in written)

    def add(self, phone: str) -> None:
        """Switch on a phone."""
        with self._desk.lock:
            customer.add(self._desk, phone)

    def say(self, phone: str, /, **what: Any) -> str:
        """Send a message from a phone, such as ``type="text", text="hi"``, and tell its id."""
        with self._desk.lock:
            return customer.say(self._desk, phone, what).id

    def decide(self, payment: str, do: str, *, pin: str = "", reason: str = "") -> dict[str, Any]:
        """Approve, refuse or ignore a payment, by Ghala's id of it."""
        if pin and not (pin.isdecimal() and len(pin) == 4):
            raise NotPossible("A PIN has four digits")
        with self._desk.lock:
            return view.payment(payments.decide(self._desk, payment, do, reason=reason))

    def tell(self, payment: str, outcome: str, *, reason: str = "", amount: str = "") -> None:
        """Let news of a payment come, ``success`` or ``failed``, whatever was decided before."""
        with self._desk.lock:
            payments.tell(self._desk, payment, outcome, reason=reason, amount=amount)

    def payment(self, name: str) -> dict[str, Any]:
        """Show a payment, by Ghala's id of it."""
        with self._desk.lock:
            order = self._desk.truth.orders.get(name)
            if order is None:
                raise NotPossible("There is no such payment", status=404)
            return view.payment(order)

    def phones(self) -> list[dict[str, Any]]:
        """List the phones."""
        with self._desk.lock:
            return view.phones(self._desk)

    def phone(self, number: str, *, after: int = 0) -> dict[str, Any]:
        """Show a phone: the messages that changed after that number, and the open prompts."""
        with self._desk.lock:
            return view.phone(self._desk, number, after=after)

    @property
    def duka_url(self) -> str:
        """Where the webhooks go."""
        return self._desk.duka_url

    @property
    def plan(self) -> Plan:
        """The fault plan in force; a new one starts counting from nothing."""
        return self._desk.plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        with self._desk.lock:
            self._desk.plan = plan
            self._desk.hits.clear()

    @property
    def truth(self) -> Truth:
        """What the provider knows: for tests and audits, to read only."""
        return self._desk.truth

    def journal(self, *, after: int = 0) -> list[Fact]:
        """List the facts later than that number."""
        with self._desk.lock:
            return self._desk.journal.after(after)

    def facts(self) -> tuple[Fact, ...] | None:
        """All facts so far, to go back to; None while something is still to be done."""
        with self._desk.lock:
            return None if self._desk.agenda.busy else tuple(self._desk.journal.after(0))

    def believe(self, facts: Sequence[Fact]) -> None:
        """Go back to where these were all the facts; for a sandbox without threads or file."""
        with self._desk.lock:
            self._desk.journal.believe(facts)

    def start(self) -> None:
        """Let threads post the webhooks and do what the plan has for later."""
        self._desk.agenda.start()

    def stop(self) -> None:
        """End the threads and let go of the journal; what was not posted waits there."""
        self._desk.agenda.stop()
        self._desk.journal.close()

    def catch_up(self) -> int:
        """Do what is due by now in this thread, in place of `start`; tell how much was done."""
        return self._desk.agenda.catch_up()

    def wait_until_idle(self, seconds: float = 10.0) -> bool:
        """Wait until nothing is left to post or to do, and tell whether that came."""
        return self._desk.agenda.wait_until_idle(seconds)

    def _take_up(self) -> None:
        """Go on where the journal ends: undelivered letters, payments the plan decides."""
        for number in sorted(self._desk.truth.letters):
            letters.dispatch(self._desk, number)
        for order in self._desk.truth.orders.values():
            if order.status == "pending" and not order.asks:
                payments.by_plan(self._desk, order)
