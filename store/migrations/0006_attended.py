"""A person may take over a conversation, and a customer may ask for one."""

from typing import Any

from peewee import PostgresqlDatabase

COLUMNS = ("silent_until", "asked_at")
INDEXES = {
    "conversations_asking": '"conversations" ("asked_at") WHERE asked_at > 0',
    "interventions_subject": '"interventions" ("subject")',
}


def up(migrator: Any, db: Any) -> None:
    """Add until when the bot is silent, and since when a person is wanted; 0 = neither."""
    number = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    for column in COLUMNS:
        db.execute_sql(
            f'ALTER TABLE "conversations" ADD COLUMN "{column}" {number} NOT NULL DEFAULT 0'
        )
    for name, columns in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {columns}')


def down(migrator: Any, db: Any) -> None:
    """Take both away."""
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    for column in COLUMNS:
        db.execute_sql(f'ALTER TABLE "conversations" DROP COLUMN "{column}"')
