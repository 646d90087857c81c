"""The fate of a payment, and the news of it: true, late, doubled or false, as the plan has it."""

import json
from collections.abc import Callable
from typing import Any

from adapters.sandbox import letters
from adapters.sandbox.desk import Desk
from adapters.sandbox.errors import NotPossible
from adapters.sandbox.news import webhooks
from adapters.sandbox.plan import News, Twist
from adapters.sandbox.truth import Letter, Order

CANCELLED = "Request cancelled by user"
_OUTCOMES = {"approve": "success", "refuse": "failed"}
_SOON = 0.05  # seconds between two pieces of news that must not come together


def begin(desk: Desk, order: Order) -> list[Letter]:
    """Let a payment take its planned course; give the letters that go before the answer."""
    planned = webhooks(order.webhooks).news
    if not planned:
        by_plan(desk, order)
    first = []
    for news in planned:
        if news.before:
            first += _happen(desk, order, news)
        else:
            desk.later(f"news:{order.id}:{news.at}", news.at, _happening(desk, order, news))
    return first


def by_plan(desk: Desk, order: Order) -> None:
    """Let the plan decide a payment, where it does not leave that to a person."""
    decision = desk.plan.payments
    if decision.by in _OUTCOMES:
        outcome = _OUTCOMES[decision.by]
        news = News(outcome, reason=decision.reason if outcome == "failed" else "")
        desk.later(f"decide:{order.id}", decision.after, _happening(desk, order, news))


def decide(desk: Desk, name: str, do: str, *, reason: str = "") -> Order:
    """Let a person approve, refuse or ignore a payment that is still open."""
    order = desk.truth.orders.get(name)
    if order is None:
        raise NotPossible("There is no such payment", status=404)
    if order.status != "pending":
        raise NotPossible(f"This payment is decided already: {order.status}", status=409)
    if do == "ignore":
        desk.note("payment", id=order.id, status="ignored", reference="", reason="")
    elif do in _OUTCOMES:
        outcome = _OUTCOMES[do]
        _happen(desk, order, News(outcome, reason=reason if outcome == "failed" else ""))
    else:
        raise NotPossible(f'"{do}" is not possible: approve, refuse or ignore')
    return order


def tell(desk: Desk, name: str, outcome: str, *, reason: str = "", amount: str = "") -> None:
    """Let news of a payment come whatever was decided before: late, against it, or bent."""
    order = desk.truth.orders.get(name)
    if order is None:
        raise NotPossible("There is no such payment", status=404)
    reference = _reference(desk, order, News(outcome))
    desk.note("payment", id=order.id, status=outcome, reference=reference, reason=reason)
    _tell(desk, order, News(outcome, reason=reason), Twist(amount=amount))


def _happening(desk: Desk, order: Order, news: News) -> Callable[[], object]:
    return lambda: _happen(desk, order, news)


def _happen(desk: Desk, order: Order, news: News) -> list[Letter]:
    if news.true and news.outcome in ("success", "failed"):
        reference = _reference(desk, order, news)
        reason = (news.reason or CANCELLED) if news.outcome == "failed" else ""
        desk.note("payment", id=order.id, status=news.outcome, reference=reference, reason=reason)
    hooks = webhooks(order.webhooks)
    sent = _tell(desk, order, news, hooks.twist if news.true else news.twist)
    if hooks.twist.reorder and len(hooks.news) < 2:
        sent += _tell(desk, order, News("pending"), Twist(late=_SOON))
    return sent


def _reference(desk: Desk, order: Order, news: News) -> str:
    if news.outcome != "success":
        return ""
    return desk.ids.reference() if news.again or not order.reference else order.reference


def _tell(desk: Desk, order: Order, news: News, twist: Twist) -> list[Letter]:
    if twist.silent:
        return []
    told = _body(desk, order, news, twist)
    delays = [twist.late] * twist.copies
    if twist.replay is not None:
        delays.append(twist.late + twist.replay)
    # Each in a lane of its own, so that copies really do arrive at once.
    return [
        letters.write(
            desk,
            letters.PAYMENTS,
            told,
            lane=f"payment:{order.id}:{desk.truth.last}",
            after=delay,
            forged=twist.bad_sig,
        )
        for delay in delays
    ]


def _body(desk: Desk, order: Order, news: News, twist: Twist) -> dict[str, Any]:
    data: dict[str, Any] = {"order_id": desk.ids.order() if twist.unknown_id else order.id}
    if news.outcome == "failed":
        data["failure_reason"] = news.reason or CANCELLED
    if news.outcome == "success":
        data |= {
            "transaction_reference": order.reference or desk.ids.reference(),
            "amount": _amount(order.amount, twist.amount),
            "currency": twist.currency or order.currency,
            "status": "success",
        }
    absent = [name for name, said in _said(twist).items() if said == "none"]
    event = "order.created" if news.outcome == "created" else f"payment.{news.outcome}"
    return {"event": event, "data": {k: v for k, v in data.items() if k not in absent}}


def _said(twist: Twist) -> dict[str, str]:
    return {"amount": twist.amount, "currency": twist.currency}


def _amount(true: int, said: str) -> Any:
    """Bend an amount: ``+1`` and ``-500`` shift it, anything else stands as it is written."""
    if not said:
        return true
    if said[0] in "+-" and said[1:].isdecimal():
        return true + int(said)
    try:
        return json.loads(said)
    except ValueError:
        return said
