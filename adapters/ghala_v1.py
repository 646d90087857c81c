"""Ghala's first dialect, word for word: its JSON to our events, our wishes to its JSON."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from adapters import amounts, hearing, meta, payloads, saying
from adapters.charges import Asked, Charge, Opened
from adapters.errors import Unreadable
from adapters.shapes import LONGEST_ID, identity, items, record, text, words
from engine.effect import Message
from engine.event import Event

NEWS = ("payment.success", "payment.failed", "payment.pending", "order.created")
STATUSES = ("pending", "success", "failed")
LONGEST_LINK = 2048

_Json = dict[str, Any]


def messages(data: object, *, country: str) -> list[Event]:
    """Hear what customers sent, in Ghala's list or in Meta's envelope; raises Unreadable."""
    body = record(data, "body")
    if "entry" in body:
        return meta.events(body, country=country)
    listed = items(body.get("messages"), "messages")
    return [hearing.event(each, country=country) for each in listed]


def payments(data: object) -> list[Event]:
    """Hear news of a payment; raises Unreadable.

    An event we do not know is ``payment.other``; one without an order keeps an empty `order_id`.
    """
    body = record(data, "body")
    event, told = text(body.get("event"), "event"), record(body.get("data"), "data")
    news = _news(told)
    if event not in NEWS:
        return [Event(_news_id(event, told), "", "payment.other", {**news, "event": event[:64]})]
    return [Event(_news_id(event, told), "", event, news)]


def message_body(to: str, message: Message) -> _Json:
    """Write what ``POST /whatsapp/messages`` takes."""
    return saying.body(to, message)


def message_id(answer: Mapping[str, Any]) -> str | None:
    """Find the provider's id of a message in its answer; None when there is none."""
    listed = answer.get("messages")
    first = listed[0] if isinstance(listed, list) and listed else None
    within = first.get("id") if isinstance(first, dict) else None
    found = (_id(each) for each in (within, answer.get("id"), answer.get("message_id")))
    return next(filter(None, found), None)


def charge_body(charge: Charge, *, callback_url: str) -> _Json:
    """Write what ``POST /orders`` takes."""
    return {
        "external_id": charge.attempt,
        "amount": charge.amount,
        "currency": charge.currency,
        "payment_method": charge.method,
        "customer": {"phone": charge.phone},
        "description": charge.description,
        "callback_url": callback_url,
    }


def charge_answer(data: object) -> Opened:
    """Read what ``POST /orders`` answers; raises Unreadable without an id and a status."""
    answer = record(data, "answer")
    status = text(answer.get("status"), "status")
    known = status if status in STATUSES else "pending"  # not final: it will be asked about
    return Opened(identity(answer.get("id"), "id"), known, _link(answer.get("payment_url")))


def asked_answer(data: object) -> Asked:
    """Read what ``GET /orders/{id}`` answers; raises Unreadable without a status that we know."""
    answer = record(data, "answer")
    status = text(answer.get("payment_status"), "payment_status")
    if status not in STATUSES:
        raise Unreadable("payment_status is none that we know")
    return Asked(
        status=status,
        amount=amounts.written(answer.get("amount")),
        currency=_currency(answer.get("currency")) or None,
        reference=_reference(answer),
        reason=words(answer.get("failure_reason")),
        id=_id(answer.get("id")),
    )


def _news(told: Mapping[str, Any]) -> dict[str, str]:
    amount = amounts.written(told.get("amount"))
    return {
        "order_id": _id(told.get("order_id")),
        "reference": _reference(told),
        "currency": _currency(told.get("currency")),
        "reason": words(told.get("failure_reason")),
        **({} if amount is None else {"amount": amount}),
    }


def _news_id(event: str, told: Mapping[str, Any]) -> str:
    """Name a piece of news by what it says, so that told twice it is the same twice.

    Where the parts could be confused, are too long, or name no order, all that was said is hashed.
    """
    parts = [event, _id(told.get("order_id")), words(told.get("transaction_reference"))]
    plain = ":".join(parts)
    if parts[1] and plain.count(":") == 2 and len(plain) <= LONGEST_ID:
        return f"pay:{plain}"
    return f"pay:{event[:64]}:{payloads.digest([event, told])}"


def _id(value: object) -> str:
    """Give an id, or nothing for what can be none of ours."""
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else ""


def _reference(told: Mapping[str, Any]) -> str:
    return words(told.get("transaction_reference"), most=LONGEST_ID)


def _currency(value: object) -> str:
    """Give the currency as it was sent; what is no text matches none."""
    if value is None:
        return ""
    return words(value, most=16) or amounts.INVALID


def _link(value: object) -> str | None:
    """Give a link that may be shown to a customer; ``javascript:`` and its kin may not."""
    if not isinstance(value, str) or len(value) > LONGEST_LINK or not value.isprintable():
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and " " not in value
    return value if usable else None
