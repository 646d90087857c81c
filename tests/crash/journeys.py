"""Customers in a hurry: from Hi to the receipt, with doubled messages and taps on old buttons."""

import hashlib
import hmac
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field

from tests.crash.programs import MESSAGES, SECRET, request

METHODS = ("mpesa", "airtel", "card")
PLACES = ("Kilimani, Nairobi", "12 Moi Avenue", "skip", "Shop 4, Kenyatta Market", None)

SAYS = {
    "greeting": lambda m: "view_products" in choices(m) and "Welcome" in words(m),
    "product": lambda m: "prod_001" in choices(m),
    "quantity": lambda m: "How many would you like" in words(m),
    "address": lambda m: "Where shall we deliver" in words(m),
    "payment": lambda m: "Order summary" in words(m),
    "processing": lambda m: "processing your payment" in words(m),
    "fate": lambda m: "Receipt" in words(m) or "did not go through" in words(m),
    "paid already": lambda m: "already paid" in words(m),
}


def words(message):
    """The text of a message, whatever its kind."""
    kind = message["type"]
    return message[kind]["body"] if kind == "text" else message[kind]["body"]["text"]


def choices(message):
    """The ids that can be tapped on a message."""
    action = message.get("interactive", {}).get("action", {})
    buttons = [each["reply"]["id"] for each in action.get("buttons", ())]
    return buttons + [row["id"] for part in action.get("sections", ()) for row in part["rows"]]


class Stuck(Exception):
    """Nobody answers a customer any more."""


@dataclass
class Street:
    """What all customers share: where the shop is, what reaches the phones, and chance."""

    ports: list
    journal: object
    seed: int
    patience: float = 240.0  # seconds that a customer waits for an answer
    over: threading.Event = field(default_factory=threading.Event)
    tries: itertools.count = field(default_factory=itertools.count)


@dataclass
class Journey:
    """One customer; `log` says what happened when, `sent` the ids of every message."""

    street: Street
    number: int
    began: float = 0.0
    ended: float | None = None
    order: str = ""
    sent: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    trouble: str = ""

    def __post_init__(self):
        self.luck = random.Random(f"{self.street.seed}/{self.number}")
        self.phone = f"+2547{self.number:08d}"
        self._read = 0

    def run(self):
        """Go the whole way; what went wrong stands in `trouble`."""
        self.began = time.monotonic()
        try:
            self._buy()
            self.ended = time.monotonic()
        except Stuck as stuck:
            self.trouble = str(stuck)

    def _buy(self):
        self._step(typed("Hi"), "greeting")
        self._step(tapped("view_products"), "product")
        self._step(tapped(f"prod_00{self.luck.randint(1, 5)}"), "quantity")
        self._step(typed(str(self.luck.randint(1, 20))), "address")
        summary = self._step(self._place(), "payment", doubled=False)
        buttons = [each for each in choices(summary) if each.startswith("pay_")]
        self.order = buttons[0].split("_", 2)[2]
        if self.luck.random() < 0.15:
            self._step(tapped("view_products"), "product", doubled=False)
        self._pay()
        if self.luck.random() < 0.3:
            self._step(tapped(f"pay_{self._method()}_{self.order}"), "paid already")

    def _pay(self):
        """Tap a way to pay, and the same or another one again for as long as it is declined."""
        while True:
            self._step(tapped(f"pay_{self._method()}_{self.order}"), "processing")
            if "Receipt" in words(self._hear("fate")):
                return

    def _method(self):
        return self.luck.choice(METHODS)

    def _place(self):
        said = self.luck.choice(PLACES)
        if said is not None:
            return typed(said)
        return {"type": "location", "location": {"latitude": -1.29, "longitude": 36.78}}

    # --- speaking and hearing ------------------------------------------------------------------

    def _step(self, message, answer, *, doubled=True):
        """Send a message until it is taken, often more than once, and wait for the answer."""
        bodies = [self._body(message)]
        if doubled and self.luck.random() < 0.15:
            bodies.append(self._body(message))  # a double tap: another id
        if self.luck.random() < 0.3:
            bodies += bodies[:1] * 2
        self._send_all(bodies)
        heard = self._hear(answer)
        self.steps.append((time.monotonic(), answer))
        return heard

    def _body(self, message):
        self.sent.append(f"wamid.{self.phone}.{len(self.sent)}")
        told = {"id": self.sent[-1], "from": self.phone, "timestamp": str(int(time.time()))}
        return json.dumps({"messages": [{**told, **message}]}).encode()

    def _send_all(self, bodies):
        lucks = [random.Random(self.luck.random()) for _ in bodies]
        others = [
            threading.Thread(target=self._insist, args=each, daemon=True)
            for each in zip(bodies[1:], lucks[1:], strict=True)
        ]
        for each in others:
            each.start()
        self._insist(bodies[0], lucks[0])
        for each in others:
            each.join()

    def _insist(self, body, luck):
        """Deliver until it is taken, as WhatsApp does."""
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "x-ghala-signature": signature}
        end = time.monotonic() + self.street.patience
        while not self.street.over.is_set() and time.monotonic() < end:
            next(self.street.tries)
            port = luck.choice(self.street.ports)
            if request(port, "POST", MESSAGES, body=body, headers=headers) == 200:
                return
            time.sleep(luck.uniform(0.05, 0.25))
        raise Stuck("a message is not taken")

    def _hear(self, answer):
        found = self.street.journal.wait_for(
            self.phone, after=self._read, wanted=SAYS[answer], within=self.street.patience
        )
        if found is None or self.street.over.is_set():
            raise Stuck(f"waits for {answer}")
        self._read = found[0]
        return found[1]


def typed(text):
    return {"type": "text", "text": {"body": text}}


def tapped(chosen):
    kind = "list_reply" if chosen.startswith("prod_") else "button_reply"
    return {
        "type": "interactive",
        "interactive": {"type": kind, kind: {"id": chosen, "title": "Tap"}},
    }
