"""Who fell silent, and where: a day without a word from either side, counted once.

The worker walks along the conversations as they become a day old, and counts by the day on which
their day was over. Money lost is what the last order of somebody comes to that was never paid.
"""

from dataclasses import dataclass

from store.clock import DAY, MINUTE
from store.database import transaction
from store.statements import run

SILENT = DAY
STEP = 15 * MINUTE  # the walk goes on by whole quarters of an hour

MARK = "SELECT at FROM marks WHERE name = 'silent'"
GO_ON = """
INSERT INTO marks (name, at) VALUES ('silent', ?)
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE marks.at = ?
"""

#: An order counts for the silence that follows it, so for one only.
COUNT = f"""
INSERT INTO departures (since, state, currency, customers, amount)
SELECT since, state, currency, COUNT(*), SUM(amount) FROM (
    SELECT (spoken.updated_at + {SILENT} + ?) / {DAY} * {DAY} - ? AS since,
        spoken.state, COALESCE(unpaid.currency, '') AS currency,
        COALESCE(unpaid.total_amount, 0) AS amount
    FROM conversations AS spoken
    LEFT JOIN customers AS who ON who.phone_number = spoken.phone
    LEFT JOIN orders AS unpaid ON unpaid.status IN ('pending', 'payment_failed')
        AND unpaid.created_at >= spoken.updated_at - {DAY}
        AND unpaid.id = (SELECT latest.id FROM orders AS latest WHERE latest.customer_id = who.id
                         ORDER BY latest.created_at DESC LIMIT 1)
    WHERE spoken.updated_at >= ? AND spoken.updated_at < ? AND spoken.heard_at > 0
) AS gone WHERE true GROUP BY since, state, currency
ON CONFLICT (since, state, currency) DO UPDATE SET
    customers = departures.customers + excluded.customers,
    amount = departures.amount + excluded.amount
"""  # noqa: S608  numbers of ours

LEFT = """
SELECT state, currency, SUM(customers), SUM(amount) FROM departures
WHERE since >= ? GROUP BY state, currency
"""


@dataclass(frozen=True, slots=True)
class Left:
    """So many fell silent in a state; those with a currency had ordered for so much, unpaid."""

    state: str
    currency: str
    customers: int
    amount: int


def count(*, now: int, offset: int) -> bool:
    """Count who has been silent for a day since the last walk; two workers at once do no harm."""
    until = (now - SILENT) // STEP * STEP
    (since,) = run(MARK).fetchone() or (0,)
    if until <= since <= now:  # a mark in the future was set by a wrong clock
        return False
    with transaction():
        if run(GO_ON, (until, since)).rowcount != 1:
            return False
        run(COUNT, (offset, offset, since, until))
    return True


def since(midnight: int | None) -> list[Left]:
    """Who fell silent since a midnight of the shop's, or ever."""
    begin = 0 if midnight is None else midnight - DAY // 2
    return [Left(state, currency, int(customers), int(amount))
            for state, currency, customers, amount in run(LEFT, (begin,)).fetchall()]  # fmt: skip
