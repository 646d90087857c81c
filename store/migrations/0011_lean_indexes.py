"""Every index costs each message a page: those that another begins with go, and what hardly ever
holds is indexed only where it does.
"""

from typing import Any

#: Another index begins with the same columns.
DOUBLED = {
    "orders_created_at": '"orders" ("created_at")',
    "orders_customer_id": '"orders" ("customer_id")',
    "order_lines_order_id": '"order_lines" ("order_id")',
    "payments_order_id": '"payments" ("order_id")',
}

#: Of all rows, though few were ever asked for.
WHOLE = {
    "inbox_outcome_received_at": '"inbox" ("outcome", "received_at")',
    "outbox_provider_id": '"outbox" ("provider_id")',
}

SOME = {
    "inbox_not_done": '"inbox" ("outcome", "received_at") WHERE outcome <> \'done\'',
    "outbox_known": '"outbox" ("provider_id") WHERE provider_id IS NOT NULL',
    "outbox_given_up": "\"outbox\" (\"id\") WHERE status IN ('dead','expired')",
}


def up(migrator: Any, db: Any) -> None:
    """Drop what is not needed, and make the narrow ones."""
    _drop(db, DOUBLED | WHOLE)
    _make(db, SOME)


def down(migrator: Any, db: Any) -> None:
    """Make them as they were."""
    _drop(db, SOME)
    _make(db, DOUBLED | WHOLE)


def _drop(db: Any, indexes: dict[str, str]) -> None:
    for name in indexes:
        db.execute_sql(f'DROP INDEX "{name}"')


def _make(db: Any, indexes: dict[str, str]) -> None:
    for name, on in indexes.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {on}')
