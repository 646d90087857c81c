"""How long the dashboard's pages take in a big shop: `python -m bench.pages [orders] [url]`."""

import sys
import tempfile
from base64 import b64encode
from statistics import median
from time import perf_counter
from typing import Any

from bench.serving import ROOT
from store import clock, database, moves, silence, tallies
from store.clock import DAY
from web.app import create_app
from web.shop import utc_now

OK = 200
ROUNDS = 5

_NUMBERS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) """
_STATE = """CASE i % 8 WHEN 0 THEN 'greeting' WHEN 1 THEN 'product' WHEN 2 THEN 'quantity'
              WHEN 3 THEN 'address' WHEN 4 THEN 'payment' WHEN 5 THEN 'payment_failed'
              ELSE 'completed' END"""
_FILLING = (
    """INSERT INTO customers (id, phone_number, name, created_at) """
    + _NUMBERS
    + """SELECT i, 'customer ' || i, 'Customer ' || i, {now} - CAST(i AS BIGINT) * {between}
         FROM n""",
    """INSERT INTO orders (id, customer_id, product_id, product_name, quantity, unit_price,
         total_amount, currency, status, payment_status, source, created_at, updated_at) """
    + _NUMBERS
    + """SELECT 'ORD-' || i, 1 + i % {people}, 'a', 'A', 1, 1500, 1500 * (1 + i % 3), 'KES',
         CASE WHEN i < 200 THEN 'pending' WHEN i % 20 < 15 THEN 'completed'
              WHEN i % 20 < 17 THEN 'cancelled' ELSE 'payment_failed' END,
         CASE WHEN i < 200 THEN 'pending' WHEN i % 20 < 15 THEN 'paid' ELSE 'failed' END,
         'chat', {now} - CAST(i AS BIGINT) * {apart}, {now} - CAST(i AS BIGINT) * {apart} FROM n""",
    """INSERT INTO payments (id, order_id, attempt, amount, currency, payment_method, phone_number,
         status, stage, ghala_payment_id, transaction_ref, asks, posts, due_at, created_at,
         updated_at)
       SELECT id || '.1', id, 1, total_amount, 'KES', 'mpesa', 'customer ' || customer_id,
         CASE payment_status WHEN 'paid' THEN 'success' ELSE payment_status END,
         CASE payment_status WHEN 'paid' THEN 'success' ELSE payment_status END,
         'pay_' || id, CASE payment_status WHEN 'paid' THEN 'ref_' || id END,
         0, 1, created_at, created_at, updated_at FROM orders""",
    """INSERT INTO conversations (phone, memory, language, flow, visit, seq, heard_at, updated_at,
         state)
       SELECT phone_number, '{{}}', 'en', '', 9, 0, {now} - CAST(id AS BIGINT) * {seen},
         {now} - CAST(id AS BIGINT) * {seen}, """
    + _STATE.replace("i %", "id %")
    + " FROM customers",
    "DELETE FROM moves",
    """INSERT INTO moves (at, source, target, waited) """
    + _NUMBERS
    + """SELECT {now} - CAST(i AS BIGINT) * {apart}, """
    + _STATE
    + ", "
    + _STATE.replace("i %", "(i + i / 8 % 5) %")
    + ", CAST(i AS BIGINT) * 7919 % 90000000 FROM n",
    "ANALYZE",
)


def fill(many: int) -> None:
    """Write so many orders of a year straight into empty books, each with a payment."""
    people = max(1, many // 5)
    if database.is_postgres():
        database.database.execute_sql("SET statement_timeout = 0")
    for number, sql in enumerate(_FILLING):
        rows = people if number == 0 else many
        words = {
            "many": rows,
            "now": clock.ms(utc_now()),
            "people": people,
            "apart": 365 * DAY // many,
            "between": 365 * DAY // people,
            "seen": 90 * DAY // people,
        }
        sql = sql.format(**words)
        database.database.execute_sql(sql.replace("%", "%%") if database.is_postgres() else sql)
    tallies.fold()  # as the worker does, each second
    moves.fold(offset=0)
    silence.count(now=clock.ms(utc_now()), offset=0)
    if database.is_postgres():
        for table in ("order_changes", "moves"):
            database.database.execute_sql(f"VACUUM {table}")  # as PostgreSQL does by and by


PAGES = (
    "/api/admin/stats",
    "/admin",
    "/admin/orders",
    "/admin/orders?status=cancelled",
    "/admin/orders?q=Customer+1234",
    "/admin/orders/ORD-777",
    "/admin/customers",
    "/admin/customers?q=Customer+1234",
    "/admin/customers/77",
    "/admin/payments",
    "/admin/payments?status=failed",
    "/admin/conversations",
    "/admin/conversations?status=payment_failed",
    "/admin/flow",
    "/admin/flow?since=today",
    "/admin/flow?since=all",
    "/admin/flow/payment_failed",
    "/admin/flow.svg",
    "/admin/catalogue",
    "/admin/health",
)


def measured(many: int, url: str) -> dict[str, float]:
    """Fill new books and tell what each page takes, in milliseconds of the server's time."""
    signed = "Basic " + b64encode(b"owner:owner").decode()
    app = create_app(
        database_url=url, admin_username="owner", admin_password="owner", admin_per_minute=0,
        flow_file=str(ROOT / "flows.yaml"),
    )  # fmt: skip
    fill(many)
    client = app.test_client()
    found = {page: median(_took(client, page, signed) for _ in range(ROUNDS)) for page in PAGES}
    database.close()
    return found


def _took(client: Any, page: str, signed: str) -> float:
    start = perf_counter()
    answer = client.get(page, headers={"Authorization": signed})
    took = 1000 * (perf_counter() - start)
    if answer.status_code != OK:
        raise SystemExit(f"{page}: {answer.status_code}")
    return took


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asked = dict(enumerate(sys.argv))
        many, url = int(asked.get(1, 1_000_000)), asked.get(2, f"sqlite:///{folder}/duka.db")
        for page, took in measured(many, url).items():
            print(f"{page:<36} {took:8.1f} ms")
