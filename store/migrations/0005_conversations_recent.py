"""The conversations that were spoken in last are found by an index."""

from typing import Any

INDEX = 'CREATE INDEX "conversations_recent" ON "conversations" ("updated_at", "phone")'


def up(migrator: Any, db: Any) -> None:
    """Make the index."""
    db.execute_sql(INDEX)


def down(migrator: Any, db: Any) -> None:
    """Take it away."""
    db.execute_sql('DROP INDEX "conversations_recent"')
