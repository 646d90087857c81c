"""Messages of the shop: checked as WhatsApp checks them, shown on the phone, never shown twice."""

import re
from functools import partial
from typing import Any

from adapters.sandbox import letters, limits
from adapters.sandbox.desk import Desk
from adapters.sandbox.errors import Refused

_METAS_OWN = ("messaging_product", "recipient_type")  # the same in every message
_PHONE = re.compile(r"\+?[1-9]\d{6,14}")
#: How long after the message its delivery statuses are told.
_STATUSES = {"sent": 0.0, "delivered": 0.1, "read": 0.3}


def checked(desk: Desk, data: dict[str, Any]) -> dict[str, Any]:
    """Give the message with its number in one form; raises `Refused`."""
    phone = data.get("to")
    if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
        raise Refused("to must be a phone number such as +254700000001", code=131009)
    limits.check(data)
    content = {name: value for name, value in data.items() if name not in _METAS_OWN}
    message = {**content, "to": "+" + phone.lstrip("+")}
    _window(desk, message)
    return message


def accept(desk: Desk, message: dict[str, Any], *, key: str, name: str) -> dict[str, Any]:
    """Show a message on its phone, unless this key did so before, and give the answer."""
    known = desk.truth.keys.get(("message", key)) if desk.plan.honours == "key" and key else None
    if known is None:
        content = {name: value for name, value in message.items() if name != "to"}
        desk.note("message", id=name, phone=message["to"], key=key, message=content)
        _tell_statuses(desk, message["to"], name)
    return answer(known or name)


def answer(name: str) -> dict[str, Any]:
    """Word the answer for a message that was taken."""
    return {"messages": [{"id": name}]}


def _window(desk: Desk, message: dict[str, Any]) -> None:
    window = desk.plan.window
    if window is None or message["type"] == "template":
        return
    if desk.time() - desk.truth.heard.get(message["to"], 0.0) > window:
        told = "More than the allowed time has passed since the customer last replied"
        raise Refused(told, code=131047)


def _tell_statuses(desk: Desk, phone: str, name: str) -> None:
    if not (desk.statuses or desk.plan.statuses):
        return
    for status, after in _STATUSES.items():
        tell = partial(_tell, desk, phone, name, status)
        desk.later(f"status:{phone}:{name}", after, tell)


def _tell(desk: Desk, phone: str, name: str, status: str) -> None:
    desk.note("tick", id=name, tick=status)
    told = {
        "id": name,
        "status": status,
        "timestamp": str(int(desk.time())),
        "recipient_id": phone.lstrip("+"),
    }
    value = {"messaging_product": "whatsapp", "statuses": [told]}
    change = {"field": "messages", "value": value}
    envelope = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "sandbox", "changes": [change]}],
    }
    letters.write(desk, letters.MESSAGES, envelope, lane=f"statuses:{phone}")
