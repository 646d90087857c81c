"""The shop's vocabulary: every action and guard, and what an event brings with it."""

from engine.vocabulary import Bound, Vocabulary, collect
from flows import browsing, facts, ordering, paying


def vocabulary() -> Vocabulary:
    """Gather the actions and guards that a flow of this shop may name."""
    known: dict[str, Bound] = {"shop": lambda flow: len(flow.shop.name)}
    known |= facts.ABOUT_ORDER | facts.ABOUT_PAYMENT
    return collect(browsing, ordering, paying, facts=known)
