"""The shop's figures, added up already: how many orders there are, of what kind, of how much money.

The database itself writes down what each change of an order adds or takes away (the triggers of
migration 0008), in rows of their own, so that no two customers wait for one counter; the worker
folds them into the tallies. A figure is the tallies and what was not folded yet, in one look.
"""

from dataclasses import dataclass

from store import folding
from store.clock import DAY
from store.folding import Folding
from store.statements import run

SPAN = 900_000  # ms: tallies are kept by the quarter of an hour, where every country's days begin
EVER = -1  # the `since` of the tallies of all times
MANY = folding.MANY

FUNCTIONS = ("order_placed", "order_changed", "order_removed")  # what the triggers run

KINDS = """
SELECT status, payment_status, currency, SUM(orders), SUM(amount) FROM (
    SELECT status, payment_status, currency, orders, amount FROM order_tallies WHERE since = -1
    UNION ALL SELECT status, payment_status, currency, orders, amount FROM order_changes
) AS figures GROUP BY status, payment_status, currency HAVING SUM(orders) <> 0
"""

DAYS = """
SELECT (since - ?) / 86400000, payment_status, SUM(orders), SUM(amount) FROM (
    SELECT since, payment_status, orders, amount FROM order_tallies
    UNION ALL SELECT since, payment_status, orders, amount FROM order_changes
) AS figures WHERE since >= ? AND since < ? GROUP BY 1, 2
"""

ADD = """
INSERT INTO order_tallies (since, status, payment_status, currency, orders, amount)
SELECT since, status, payment_status, currency, SUM(orders), SUM(amount) FROM (
    SELECT since, status, payment_status, currency, orders, amount FROM order_changes
    UNION ALL SELECT -1, status, payment_status, currency, orders, amount FROM order_changes
) AS twice WHERE true GROUP BY since, status, payment_status, currency
ON CONFLICT (since, status, payment_status, currency) DO UPDATE SET
    orders = order_tallies.orders + excluded.orders, amount = order_tallies.amount + excluded.amount
"""

FOLDING = Folding("order_changes", ADD)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many orders of a kind there are, and what they come to in minor units."""

    status: str
    payment_status: str
    currency: str
    orders: int
    amount: int


def kinds() -> list[Tally]:
    """All orders there ever were, by status, payment status and currency."""
    return [
        Tally(status, payment_status, currency, int(orders), int(amount))
        for status, payment_status, currency, orders, amount in run(KINDS).fetchall()
    ]


def by_day(begin: int, days: int) -> list[tuple[int, str, int, int]]:
    """The orders of days from a midnight: which day (0, 1, …), payment status, number, money."""
    found = run(DAYS, (begin, begin, begin + days * DAY)).fetchall()
    return [(int(day), status, int(orders), int(amount)) for day, status, orders, amount in found]


def fold() -> bool:
    """Add what has changed to the tallies, if it is worth it; two workers at once do no harm."""
    return folding.fold(FOLDING, many=MANY)
