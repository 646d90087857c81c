"""A sandbox whose letters go into a list, and whose time stands until it is moved."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from adapters.sandbox import Sandbox, read

PHONE = "+254700000001"
SECRET = "a secret of the sandbox's tests"


class Rehearsal:
    """A sandbox, what it posted, and a clock set by hand."""

    secret = SECRET

    def __init__(self, **settings):
        self.time = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
        self.posted, self.answers = [], []
        settings = {"duka_url": "http://duka", "secret": self.secret, "api_key": "key", **settings}
        plan = read(settings.pop("plan", None))
        self.sandbox = Sandbox(
            plan=plan, seed=settings.pop("seed", 7), now=self.now, post=self.post, **settings
        )
        self.keys = 0

    def now(self):
        return self.time

    def post(self, url, body, headers):
        self.posted.append((url, json.loads(body), headers))
        return self.answers.pop(0) if self.answers else 200

    def pass_time(self, seconds):
        """Let time pass in small steps, doing what comes due."""
        for _ in range(round(seconds * 20)):
            self.time += timedelta(seconds=0.05)
            self.sandbox.catch_up()

    def call(self, method, path, data=None, *, key=None, bearer="key"):
        self.keys += 1
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key or f"k{self.keys}"}
        body = b"" if data is None else json.dumps(data).encode()
        return self.sandbox.answer(method, path, headers, body)

    def shop_sends(self, message, **how):
        return self.call("POST", "/whatsapp/messages", {"to": PHONE, **message}, **how)

    def shop_charges(self, external="ORD-1.1", **changes):
        key = changes.pop("key", None)
        return self.call("POST", "/orders", order(external, **changes), key=key)

    def status_of(self, name):
        return self.call("GET", f"/orders/{name}")

    def webhooks(self):
        """The payment news posted so far."""
        return [body for url, body, _ in self.posted if url.endswith("/api/webhooks/ghala")]


def order(external="ORD-1.1", **changes):
    return {
        "external_id": external,
        "amount": 3000,
        "currency": "KES",
        "payment_method": "mpesa",
        "customer": {"phone": PHONE},
        "description": "Payment for Premium Coffee Beans 1kg x2",
        "callback_url": "http://duka/api/webhooks/ghala",
        **changes,
    }


@pytest.fixture
def rehearse():
    """Make rehearsals, as many as a test needs."""
    made = []

    def make(**settings):
        made.append(Rehearsal(**settings))
        return made[-1]

    yield make
    for rehearsal in made:
        rehearsal.sandbox.stop()


@pytest.fixture
def rehearsal(rehearse):
    return rehearse()
