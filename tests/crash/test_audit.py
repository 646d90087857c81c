"""Each question of the audit finds what it is there to find, on both databases."""

from pathlib import Path

import pytest
from crash.stage import Fuse, Stage
from crash.test_every_point import play

from store import audit, clock, database, tables

ROOT = Path(__file__).resolve().parent.parent.parent
FLOW = ROOT / "flows.yaml"

#: What a fault in the program, or a hand in the database, may do to the books.
SPOILT = {
    "a paid order has exactly its price in successes, an unpaid one none":
        "UPDATE payments SET amount = amount - 1 WHERE stage = 'success'",
    "an order is completed when it is paid, and only then":
        "UPDATE orders SET status = 'cancelled'",
    "one receipt for each paid order, none otherwise": "DELETE FROM receipts",
    "a receipt is for the payment that succeeded":
        "UPDATE receipts SET payment_id = (SELECT id FROM payments WHERE stage = 'failed')",
    "at most one open attempt for each order": "UPDATE payments SET stage = 'pending'",
    "at most one success for each order": "UPDATE payments SET stage = 'success'",
    "an attempt asks for exactly the order's total": "UPDATE payments SET currency = 'USD'",
    "an order that was asked for and is pending has an open attempt":
        "UPDATE orders SET status = 'pending'",
    "no order that failed or was cancelled is being paid":
        "UPDATE orders SET status = 'cancelled'; UPDATE payments SET stage = 'unknown'",
    "money that a person must look at is on an order that shows it":
        "UPDATE orders SET status = 'pending'; UPDATE payments SET stage = 'surplus'",
    "a payment shows others where it stands": "UPDATE payments SET status = 'expired'",
    "no payment is open for longer than a day":
        "UPDATE payments SET stage = 'unknown', created_at = created_at - 100000000",
    "an order's total is the sum of its lines": "DELETE FROM order_lines",
    "no shelf holds less than nothing": "INSERT INTO stock VALUES ('prod_001', -1)",
    "the figures are those of the orders": "UPDATE order_changes SET amount = amount + 1",
    "customers stand where their steps have led them":
        "UPDATE moves SET target = 'nowhere' WHERE target = 'payment'",
    "no order without its customer": "DELETE FROM customers",
    "no line without its order": "DELETE FROM orders",
    "no payment without its order": "UPDATE payments SET order_id = 'ORD-0-nobody'",
    "no news of a payment waits for longer than ten minutes":
        "UPDATE inbox SET outcome = 'waiting', received_at = received_at - 700000",
    "no message is owed for longer than a day":
        "UPDATE outbox SET status = 'new', created_at = created_at - 90000000",
    "no message is held for longer than ten minutes":
        "UPDATE outbox SET status = 'new', lease_until = lease_until + 90000000",
    "each number's messages are counted without a gap":
        "DELETE FROM outbox WHERE id = (SELECT MIN(id) FROM outbox)",
    "a message belongs to a conversation": "DELETE FROM conversations",
    "a message answers something that was heard": "DELETE FROM inbox",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(fresh):
    """Books after a whole journey, their last lines of defence taken away."""
    stage = Stage(fresh("audited"), FLOW, fuse=Fuse())
    play(stage)
    for statement in _unguarded():
        database.database.execute_sql(statement)
        if not database.is_postgres():
            database.database.obj.pen.execute(statement)  # each connection looks by itself
    yield stage
    stage.close()


def _unguarded():
    yield "DROP INDEX IF EXISTS one_open_payment"
    yield "DROP INDEX IF EXISTS one_success"
    if database.is_postgres():
        yield "SET session_replication_role = replica"  # foreign keys are not looked at
        yield "ALTER TABLE stock DROP CONSTRAINT IF EXISTS stock_left_check"
    else:
        yield "PRAGMA foreign_keys = 0"
        yield "PRAGMA ignore_check_constraints = 1"


def test_the_books_agree_after_a_journey(stage):
    assert audit.examine(now=clock.ms(stage.now)) == []


def test_every_question_is_tried():
    assert {each.name for each in audit.QUESTIONS} == set(SPOILT)


def asked_after(statements, *, now):
    """What the audit says of spoilt books, which are as before afterwards."""
    with database.transaction(), database.database.atomic() as spoilt:
        for statement in statements.split("; "):
            database.database.execute_sql(statement)
        found = audit.examine(now=now)
        spoilt.rollback()
    return found


@pytest.mark.parametrize("name", SPOILT)
def test_a_question_finds_what_it_is_for(stage, name):
    found = {each.name: each for each in asked_after(SPOILT[name], now=clock.ms(stage.now))}

    assert name in found
    assert found[name].meaning.endswith(".")
    assert len(found[name].columns) == len(found[name].rows[0])


def test_asking_changes_nothing(stage):
    before = [table.select().count() for table in tables.TABLES]

    audit.examine(now=clock.ms(stage.now))

    assert [table.select().count() for table in tables.TABLES] == before


def test_the_page_counts_the_questions_as_the_audit_does():
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")

    assert f"`duka audit` asks them {len(audit.QUESTIONS)} questions" in page
