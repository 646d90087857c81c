"""Each step from state to state is counted, with how long it took, and who fell silent where."""

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    CompositeKey,
    Model,
    PostgresqlDatabase,
    TextField,
)

INTO = "INSERT INTO moves (at, source, target, waited) VALUES"
COMES = f"{INTO} (NEW.updated_at, '', NEW.state, -1);"
GOES = f"{INTO} (OLD.updated_at, OLD.state, '', -1);"
MOVES = f"""{INTO} (NEW.updated_at, OLD.state, NEW.state,
    CASE WHEN OLD.state = NEW.state OR OLD.entered_at = 0 THEN -1
         WHEN NEW.updated_at < OLD.entered_at THEN 0 ELSE NEW.updated_at - OLD.entered_at END);
"""
STEPS = """
WHEN (OLD.visit <> NEW.visit OR OLD.state <> NEW.state
   OR (OLD.heard_at <> NEW.heard_at AND OLD.seq <> NEW.seq))
"""

#: Each trigger: its name, when it fires, on what condition, and what it writes.
TRIGGERS = (
    ("customer_came", "AFTER INSERT", "", COMES),
    ("customer_moved", "AFTER UPDATE", STEPS, MOVES),
    ("customer_went", "AFTER DELETE", "", GOES),
)

STAND = """
INSERT INTO move_tallies (since, source, target, wait, moves)
SELECT -1, '', state, -1, COUNT(*) FROM conversations GROUP BY state
"""
RECENT = 'CREATE INDEX "conversations_recent" ON "conversations" ("updated_at", "phone"{})'


def up(migrator: Any, db: Any) -> None:
    """Make the tables and what fills them; who stands somewhere already has come there."""
    postgres = isinstance(db, PostgresqlDatabase)
    number = "BIGINT" if postgres else "INTEGER"
    db.execute_sql(f'ALTER TABLE "conversations" ADD COLUMN "entered_at" {number} '
                   "NOT NULL DEFAULT 0")  # fmt: skip
    db.execute_sql('DROP INDEX "conversations_recent"')
    db.execute_sql(RECENT.format(', "state"'))

    class Table(Model):
        """What all four share."""

        class Meta:
            """Where they live."""

            database = db
            legacy_table_names = False

    class Move(Table):
        """One step of one customer; soon folded into the tallies."""

        id = BigAutoField()
        at = BigIntegerField()
        source = TextField()
        target = TextField()
        waited = BigIntegerField()

        class Meta:
            """Plural, as all."""

            table_name = "moves"

    class MoveTally(Table):
        """How many steps of a day of the shop's, or ever, took so long."""

        since = BigIntegerField()
        source = TextField()
        target = TextField()
        wait = BigIntegerField()
        moves = BigIntegerField()

        class Meta:
            """Plural, as all."""

            table_name = "move_tallies"
            primary_key = CompositeKey("since", "source", "target", "wait")

    class Departure(Table):
        """How many fell silent in a state, and what they had ordered and not paid."""

        since = BigIntegerField()
        state = TextField()
        currency = TextField()
        customers = BigIntegerField()
        amount = BigIntegerField()

        class Meta:
            """Plural, as all."""

            table_name = "departures"
            primary_key = CompositeKey("since", "state", "currency")

    class Mark(Table):
        """How far a walk through the books has come."""

        name = TextField(primary_key=True)
        at = BigIntegerField()

        class Meta:
            """Plural, as all."""

            table_name = "marks"

    db.create_tables((Move, MoveTally, Departure, Mark))
    db.execute_sql(STAND)
    for trigger in TRIGGERS:
        for statement in _written(*trigger, postgres=postgres):
            db.execute_sql(statement)


def _written(name: str, event: str, when: str, body: str, *, postgres: bool) -> list[str]:
    on = f"{name} {event} ON conversations"
    if not postgres:
        return [f"CREATE TRIGGER {on} FOR EACH ROW {when} BEGIN {body} END"]
    work = f"BEGIN {body} RETURN NULL; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${work}$$",
        f"CREATE TRIGGER {on} FOR EACH ROW {when} EXECUTE FUNCTION {name}()",
    ]


def down(migrator: Any, db: Any) -> None:
    """Take all of it away."""
    postgres = isinstance(db, PostgresqlDatabase)
    for name, *_ in TRIGGERS:
        db.execute_sql(f"DROP TRIGGER {name}" + (" ON conversations" if postgres else ""))
        if postgres:
            db.execute_sql(f"DROP FUNCTION {name}()")
    for table in ("moves", "move_tallies", "departures", "marks"):
        db.execute_sql(f'DROP TABLE "{table}"')
    db.execute_sql('DROP INDEX "conversations_recent"')
    db.execute_sql(RECENT.format(""))
    db.execute_sql('ALTER TABLE "conversations" DROP COLUMN "entered_at"')
