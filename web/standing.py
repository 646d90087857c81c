"""Where a phone's conversation, order, payments and timers stand, in words."""

import sys

from store import clock, conversations, money, orders, timers
from store.tables import Conversation, Order, Payment
from web.playing import Play


def of(shop: Play, phone: str) -> str:
    """All that the books know of a phone, a line each."""
    found = conversations.find(phone)
    if found is None:
        return f"{phone} has not written yet."
    order = _order(found, phone)
    lines = [
        ("phone", phone),
        ("state", found.state),
        ("language", found.language or shop.flow.languages[0]),
        *_answers(found),
        *([("order", _about(order)), *_payments(order)] if order else [("order", "none")]),
        *_timers(shop, phone),
    ]
    return "\n".join(f"{name:<9} {value}" for name, value in lines)


def _answers(found: Conversation) -> list[tuple[str, str]]:
    answers = conversations.memory(found)
    told = (
        f"{name} = {' '.join(str(answers[name]).split())}"
        for name in sorted(answers)
        if not name.startswith("_")  # the engine's own
    )
    return [("answer", each) for each in told] or [("answers", "none")]


def _order(found: Conversation, phone: str) -> Order | None:
    """The order that is spoken of, else the phone's last."""
    named = str(conversations.memory(found).get("order", ""))
    own = (row["id"] for row in orders.page(limit=200) if row["phone_number"] == phone)
    return orders.find(named or next(own, ""))


def _about(order: Order) -> str:
    total = money.text(money.minor(order.total_amount, order.currency), order.currency)
    what = f"{order.quantity} × {order.product_name}, {total}"
    return f"{order.id}: {what}, {order.status}, payment {order.payment_status}"


def _payments(order: Order) -> list[tuple[str, str]]:
    attempts = Payment.select().where(Payment.order == order).order_by(Payment.attempt)
    return [("payment", _attempt(each)) for each in attempts]


def _attempt(payment: Payment) -> str:
    told = (payment.payment_method, payment.stage, payment.transaction_ref, payment.failure_reason)
    return f"{payment.id}: {', '.join(each for each in told if each)}"


def _timers(shop: Play, phone: str) -> list[tuple[str, str]]:
    now = shop.shop.at()
    running = timers.due(now=sys.maxsize, limit=sys.maxsize)
    mine = [(body, due) for _, owner, body, due in running if owner == phone]
    return [("timer", f"{_meaning(body)}, in {_span(due - now)}") for body, due in mine] or [
        ("timers", "none")
    ]


def _meaning(body: dict[str, str]) -> str:
    return f"after {body['after']}" if "after" in body else f"{body['event']} {body['order']}"


def _span(ms: int) -> str:
    """``29m 30s``, in the two largest units."""
    parts, rest = [], max(ms, 0)
    for unit, size in (("d", clock.DAY), ("h", clock.HOUR), ("m", clock.MINUTE), ("s", 1000)):
        many, rest = divmod(rest, size)
        if many:
            parts.append(f"{many}{unit}")
    return " ".join(parts[:2]) or "0s"
