"""One WhatsApp message, as any dialect tells it, becomes one event."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from adapters import payloads, phones
from adapters.errors import BadNumber, Unreadable
from adapters.shapes import identity, maybe_identity, record, text, unreadable, words
from engine.event import Event

LATEST = 10**11  # seconds; what is later was told in milliseconds or by mistake

_Heard = tuple[str, dict[str, Any]]
_Json = Mapping[str, Any]


def event(message: object, *, country: str, names: Mapping[str, str] | None = None) -> Event:
    """Turn a message into its event; one that cannot be read is ``unreadable`` and says why.

    `names` are the customers' own, by the number as the message writes it.
    """
    try:
        return _event(record(message, "message"), country, names or {})
    except (Unreadable, BadNumber) as error:
        return unreadable(message, why=str(error))


def _event(message: _Json, country: str, names: Mapping[str, str]) -> Event:
    phone = phones.e164(message.get("from"), country=country)
    kind = identity(message.get("type"), "type")
    name, data = READERS.get(kind, _media)(message)
    return Event(_id(message, phone), phone, name, {**data, **_beside(message, names)})


def _id(message: _Json, phone: str) -> str:
    """Name a message; without its own id by when and what was said, and ``wa?:`` without a time."""
    if given := maybe_identity(message.get("id"), "id"):
        return f"wa:{given}"
    kind, sent_at = message["type"], _seconds(message.get("timestamp"))
    digest = payloads.digest([phone, sent_at, kind, message.get(kind)])
    return f"wa?:{digest}" if sent_at is None else f"wa:{digest}"


def _beside(message: _Json, names: Mapping[str, str]) -> dict[str, Any]:
    context = record(message.get("context") or {}, "context")
    told = {
        "context": maybe_identity(context.get("id"), "context.id"),
        "sent_at": _seconds(message.get("timestamp")),
        "profile_name": names.get(message["from"]),
    }
    return {name: value for name, value in told.items() if value}


def _seconds(stamp: object) -> int | None:
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11:
        stamp = int(stamp)
    if isinstance(stamp, int) and not isinstance(stamp, bool) and 0 < stamp < LATEST:
        return stamp
    return None


def _text(message: _Json) -> _Heard:
    body = text(record(message.get("text"), "text").get("body"), "text.body")
    return "text", {"text": body[: payloads.LONGEST]}


def _interactive(message: _Json) -> _Heard:
    interactive = record(message.get("interactive"), "interactive")
    for kind in ("button_reply", "list_reply"):
        if kind in interactive or interactive.get("type") == kind:
            reply = record(interactive.get(kind), kind)
            return _choice(reply.get("id"), reply.get("title"))
    return _media(message)


def _button(message: _Json) -> _Heard:
    button = record(message.get("button"), "button")
    return _choice(button.get("payload"), button.get("text"))


def _choice(chosen: object, title: object) -> _Heard:
    return "choice", {"id": identity(chosen, "choice"), "title": words(title)}


def _location(message: _Json) -> _Heard:
    place = record(message.get("location"), "location")
    told = {name: words(place.get(name)) for name in ("name", "address")}
    return "location", {
        "latitude": _degrees(place.get("latitude"), 90),
        "longitude": _degrees(place.get("longitude"), 180),
        **{name: value for name, value in told.items() if value},
    }


def _degrees(value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable("location is not told in numbers")
    if not -most <= value <= most:
        raise Unreadable("location is not on this earth")
    return float(value)


def _media(message: _Json) -> _Heard:
    return "media", {"type": message["type"]}


def _silent(message: _Json) -> _Heard:
    return "silent", {"type": message["type"]}


#: What each type says; those that are not here are media: heard, and answered with a kind no.
READERS: dict[str, Callable[[_Json], _Heard]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,  # the quick reply of a template
    "location": _location,
    "reaction": _silent,
    "system": _silent,
}
