"""The statements that every message or order passes, written out: an ORM makes them anew each time.

Written out they took a turn from 2.1 to 1.3 ms of processor time. Whatever is asked less often than
once a message is asked through the tables of `tables`. They are the same for both databases.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from store.database import SKIPPING, database, is_postgres
from store.tables import Table

Row = TypeVar("Row", bound=Table)

KEEP_HEARD = """
INSERT INTO inbox (key, kind, phone, body, outcome, received_at, done_at)
VALUES (?, ?, ?, ?, 'done', ?, ?) ON CONFLICT DO NOTHING
"""

COUNT_HEARD = """
SELECT COUNT(*) FROM inbox WHERE phone = ? AND received_at >= ? AND substr(key, 1, 2) = 'wa'
"""

FIND_CONVERSATION = """
SELECT phone, state, memory, language, visit, seq, flow, heard_at, updated_at, entered_at,
       silent_until, asked_at
FROM conversations WHERE phone = ?
"""

BEGIN_CONVERSATION = """
INSERT INTO conversations (phone, state, memory, language, visit, seq, flow, heard_at, updated_at)
VALUES (?, ?, '{}', '', 0, 0, '', 0, ?) ON CONFLICT DO NOTHING
RETURNING phone, state, memory, language, visit, seq, flow, heard_at, updated_at, entered_at,
          silent_until, asked_at
"""

KEEP_CONVERSATION = """
UPDATE conversations SET state = ?, memory = ?, language = ?, visit = ?, seq = ?, flow = ?,
heard_at = ?, updated_at = ?, entered_at = ? WHERE phone = ?
"""

OWE_MESSAGE = """
INSERT INTO outbox (key, phone, body, cause, status, attempts, due_at, lease_until, expires_at,
created_at, flow, state, visit, line, rule, missed_in)
VALUES (?, ?, ?, ?, 'new', 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)
"""

FIND_ASKED = "SELECT state, visit, body FROM outbox WHERE provider_id = ? AND phone = ?"

MARK_HEARD = "UPDATE inbox SET outcome = ?, error = ?, reference = ? WHERE key = ?"

START_TIMER = """
INSERT INTO timers (key, phone, body, due_at) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET body = excluded.body, due_at = excluded.due_at
"""

STOP_TIMERS = "DELETE FROM timers WHERE phone = ? AND substr(key, 1, ?) = ?"

#: Reading waits for nobody, claiming for all who write: so it is read first whether there is any.
IS_ANY_TO_SEND = """
SELECT 1 FROM outbox WHERE status = 'new' AND (due_at <= ? OR due_at > ?)
AND (lease_until < ? OR lease_until > ?) LIMIT 1
"""

#: The message that is due for longest, of a customer who has no older one waiting.
CLAIM_MESSAGE = """
UPDATE outbox SET lease_until = ?, owner = ?, attempts = attempts + 1 WHERE id = (
    SELECT mail.id FROM outbox AS mail
    WHERE mail.status = 'new' AND (mail.due_at <= ? OR mail.due_at > ?)
    AND (mail.lease_until < ? OR mail.lease_until > ?)
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS older
        WHERE older.phone = mail.phone AND older.status = 'new' AND older.id < mail.id
    )
    ORDER BY mail.due_at, mail.id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
"""

NOTE_SENT = """
UPDATE outbox SET status = 'sent', provider_id = ?, sent_at = ?, error = NULL
WHERE id = ? AND owner = ? AND status = 'new'
"""

#: Each payment was due once, so what is due now is found in the index of the open ones: among all,
#: every message sent would wait for a walk past those that were paid. SQLite takes that index only
#: where the question names its rows in its very words.
IS_ANY_TO_POST = """
SELECT 1 FROM payments WHERE stage IN ('requested','unknown','pending') AND stage = 'requested'
AND due_at <= ?
UNION ALL SELECT 1 FROM payments WHERE stage IN ('requested','unknown','pending')
AND stage = 'requested' AND due_at > ? LIMIT 1
"""

CLAIM_TO_POST = """
UPDATE payments SET stage = 'unknown', status = 'pending', posted_at = ?, due_at = ?, owner = ?,
posts = posts + 1, updated_at = ? WHERE id = (
    SELECT id FROM payments WHERE stage IN ('requested','unknown','pending')
    AND stage = 'requested' AND (due_at <= ? OR due_at > ?)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
"""

IS_ANY_TO_ASK = """
SELECT 1 FROM payments WHERE stage IN ('requested','unknown','pending')
AND stage IN ('unknown', 'pending') AND due_at <= ?
UNION ALL SELECT 1 FROM payments WHERE stage IN ('requested','unknown','pending')
AND stage IN ('unknown', 'pending') AND due_at > ? LIMIT 1
"""

CLAIM_TO_ASK = """
UPDATE payments SET due_at = ?, owner = ?, asks = asks + 1 WHERE id = (
    SELECT id FROM payments WHERE stage IN ('requested','unknown','pending')
    AND stage IN ('unknown', 'pending') AND (due_at <= ? OR due_at > ?)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
"""

NEXT_PAYMENT = """
SELECT due_at FROM payments WHERE stage IN ('requested','unknown','pending')
ORDER BY due_at LIMIT 1
"""

DUE_TIMERS = "SELECT key, phone, body, due_at FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT ?"

FIND_ORDER = "SELECT * FROM orders WHERE id = ?"

FIND_CUSTOMER = "SELECT * FROM customers WHERE id = ?"

FIND_BY_PHONE = "SELECT * FROM customers WHERE phone_number = ?"

KEEP_CUSTOMER = """
INSERT INTO customers (phone_number, name, created_at) VALUES (?, ?, ?)
ON CONFLICT (phone_number) DO UPDATE SET name = COALESCE(excluded.name, customers.name)
RETURNING *
"""

PLACE_ORDER = """
INSERT INTO orders (id, customer_id, product_id, product_name, quantity, unit_price, total_amount,
currency, delivery_address, status, payment_status, source, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 'pending', ?, ?, ?)
RETURNING *
"""

ADD_LINE = """
INSERT INTO order_lines (order_id, number, product_id, product_name, quantity, unit_price)
VALUES (?, ?, ?, ?, ?, ?)
"""

TAKE_STOCK = 'UPDATE stock SET "left" = "left" - ? WHERE product_id = ? AND "left" >= ?'

FIND_STOCK = 'SELECT "left" FROM stock WHERE product_id = ?'

ORDER_IDS = "SELECT id FROM orders ORDER BY created_at, id LIMIT ?"

LINES = """
SELECT product_id, product_name, quantity, unit_price FROM order_lines WHERE order_id = ?
ORDER BY number
"""

OPEN_ATTEMPTS = """
SELECT COUNT(*) FROM payments WHERE order_id = ?
AND stage IN ('requested', 'unknown', 'pending')
"""

FIND_PAYMENT = "SELECT * FROM payments WHERE id = ? OR ghala_payment_id = ?"

SAME_PAYMENT = "SELECT * FROM payments WHERE id = ?"

#: The attempt that counts most: the one that was paid, else the last.
FIND_PAYMENT_OF = """
SELECT * FROM payments WHERE order_id = ?
ORDER BY CASE stage WHEN 'success' THEN 0 ELSE 1 END, attempt DESC LIMIT 1
"""

LAST_ATTEMPT = "SELECT MAX(attempt) FROM payments WHERE order_id = ?"

OPEN_PAYMENT = """
INSERT INTO payments (id, order_id, attempt, amount, currency, payment_method, phone_number, stage,
status, transaction_ref, asks, posts, due_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)
RETURNING *
"""

WANT_PAYMENT = """
UPDATE orders SET status = 'pending', payment_status = 'pending', payment_method = ?, updated_at = ?
WHERE id = ?
"""

#: A payment moves only from the stages it may come from; what is not told stays as it is known.
ADVANCE = """
UPDATE payments SET stage = ?, status = ?, updated_at = ?,
transaction_ref = COALESCE(?, transaction_ref), failure_reason = COALESCE(?, failure_reason)
WHERE id = ? AND stage IN (?, ?, ?, ?, ?, ?, ?)
"""

IS_ANOTHERS = "SELECT 1 FROM payments WHERE ghala_payment_id = ? AND id <> ?"

KEEP_GHALAS_ID = """
UPDATE payments SET ghala_payment_id = ?, payment_url = ?, due_at = ?, owner = NULL
WHERE id = ? AND (COALESCE(owner, '') = ? OR ghala_payment_id IS NULL)
"""

IS_MINE = "SELECT 1 FROM payments WHERE id = ? AND COALESCE(owner, '') = ?"

RENEW_CLAIM = """
UPDATE payments SET due_at = ? WHERE id = ? AND COALESCE(owner, '') = ? AND stage = ?
"""

PUT_PAYMENT_OFF = """
UPDATE payments SET due_at = ?, owner = NULL
WHERE id = ? AND stage IN ('requested', 'unknown', 'pending')
"""

CANCEL_UNPOSTED = """
UPDATE payments SET stage = 'cancelled', status = 'failed', updated_at = ?
WHERE order_id = ? AND id <> ? AND stage = 'requested'
"""

ORDER_PAID = """
UPDATE orders SET status = 'completed', payment_status = 'paid', payment_method = ?, updated_at = ?
WHERE id = ?
"""

ORDER_UNPAID = """
UPDATE orders SET status = 'payment_failed', payment_status = 'failed', updated_at = ?
WHERE id = ? AND status = 'pending'
"""

KEEP_RECEIPT = "INSERT INTO receipts (order_id, payment_id, created_at) VALUES (?, ?, ?)"

LOG_NEWS = "INSERT INTO payment_log (payment_id, source, body, verdict, at) VALUES (?, ?, ?, ?, ?)"

COUNT_PROMPTS = "SELECT COUNT(*) FROM payments WHERE phone_number = ? AND created_at > ?"

#: What went wrong with the events that were set aside; a rehearsal asks at every line. SQLite takes
#: an index of some rows only where the question names them in its very words, "outcome <> 'done'".
ASIDE = """
SELECT error FROM inbox WHERE outcome <> 'done' AND outcome = 'set_aside'
ORDER BY received_at DESC LIMIT 50
"""

APOLOGISED_AS = """
SELECT reference FROM inbox WHERE outcome <> 'done' AND outcome = 'set_aside'
AND reference IS NOT NULL ORDER BY received_at, key
"""

#: What the worker looks for every few seconds, and a rehearsal after every line.
WAITING = """
SELECT * FROM inbox WHERE outcome <> 'done' AND outcome = 'waiting'
ORDER BY received_at DESC LIMIT ?
"""

ASKED_AGAIN = """
SELECT * FROM inbox WHERE outcome <> 'done' AND outcome = 'again' ORDER BY received_at LIMIT ?
"""

EARLY = """
SELECT * FROM inbox WHERE outcome <> 'done' AND outcome = 'early' AND received_at > ?
ORDER BY received_at LIMIT ?
"""

NEXT_MESSAGE = """
SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) FROM outbox
WHERE status = 'new'
"""

NEXT_TIMER = "SELECT MIN(due_at) FROM timers"

LIVE_FLOW = "SELECT flow_id FROM active_flow WHERE id = 1"


def run(statement: str, values: Sequence[Any] = (), *, held: bool = False) -> Any:
    """Run one of them and give its cursor; rows that are `held` wait for the transaction's end."""
    return database.obj.execute_sql(_spoken(statement, is_postgres(), held), values)


def one(
    statement: str, values: Sequence[Any], table: type[Row], *, held: bool = False
) -> Row | None:
    """Run one that finds or claims a row, and give that row; None when there was none."""
    found = several(statement, values, table, held=held)
    return found[0] if found else None


def several(
    statement: str, values: Sequence[Any], table: type[Row], *, held: bool = False
) -> list[Row]:
    """Run one that finds rows, and give them."""
    cursor = run(statement, values, held=held)
    rows = cursor.fetchall()  # to the end: SQLite has not finished before
    fields = _fields(table, tuple([each[0] for each in cursor.description])) if rows else ()
    return [_row(table, fields, row) for row in rows]


def _row(table: type[Row], fields: Sequence[str], values: Sequence[Any]) -> Row:
    """A row as a query of the ORM makes it, but not by a call for each of its columns."""
    row = table(__no_default__=True)
    row.__data__.update(zip(fields, values, strict=True))
    return row


@lru_cache
def _fields(table: type[Row], columns: tuple[str, ...]) -> tuple[str, ...]:
    """The table's own names for its columns: an order's `customer_id` is its `customer`."""
    return tuple(table._meta.columns[column].name for column in columns)


@lru_cache
def _spoken(statement: str, postgres: bool, held: bool) -> str:
    if not postgres:
        return statement.replace(SKIPPING, "")  # SQLite's one writer holds all rows
    return statement.replace("?", "%s") + (" FOR UPDATE" if held else "")
