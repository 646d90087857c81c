"""The shop's vocabulary: every action and guard, and what each event brings with it."""

from engine.vocabulary import Vocabulary, collect
from flows import browsing, facts, ordering, paying

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


def vocabulary() -> Vocabulary:
    """Gather the actions and guards that a flow of this shop may name."""
    always = {"shop": lambda flow: len(flow.shop.name)}
    return collect(browsing, ordering, paying, events=EVENTS, always=always)
