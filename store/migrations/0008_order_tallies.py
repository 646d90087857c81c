"""The figures are counted as orders change: a million orders are not counted at each look."""

from typing import Any

from peewee import BigAutoField, BigIntegerField, CompositeKey, Model, PostgresqlDatabase, TextField

# 900,000 ms are a quarter of an hour: every country's midnight is the beginning of one.
COMES = """
INSERT INTO order_changes (since, status, payment_status, currency, orders, amount)
VALUES (NEW.created_at / 900000 * 900000, NEW.status, NEW.payment_status, NEW.currency,
        1, NEW.total_amount);
"""
GOES = """
INSERT INTO order_changes (since, status, payment_status, currency, orders, amount)
VALUES (OLD.created_at / 900000 * 900000, OLD.status, OLD.payment_status, OLD.currency,
        -1, -OLD.total_amount);
"""
DIFFERS = """
WHEN ((OLD.created_at, OLD.status, OLD.payment_status, OLD.currency, OLD.total_amount)
   <> (NEW.created_at, NEW.status, NEW.payment_status, NEW.currency, NEW.total_amount))
"""

#: Each trigger: its name, when it fires, on what condition, and what it writes.
TRIGGERS = (
    ("order_placed", "AFTER INSERT", "", COMES),
    ("order_changed", "AFTER UPDATE", DIFFERS, GOES + COMES),
    ("order_removed", "AFTER DELETE", "", GOES),
)

COUNTED = """
INSERT INTO order_tallies (since, status, payment_status, currency, orders, amount)
SELECT created_at / 900000 * 900000, status, payment_status, currency, COUNT(*), SUM(total_amount)
FROM orders GROUP BY 1, 2, 3, 4
"""
COUNTED_EVER = """
INSERT INTO order_tallies (since, status, payment_status, currency, orders, amount)
SELECT -1, status, payment_status, currency, COUNT(*), SUM(total_amount)
FROM orders GROUP BY status, payment_status, currency
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables and what fills them, and count the orders there are."""

    class Figures(Model):
        """How many orders of a quarter of an hour, or ever, and of how much money."""

        since = BigIntegerField()
        status = TextField()
        payment_status = TextField()
        currency = TextField()
        orders = BigIntegerField()
        amount = BigIntegerField()

        class Meta:
            """Where it lives."""

            database = db
            legacy_table_names = False

    class OrderChange(Figures):
        """What an order's change adds or takes away; soon folded into the tallies."""

        id = BigAutoField()

        class Meta:
            """Plural, as all."""

            table_name = "order_changes"

    class OrderTally(Figures):
        """The sum of the changes until the last folding."""

        class Meta:
            """Plural, as all."""

            table_name = "order_tallies"
            primary_key = CompositeKey("since", "status", "payment_status", "currency")

    db.create_tables((OrderChange, OrderTally))
    db.execute_sql(COUNTED)
    db.execute_sql(COUNTED_EVER)
    for trigger in TRIGGERS:
        for statement in _written(*trigger, postgres=isinstance(db, PostgresqlDatabase)):
            db.execute_sql(statement)


def _written(name: str, event: str, when: str, body: str, *, postgres: bool) -> list[str]:
    if not postgres:
        return [f"CREATE TRIGGER {name} {event} ON orders {when} BEGIN {body} END"]
    work = f"BEGIN {body} RETURN NULL; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${work}$$",
        f"CREATE TRIGGER {name} {event} ON orders FOR EACH ROW {when} EXECUTE FUNCTION {name}()",
    ]


def down(migrator: Any, db: Any) -> None:
    """Take all of it away."""
    postgres = isinstance(db, PostgresqlDatabase)
    for name, *_ in TRIGGERS:
        db.execute_sql(f"DROP TRIGGER {name}" + (" ON orders" if postgres else ""))
        if postgres:
            db.execute_sql(f"DROP FUNCTION {name}()")
    for table in ("order_changes", "order_tallies"):
        db.execute_sql(f'DROP TABLE "{table}"')
