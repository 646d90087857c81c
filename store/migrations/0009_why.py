"""Each message tells why it was said: by which line of which flow, in which state and visit."""

from typing import Any

TEXTS = ("flow", "state", "line", "rule", "missed_in")
MISSED = '"outbox" ("missed_in", "id") WHERE missed_in IS NOT NULL'


def up(migrator: Any, db: Any) -> None:
    """Add what is not known of older messages, and find those that answered what was not heard."""
    for column in TEXTS:
        db.execute_sql(f'ALTER TABLE "outbox" ADD COLUMN "{column}" TEXT')
    db.execute_sql('ALTER TABLE "outbox" ADD COLUMN "visit" INTEGER')
    db.execute_sql(f'CREATE INDEX "outbox_missed" ON {MISSED}')


def down(migrator: Any, db: Any) -> None:
    """Take it away."""
    db.execute_sql('DROP INDEX "outbox_missed"')
    for column in (*TEXTS, "visit"):
        db.execute_sql(f'ALTER TABLE "outbox" DROP COLUMN "{column}"')
