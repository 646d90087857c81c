"""The provider's truth: what its facts, one after the other, add up to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Fact = dict[str, Any]


@dataclass(slots=True)
class Bubble:
    """One message on a phone: the shop's or the customer's, and how far it has come."""

    id: str
    phone: str
    by: str  # "shop" or "customer"
    at: str
    message: dict[str, Any]
    tick: str = "sent"  # sent, delivered, read, failed
    changed: int = 0  # the number of the fact that touched it last


@dataclass(slots=True)
class Order:
    """An order somebody is asked to pay."""

    id: str
    external_id: str
    amount: int
    currency: str
    method: str
    phone: str
    description: str
    payment_url: str
    at: str
    webhooks: list[str] = field(default_factory=list)  # what the plan has for its news
    asks: bool = True  # does the phone show a prompt, or does the plan decide?
    status: str = "pending"  # pending, success, failed
    reference: str = ""
    reason: str = ""
    ignored: bool = False
    changed: int = 0


@dataclass(slots=True)
class Letter:
    """A body on its way to Duka."""

    number: int
    lane: str
    path: str
    body: str
    forged: bool
    due: float
    tries_left: int
    message: str = ""  # the customer's message in it
    attempts: int = 0


@dataclass(slots=True)
class Truth:
    """Everything the provider knows, folded from its facts."""

    last: int = 0
    bubbles: dict[str, list[Bubble]] = field(default_factory=dict)
    messages: dict[str, Bubble] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    by_external: dict[str, list[Order]] = field(default_factory=dict)
    by_phone: dict[str, list[Order]] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    letters: dict[int, Letter] = field(default_factory=dict)  # those still on their way
    heard: dict[str, float] = field(default_factory=dict)  # when a customer last wrote

    def believe(self, fact: Fact) -> None:
        """Take one more fact into account; a fact of an unknown name changes nothing."""
        self.last = fact["n"]
        apply = APPLY.get(fact["fact"])
        if apply:
            apply(self, fact)

    def order(self, name: str) -> Order | None:
        """Find an order by Ghala's id or by the caller's; of several, a paid one, then the last."""
        if name in self.orders:
            return self.orders[name]
        named = self.by_external.get(name, [])
        paid = [order for order in named if order.status == "success"]
        found = paid or named
        return found[-1] if found else None


def _phone(truth: Truth, fact: Fact) -> None:
    truth.bubbles.setdefault(fact["phone"], [])


def _message(truth: Truth, fact: Fact) -> None:
    _show(truth, fact, "shop")
    truth.keys.setdefault(("message", fact["key"]), fact["id"])
    for bubble in reversed(truth.bubbles[fact["phone"]]):
        if bubble.by == "customer":
            if bubble.tick == "read":
                break
            bubble.tick, bubble.changed = "read", fact["n"]


def _said(truth: Truth, fact: Fact) -> None:
    _show(truth, fact, "customer")
    truth.heard[fact["phone"]] = fact["stamp"]


def _show(truth: Truth, fact: Fact, by: str) -> None:
    phone = fact["phone"]
    bubble = Bubble(fact["id"], phone, by, fact["at"], fact["message"], changed=fact["n"])
    truth.bubbles.setdefault(phone, []).append(bubble)
    truth.messages[bubble.id] = bubble


def _tick(truth: Truth, fact: Fact) -> None:
    bubble = truth.messages.get(fact["id"])
    if bubble:
        bubble.tick, bubble.changed = fact["tick"], fact["n"]


def _order(truth: Truth, fact: Fact) -> None:
    fields = {name: fact[name] for name in Order.__slots__ if name in fact}
    order = Order(**fields, changed=fact["n"])
    truth.bubbles.setdefault(order.phone, [])
    truth.orders[order.id] = order
    truth.by_external.setdefault(order.external_id, []).append(order)
    truth.by_phone.setdefault(order.phone, []).append(order)
    truth.keys.setdefault(("order", fact["key"]), order.id)


def _payment(truth: Truth, fact: Fact) -> None:
    order = truth.orders[fact["id"]]
    order.changed = fact["n"]
    if fact["status"] == "ignored":
        order.ignored = True
    elif order.status != "success" or fact["status"] == "success":
        order.status, order.reason = fact["status"], fact["reason"]
        order.reference = fact["reference"] or order.reference


def _letter(truth: Truth, fact: Fact) -> None:
    fields = {name: fact[name] for name in ("lane", "path", "body", "forged", "due")}
    truth.letters[fact["n"]] = Letter(
        fact["n"], **fields, tries_left=fact["tries"], message=fact["message"]
    )


def _posted(truth: Truth, fact: Fact) -> None:
    letter = truth.letters.get(fact["letter"])
    if letter is None:
        return
    letter.attempts += 1
    letter.tries_left -= 1
    if fact["done"]:
        del truth.letters[letter.number]
        _arrived(truth, letter.message, fact)


def _arrived(truth: Truth, message: str, fact: Fact) -> None:
    bubble = truth.messages.get(message)
    if bubble and bubble.tick == "sent":
        bubble.tick = "delivered" if fact["arrived"] else "failed"
        bubble.changed = fact["n"]


APPLY: dict[str, Callable[[Truth, Fact], None]] = {
    "phone": _phone,
    "message": _message,
    "said": _said,
    "tick": _tick,
    "order": _order,
    "payment": _payment,
    "letter": _letter,
    "posted": _posted,
}
