"""The dialects that are spoken: how each signs, hears and says, all of it pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters import ghala_v1, ghala_v2, meta_cloud
from engine.effect import Message
from engine.event import Event

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider's words; `hear` and `hear_payments` take JSON, headers, and a country."""

    path: str  # where messages are posted; {number} is the shop's at Meta
    say: Callable[[str, Message], dict[str, Any]]
    message_id: Callable[[Mapping[str, Any]], str | None]
    hear: Callable[[object, Headers, str], list[Event]]
    hear_payments: Callable[[object, Headers, str], list[Event]]
    signed: str  # the scheme of messages
    payments_signed: str


def _v1_messages(data: object, headers: Headers, country: str) -> list[Event]:
    return ghala_v1.messages(data, country=country)


def _v1_payments(data: object, headers: Headers, country: str) -> list[Event]:
    return ghala_v1.payments(data)


def _v2_events(data: object, headers: Headers, country: str) -> list[Event]:
    event, delivery = headers.get(ghala_v2.EVENT, ""), headers.get(ghala_v2.DELIVERY, "")
    return ghala_v2.events(data, event=event, delivery=delivery, country=country)


DIALECTS = {
    "v1": Dialect(
        path="/whatsapp/messages",
        say=ghala_v1.message_body,
        message_id=ghala_v1.message_id,
        hear=_v1_messages,
        hear_payments=_v1_payments,
        signed="v1",
        payments_signed="v1",
    ),
    "v2": Dialect(
        path="/messages",
        say=ghala_v2.message_body,
        message_id=ghala_v2.message_id,
        hear=_v2_events,
        hear_payments=_v2_events,  # one subscription may bring both to one address
        signed="v2",
        payments_signed="v2",
    ),
    "meta": Dialect(
        path="/{number}/messages",
        say=meta_cloud.message_body,
        message_id=ghala_v1.message_id,
        hear=_v1_messages,
        hear_payments=_v1_payments,  # Meta takes no money: that stays with Ghala
        signed="meta",
        payments_signed="v1",
    ),
}
