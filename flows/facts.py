"""What a text may mention of an order and its payment, ready to be said."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine import limits
from engine.flow import Flow
from engine.text import Text
from engine.vocabulary import Bound
from store import clock, money, orders
from store.tables import Order, Payment

GONE = "it has left the catalogue"  # why nothing is left of what nobody counts

ITEM_LINES = 10  # a cart has no more; an order over the API may


def _longest_name(flow: Flow) -> int:
    return max(
        (len(product.name.encode("utf-16-le")) // 2 for product in flow.catalog.values()),
        default=40,
    )


def longest_item(flow: Flow) -> int:
    """One line of an order or a cart."""
    currency = flow.shop.currency
    sold = [f"{each.name} × 999 @ {currency} {each.price}" for each in flow.catalog.values()]
    return max((limits.units(line) for line in sold), default=_longest_name(flow) + 9 + MONEY)


def longest_items(flow: Flow) -> int:
    """Ten lines and their ends where a flow sells by the cart, else one."""
    rules = (*flow.anywhere, *(rule for state in flow.states.values() for rule in state.rules))
    by_cart = any(call.name == "order_cart" for rule in rules for call in rule.actions)
    return (ITEM_LINES if by_cart else 1) * (longest_item(flow) + 1)


def longest(texts: Iterable[Text]) -> int:
    """The longest of some texts in any language, as WhatsApp counts."""
    return max((limits.units(each.source) for text in texts for _, each in text), default=0)


def _longest_reason(flow: Flow) -> int:
    """One of ours, or 120 characters of the provider's, each of which may count twice."""
    return max(240, longest(reason.say for reason in flow.reasons))


MONEY = 16  # "KES 999999999999"
ORDER_ID = 28
ADDRESS = 300

#: How long each of these can become.
ABOUT_ORDER: dict[str, Bound] = {
    "order": ORDER_ID, "items": longest_items, "total": MONEY, "address": ADDRESS, "quantity": 3,
    "product": _longest_name,
}  # fmt: skip
ABOUT_PAYMENT: dict[str, Bound] = {
    "method": lambda flow: max(map(len, flow.payments), default=0),
    "method_name": lambda flow: longest(method.title for method in flow.payments.values()),
    "how_to_pay": lambda flow: longest(method.hint for method in flow.payments.values()),
    "reference": 256, "reason": _longest_reason, "payment_url": 2048, "paid_on": 24,
}  # fmt: skip

#: What an order or a payment may have none of; the line that mentions it is then left out.
PERHAPS = frozenset({"address", "reference", "reason", "how_to_pay"})


def about_order(order: Order) -> dict[str, Any]:
    """An order's id, items, total and address."""
    lines = orders.lines(order)
    return {
        "order": order.id,
        "items": items(lines, order.currency),
        "product": lines[0].name,
        "quantity": order.quantity,
        "total": money.text(money.minor(order.total_amount, order.currency), order.currency),
        "address": order.delivery_address or "",
    }


def items(lines: Sequence[orders.Line], currency: str) -> str:
    """What is bought, a line each: ``Tea × 2 @ KES 50``."""
    return "\n".join(
        f"{line.name} × {line.quantity} @ {money.text(line.price, currency)}"
        for line in lines[:ITEM_LINES]
    )


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
