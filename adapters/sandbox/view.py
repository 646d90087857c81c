"""What a phone shows: its messages both ways, and the payments it is asked for."""

from dataclasses import asdict
from typing import Any

from adapters.sandbox.desk import Desk
from adapters.sandbox.truth import Bubble, Order


def phones(desk: Desk) -> list[dict[str, Any]]:
    """List the phones in the order they were first seen."""
    return [
        {"phone": phone, "bubbles": len(bubbles), "prompts": len(prompts(desk, phone))}
        for phone, bubbles in desk.truth.bubbles.items()
    ]


def phone(desk: Desk, number: str, *, after: int = 0) -> dict[str, Any]:
    """Show what changed on a phone after that number, and every open prompt."""
    bubbles = desk.truth.bubbles.get(number, [])
    return {
        "phone": number,
        "now": desk.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "bubbles": [_bubble(each) for each in bubbles if each.changed > after],
        "prompts": [payment(order) for order in prompts(desk, number)],
        "next": desk.truth.last,
    }


def prompts(desk: Desk, number: str) -> list[Order]:
    """List the payments a phone is asked for right now, by PIN."""
    return [
        order
        for order in desk.truth.by_phone.get(number, ())
        if order.asks and order.status == "pending" and not order.ignored and order.method != "card"
    ]


def payment(order: Order) -> dict[str, Any]:
    """Show one payment."""
    names = ("id", "external_id", "amount", "currency", "method", "phone", "description")
    news = ("status", "reference", "reason", "ignored", "payment_url")
    whole = asdict(order)
    return {name: whole[name] for name in (*names, *news)}


def _bubble(bubble: Bubble) -> dict[str, Any]:
    shown = asdict(bubble)
    del shown["phone"]
    return shown
