"""What is due is looked for after each message, and found by an index of what is open, by its time.

Among all payments ever asked for, each of which was due once, it took longer with every one; and
who claimed a letter looked at all that waited.
"""

from typing import Any

BEFORE = {
    "payments_due_at": '"payments" ("due_at")',
    "outbox_head": '"outbox" ("phone", "id") WHERE status = \'new\'',
    "outbox_phone_created_at": '"outbox" ("phone", "created_at")',
}

AFTER = {
    "payments_open": "\"payments\" (\"due_at\") WHERE stage IN ('requested','unknown','pending')",
    "outbox_due": '"outbox" ("due_at", "id") WHERE status = \'new\'',
    "outbox_phone_status_id": '"outbox" ("phone", "status", "id")',
}


def up(migrator: Any, db: Any) -> None:
    """Look by the time, among what is open."""
    _exchange(db, BEFORE, AFTER)


def down(migrator: Any, db: Any) -> None:
    """Look as before."""
    _exchange(db, AFTER, BEFORE)


def _exchange(db: Any, old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        db.execute_sql(f'DROP INDEX "{name}"')
    for name, on in new.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {on}')
