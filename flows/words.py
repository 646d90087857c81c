"""The shop's vocabulary: every action and guard, and what each event brings with it."""

from engine import changing, limits, trail
from engine.vocabulary import Bound, Vocabulary, collect
from flows import browsing, calling, carting, facts, ordering, paying, repeating

_NEWS = facts.ABOUT_ORDER | facts.ABOUT_PAYMENT

#: What can happen to a conversation without its customer.
EVENTS = {
    "payment.success": _NEWS,
    "payment.failed": _NEWS,
    "payment.review": _NEWS,
    "payment.link": _NEWS,
    "order.placed": facts.ABOUT_ORDER,
    "order.unpaid": facts.ABOUT_ORDER,
}

#: When each of them happens.
MEANINGS = {
    "payment.success": "The money of an order has arrived.",
    "payment.failed": "A payment did not go through; {reason} says why.",
    "payment.review": "A payment has arrived that a person must look at.",
    "payment.link": "The page where an order can be paid is ready, at {payment_url}.",
    "order.placed": "The shop itself has placed an order for the customer.",
    "order.unpaid": "An order has waited for its payment for as long as `remind_unpaid_after`.",
}

#: What the shop says by itself, whatever the flow does, and what these texts may mention.
MESSAGES: dict[str, dict[str, Bound]] = {"apology": {"reference": 8}, "slow_down": {}}


def vocabulary() -> Vocabulary:
    """Gather the actions and guards that a flow of this shop may name."""
    always = {"shop": lambda flow: limits.units(flow.shop.name)}
    return collect(
        changing, trail, browsing, calling, carting, ordering, paying, repeating,
        events=EVENTS, always=always, messages=MESSAGES, meanings=MEANINGS, perhaps=facts.PERHAPS,
        linked=frozenset({"card"}),
    )  # fmt: skip
