"""Orders to be paid: checked, taken once, and looked up by either name."""

from typing import Any

from adapters.sandbox import payments
from adapters.sandbox.desk import Desk
from adapters.sandbox.errors import Refused
from adapters.sandbox.plan import METHODS, Webhooks
from adapters.sandbox.truth import Letter, Order

_MOST = 100_000_000


def checked(data: dict[str, Any]) -> dict[str, Any]:
    """Give the order as it was asked for; raises `Refused` naming the field."""
    amount, currency, method = data.get("amount"), data.get("currency"), data.get("payment_method")
    if type(amount) is not int or not 0 < amount <= _MOST:
        raise Refused(f"amount must be a whole number from 1 to {_MOST}")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
        raise Refused("currency must be three capital letters such as KES")
    if method not in METHODS:
        raise Refused(f"payment_method must be one of {', '.join(METHODS)}")
    customer = data.get("customer")
    phone = customer.get("phone") if isinstance(customer, dict) else None
    if not isinstance(phone, str) or not phone.lstrip("+").isdecimal():
        raise Refused("customer.phone must be a phone number such as +254700000001")
    return {**data, "external_id": _external(data), "phone": "+" + phone.lstrip("+")}


def _external(data: dict[str, Any]) -> str:
    external = data.get("external_id")
    if not isinstance(external, str) or not 0 < len(external) <= 128:
        raise Refused("external_id must be a text of at most 128 characters")
    return external


def accept(
    desk: Desk, data: dict[str, Any], *, key: str, name: str, hooks: Webhooks | None
) -> tuple[Order, list[Letter]]:
    """Take an order, unless it was taken before; with it, the letters that go before the answer."""
    known = _known(desk, data, key)
    if known:
        return known, []
    desk.note(
        "order",
        id=name,
        key=key,
        external_id=data["external_id"],
        amount=data["amount"],
        currency=data["currency"],
        method=data["payment_method"],
        phone=data["phone"],
        description=str(data.get("description", "")),
        callback_url=str(data.get("callback_url", "")),
        payment_url=payment_url(desk, data, name),
        webhooks=list(hooks.texts) if hooks else [],
        asks=desk.plan.payments.by == "person" and not (hooks and hooks.news),
    )
    order = desk.truth.orders[name]
    return order, payments.begin(desk, order)


def _known(desk: Desk, data: dict[str, Any], key: str) -> Order | None:
    if desk.plan.honours == "key" and key:
        name = desk.truth.keys.get(("order", key))
        return desk.truth.orders[name] if name else None
    if desk.plan.honours == "external_id":
        named = desk.truth.by_external.get(data["external_id"])
        return named[0] if named else None
    return None


def payment_url(desk: Desk, data: dict[str, Any], name: str) -> str:
    """Tell where a card is paid; the others are paid on the phone."""
    return f"{desk.url}/pay/{name}" if data["payment_method"] == "card" else ""


def answer(name: str, link: str) -> dict[str, Any]:
    """Word the answer for an order that was taken."""
    told = {"id": name, "status": "pending"}
    return {**told, "payment_url": link} if link else told


def look(desk: Desk, name: str) -> dict[str, Any]:
    """Tell how the payment of an order stands; raises `Refused` when there is none."""
    order = desk.truth.order(name)
    if order is None:
        raise Refused("Order not found", status=404, code=404)
    told: dict[str, Any] = {
        "id": order.id,
        "payment_status": order.status,
        "amount": order.amount,
        "currency": order.currency,
    }
    if order.status == "success":
        told["transaction_reference"] = order.reference
    return told
