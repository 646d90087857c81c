"""What a text may mention of an order and its payment, ready to be said."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from engine.flow import Flow
from engine.vocabulary import Bound
from store import clock, money, orders
from store.tables import Order, Payment

ITEM_LINES = 10  # an order in chat has one; over the API it may have more


def _longest_name(flow: Flow) -> int:
    return max(
        (len(product.name.encode("utf-16-le")) // 2 for product in flow.catalog.values()),
        default=40,
    )


def _longest_item(flow: Flow) -> int:
    return _longest_name(flow) + len(" × 999 @ ") + MONEY


def _longest_method(flow: Flow) -> int:
    titles = [len(each.source) for method in flow.payments.values() for _, each in method.title]
    return max(titles, default=20)


def _longest_hint(flow: Flow) -> int:
    hints = [len(each.source) for method in flow.payments.values() for _, each in method.hint]
    return max(hints, default=0)


MONEY = 16  # "KES 999999999999"
ORDER_ID = 28

#: How long each of these can become.
ABOUT_ORDER: dict[str, Bound] = {
    "order": ORDER_ID, "items": _longest_item, "total": MONEY, "address": 300, "quantity": 3,
    "product": _longest_name,
}  # fmt: skip
ABOUT_PAYMENT: dict[str, Bound] = {
    "method": 10, "method_name": _longest_method, "how_to_pay": _longest_hint, "reference": 64,
    "reason": 120, "payment_url": 300, "paid_on": 24,
}  # fmt: skip


def about_order(order: Order) -> dict[str, Any]:
    """An order's id, items, total and address."""
    lines = orders.lines(order)
    items = [
        f"{line.name} × {line.quantity} @ {money.text(line.price, order.currency)}"
        for line in lines[:ITEM_LINES]
    ]
    return {
        "order": order.id,
        "items": "\n".join(items),
        "product": lines[0].name,
        "quantity": order.quantity,
        "total": money.text(money.minor(order.total_amount, order.currency), order.currency),
        "address": order.delivery_address or "",
    }


def about_method(method: str, flow: Flow, *, language: str) -> dict[str, Any]:
    """How a way to pay is called, and what the customer has to do."""
    way = flow.payments.get(method)
    if way is None:
        return {"method": method, "method_name": method, "how_to_pay": ""}
    return {
        "method": method,
        "method_name": way.title.fill({}, language=language),
        "how_to_pay": way.hint.fill({}, language=language),
    }


def about_payment(payment: Payment, flow: Flow, *, language: str) -> dict[str, Any]:
    """What became of a payment: its reference, its reason, its link and its day."""
    paid_on = clock.moment(payment.updated_at).astimezone(ZoneInfo(flow.shop.timezone))
    return {
        **about_method(payment.payment_method, flow, language=language),
        "reference": payment.transaction_ref or "",
        "reason": reason(payment.failure_reason or "", flow, language=language),
        "payment_url": payment.payment_url or "",
        "paid_on": paid_on.strftime("%d %b %Y, %H:%M"),
    }


def reason(told: str, flow: Flow, *, language: str) -> str:
    """Why a payment failed, in the shop's own words where it has any, without a full stop."""
    lowered = told.casefold()
    for known in flow.reasons:
        if any(re.search(rf"\b{re.escape(word)}", lowered) for word in known.words):
            return known.say.fill({}, language=language)
    return " ".join(told.split())[:120].rstrip(". ")
