"""When a payment is due is asked after each message, and of open ones only.

Among all payments ever asked for, each of which was due once, it took longer with every one.
"""

from typing import Any

OPEN = "stage IN ('requested','unknown','pending')"


def up(migrator: Any, db: Any) -> None:
    """Let the index hold the open ones alone."""
    db.execute_sql('DROP INDEX "payments_due_at"')
    db.execute_sql(f'CREATE INDEX "payments_open" ON "payments" ("due_at") WHERE {OPEN}')


def down(migrator: Any, db: Any) -> None:
    """Let it hold all."""
    db.execute_sql('DROP INDEX "payments_open"')
    db.execute_sql('CREATE INDEX "payments_due_at" ON "payments" ("due_at")')
