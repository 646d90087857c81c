"""Ghala's second dialect: signed with the time, each delivery named, errors told by a word.

Known from what others recorded: `POST /messages` under an `Idempotency-Key`, templates, the headers
of webhooks, statuses and the words of errors. Not known: interactive messages and payments, which
are therefore said as in v1, or as plain text (`GHALA_INTERACTIVE`), at an address of their own
(`GHALA_PAYMENTS_URL`).
"""

from collections.abc import Mapping
from typing import Any

from adapters import ghala_v1, hearing, payloads, saying
from adapters.meta import TICKS
from adapters.shapes import LONGEST_ID, identity, record, words
from engine.effect import Message, Template
from engine.event import Event

EVENT, DELIVERY = "x-ghala-event", "x-ghala-delivery"

#: Which status news of money must tell of, when the body does not say what news they are.
MONEY = {f"payment.{status}": status for status in ghala_v1.STATUSES}

_Json = dict[str, Any]


def events(data: object, *, event: str, delivery: str, country: str) -> list[Event]:
    """Hear a delivery, whatever it brings: messages, statuses, news of payments.

    `event` and `delivery` are its headers; the delivery's name is the same each time it comes.
    Neither is signed: what the body says itself counts. Raises Unreadable.
    """
    body = record(data, "body")
    if "entry" in body or isinstance(body.get("messages"), list):
        return ghala_v1.messages(body, country=country)
    told = record(body.get("data", body), "data")
    name = words(body.get("event"), most=64) or (event if _looks_like(event, told) else "")
    if name == "message.received":
        return [hearing.event(_message(told, delivery), country=country)]
    if name == "message.status":
        return [_status(told)]
    return ghala_v1.payments({"event": name or "unnamed", "data": told})


def _looks_like(event: str, told: Mapping[str, Any]) -> bool:
    """Is this what the header calls it? Whoever holds a signed body could name it anew."""
    found = _flat(told)
    status = words(found.get("status"))
    if event == "message.received":
        return "order_id" not in found and status not in TICKS
    if event == "message.status":
        return "order_id" not in found and bool(status)
    if event in MONEY:
        return status == MONEY[event]
    return True  # nothing is done about any other


def _flat(told: Mapping[str, Any]) -> _Json:
    inner = told.get("message")
    return {**told, **inner} if isinstance(inner, dict) else dict(told)


def _message(told: Mapping[str, Any], delivery: str) -> _Json:
    """Write a received message as v1 does, wherever its parts stood."""
    found = _flat(told)
    contact = found.get("contact")
    phone = contact.get("phone_number") if isinstance(contact, dict) else None
    said = next(
        (found[name] for name in ("text", "body") if isinstance(found.get(name), str)), None
    )
    if said is not None:
        found |= {"type": "text", "text": {"body": said}}
    found["from"] = found.get("from") or found.get("phone_number") or phone
    found["id"] = found.get("wa_message_id") or found.get("id") or delivery[:LONGEST_ID] or None
    return found


def _status(told: Mapping[str, Any]) -> Event:
    found = _flat(told)
    message_id = identity(found.get("id") or found.get("wa_message_id"), "id")
    word = identity(found.get("status"), "status")
    if word not in TICKS:
        return Event(f"v2:{payloads.digest(dict(told))}", "", "silent", {"type": word})
    return Event(
        f"status:{message_id}:{word}", "", "status", {"message_id": message_id, "status": word}
    )


def message_body(to: str, message: Message) -> _Json:
    """Write what ``POST /messages`` takes: its number without a plus, a template laid flat."""
    said = saying.body(to.removeprefix("+"), message)
    if not isinstance(message, Template):
        return said
    template = said.pop("template")
    flat = {
        "template_name": template["name"],
        "template_language": template["language"]["code"],
        "template_components": template.get("components"),
    }
    return {**said, **{name: value for name, value in flat.items() if value}}


def message_id(answer: Mapping[str, Any]) -> str | None:
    """Find Ghala's own id of a message: statuses name it."""
    return ghala_v1.message_id(answer)
