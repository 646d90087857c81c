"""What the books must never show: questions that read only, and find nothing when all is well."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from store.clock import DAY, HOUR, MINUTE
from store.database import DatabaseFault, database
from store.errors import BooksClosed
from store.payments import STATUS
from store.tables import OPEN
from store.tallies import EVER, SPAN

NEWS_WAITS = 10 * MINUTE  # news of a payment may be here before its order, but not for so long
LONGEST_LEASE = 10 * MINUTE
LONGEST_PAYMENT = DAY + 2 * HOUR  # given up after a day, at the next question, soon after


@dataclass(frozen=True, slots=True)
class Question:
    """A query that returns no row when all is well, and what it means when it does.

    Its first column names the row at fault; `{now}` is the time in milliseconds, the other words
    in braces stand in `WORDS`.
    """

    name: str
    meaning: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A question that found something: the rows at fault, `MOST` of them at most."""

    name: str
    meaning: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


MOST = 100


def examine(*, now: int) -> list[Finding]:
    """Ask every question; what is given back is what is wrong. Raises BooksClosed."""
    try:
        return list(_found(now))
    except DatabaseFault as error:
        raise BooksClosed(str(error)) from error


def _found(now: int) -> Iterator[Finding]:
    for question in QUESTIONS:
        cursor = database.execute_sql(_written(question.sql, now))
        columns = tuple(each[0] for each in cursor.description)
        rows = tuple(map(tuple, cursor.fetchmany(MOST)))
        cursor.close()
        if rows:
            yield Finding(question.name, question.meaning, columns, rows)


def _written(sql: str, now: int) -> str:
    for word, value in {"{now}": str(int(now)), **WORDS}.items():
        sql = sql.replace(word, value)
    return sql


WORDS = {
    "{open}": ", ".join(f"'{stage}'" for stage in OPEN),
    "{shown}": " ".join(f"WHEN '{stage}' THEN '{shown}'" for stage, shown in STATUS.items()),
    "{news_waits}": str(NEWS_WAITS),
    "{longest_lease}": str(LONGEST_LEASE),
    "{longest_payment}": str(LONGEST_PAYMENT),
    "{day}": str(DAY),
    "{span}": str(SPAN),
    "{ever}": str(EVER),
    "{number}": "CAST(SUBSTR(o.key, LENGTH(c.phone) + 2) AS BIGINT)",  # the 7 of +254700000001:7
}

QUESTIONS = (
    # --- money
    Question(
        "a paid order has exactly its price in successes, an unpaid one none",
        "Money is missing from an order that counts as paid, or an order that does not has it.",
        """SELECT o.id, o.payment_status, o.total_amount, COALESCE(SUM(p.amount), 0) AS paid
           FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.stage = 'success'
           GROUP BY o.id, o.payment_status, o.total_amount
           HAVING COALESCE(SUM(p.amount), 0)
                  <> CASE WHEN o.payment_status = 'paid' THEN o.total_amount ELSE 0 END""",
    ),
    Question(
        "an order is completed when it is paid, and only then",
        "An order says that it is completed without being paid, or the reverse.",
        """SELECT id, status, payment_status FROM orders
           WHERE (status = 'completed') <> (payment_status = 'paid')""",
    ),
    Question(
        "one receipt for each paid order, none otherwise",
        "A customer who paid has no proof of it, or somebody who did not pay has one.",
        """SELECT o.id, o.payment_status FROM orders o LEFT JOIN receipts r ON r.order_id = o.id
           WHERE (o.payment_status = 'paid') <> (r.order_id IS NOT NULL)""",
    ),
    Question(
        "a receipt is for the payment that succeeded",
        "A receipt speaks of a payment of another order, or of one that brought no money.",
        """SELECT r.order_id, p.id AS payment, p.stage
           FROM receipts r JOIN payments p ON p.id = r.payment_id
           WHERE p.stage <> 'success' OR p.order_id <> r.order_id""",
    ),
    Question(
        "at most one open attempt for each order",
        "A customer may be asked to pay the same order twice.",
        """SELECT order_id, COUNT(*) AS attempts FROM payments WHERE stage IN ({open})
           GROUP BY order_id HAVING COUNT(*) > 1""",
    ),
    Question(
        "at most one success for each order",
        "An order was paid twice, and the second money was not set apart for a person to see.",
        """SELECT order_id, COUNT(*) AS attempts FROM payments WHERE stage = 'success'
           GROUP BY order_id HAVING COUNT(*) > 1""",
    ),
    Question(
        "an attempt asks for exactly the order's total",
        "A customer is or was asked for another sum than the order costs.",
        """SELECT p.id, p.amount, p.currency, o.total_amount, o.currency AS of_order
           FROM payments p JOIN orders o ON o.id = p.order_id
           WHERE p.amount <> o.total_amount OR p.currency <> o.currency""",
    ),
    Question(
        "an order that was asked for and is pending has an open attempt",
        "A customer waits for a payment that nobody is asking for any more.",
        """SELECT o.id FROM orders o WHERE o.status = 'pending'
           AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id)
           AND NOT EXISTS (SELECT 1 FROM payments p
                           WHERE p.order_id = o.id AND p.stage IN ({open}))""",
    ),
    Question(
        "no order that failed or was cancelled is being paid",
        "A customer is being asked for money for an order that is closed.",
        """SELECT p.id, o.status FROM payments p JOIN orders o ON o.id = p.order_id
           WHERE p.stage IN ({open}) AND o.status IN ('payment_failed', 'cancelled')""",
    ),
    Question(
        "money that a person must look at is on an order that shows it",
        "Money came that was not expected, and the order does not say so.",
        """SELECT p.id, p.stage, o.status FROM payments p JOIN orders o ON o.id = p.order_id
           WHERE p.stage IN ('surplus', 'review') AND o.status NOT IN ('completed', 'needs_review')
        """,
    ),
    Question(
        "a payment shows others where it stands",
        "Dashboards and reports are told another fate of a payment than the books know.",
        """SELECT id, stage, status FROM payments
           WHERE status <> CASE stage {shown} ELSE '' END""",
    ),
    Question(
        "no payment is open for longer than a day",
        "Ghala has told no end of a payment for so long that a person should ask.",
        """SELECT id, stage, created_at FROM payments
           WHERE stage IN ({open}) AND created_at < {now} - {longest_payment}""",
    ),
    Question(
        "the figures are those of the orders",
        "What the dashboard adds up differs from the orders themselves.",
        """SELECT since, status, payment_status, currency, SUM(orders) AS more, SUM(amount) AS money
           FROM (
             SELECT created_at / {span} * {span} AS since, status, payment_status, currency,
               1 AS orders, total_amount AS amount FROM orders
             UNION ALL
             SELECT {ever}, status, payment_status, currency, 1, total_amount FROM orders
             UNION ALL
             SELECT since, status, payment_status, currency, -orders, -amount FROM order_tallies
             UNION ALL
             SELECT since, status, payment_status, currency, -orders, -amount FROM order_changes
             UNION ALL
             SELECT {ever}, status, payment_status, currency, -orders, -amount FROM order_changes
           ) AS twice GROUP BY since, status, payment_status, currency
           HAVING SUM(orders) <> 0 OR SUM(amount) <> 0""",
    ),
    Question(
        "customers stand where their steps have led them",
        "What the page of the flow adds up differs from where the customers stand.",
        """SELECT state, SUM(many) AS more FROM (
             SELECT state, 1 AS many FROM conversations
             UNION ALL SELECT target, -moves FROM move_tallies WHERE since = {ever}
             UNION ALL SELECT source, moves FROM move_tallies WHERE since = {ever}
             UNION ALL SELECT target, -1 FROM moves
             UNION ALL SELECT source, 1 FROM moves
           ) AS steps WHERE state <> '' GROUP BY state HAVING SUM(many) <> 0""",
    ),
    # --- orders and their goods
    Question(
        "an order's total is the sum of its lines",
        "An order costs something else than its lines add up to, or has none.",
        """SELECT o.id, o.total_amount, COALESCE(SUM(l.quantity * l.unit_price), 0) AS added
           FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
           GROUP BY o.id, o.total_amount
           HAVING COALESCE(SUM(l.quantity * l.unit_price), 0) <> o.total_amount""",
    ),
    Question(
        "no shelf holds less than nothing",
        "More was sold than there was.",
        """SELECT product_id, "left" FROM stock WHERE "left" < 0""",
    ),
    Question(
        "no order without its customer",
        "An order belongs to nobody.",
        """SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
           WHERE c.id IS NULL""",
    ),
    Question(
        "no line without its order",
        "Something was sold in an order that is not there.",
        """SELECT l.id FROM order_lines l LEFT JOIN orders o ON o.id = l.order_id
           WHERE o.id IS NULL""",
    ),
    Question(
        "no payment without its order",
        "Money was asked for in the name of an order that is not there.",
        """SELECT p.id FROM payments p LEFT JOIN orders o ON o.id = p.order_id
           WHERE o.id IS NULL""",
    ),
    # --- mail
    Question(
        "no news of a payment waits for longer than ten minutes",
        "Ghala told of a payment that no order is known for: somebody may have paid for nothing.",
        """SELECT key, received_at FROM inbox
           WHERE outcome <> 'done' AND outcome = 'waiting'
           AND received_at < {now} - {news_waits}""",
    ),
    Question(
        "no message is owed for longer than a day",
        "A customer was not answered: nothing is being sent, or an older message is stuck.",
        """SELECT id, phone, created_at FROM outbox
           WHERE status = 'new' AND created_at < {now} - {day}""",
    ),
    Question(
        "no message is held for longer than ten minutes",
        "A message is held by a process whose clock was wrong, and waits until that time comes.",
        """SELECT id, lease_until FROM outbox
           WHERE status = 'new' AND lease_until > {now} + {longest_lease}""",
    ),
    Question(
        "each number's messages are counted without a gap",
        "A message that was owed to a customer is gone.",
        """SELECT c.phone, c.seq, COUNT(o.id) AS kept, MAX({number}) AS latest
           FROM conversations c LEFT JOIN outbox o ON o.phone = c.phone
           GROUP BY c.phone, c.seq
           HAVING COUNT(o.id) <> c.seq
               OR COALESCE(MAX({number}), 0) <> c.seq""",
    ),
    Question(
        "a message belongs to a conversation",
        "Something is owed to a number that never wrote and was never written to.",
        """SELECT o.id, o.phone FROM outbox o LEFT JOIN conversations c ON c.phone = o.phone
           WHERE c.phone IS NULL""",
    ),
    Question(
        "a message answers something that was heard",
        "Something was said that nothing in the books accounts for.",
        """SELECT o.id, o.cause FROM outbox o LEFT JOIN inbox i ON i.key = o.cause
           WHERE i.key IS NULL""",
    ),
)  # fmt: skip
"""Every question, money first."""
