"""What people decide about orders and money is written down; lists are searched by indexes."""

from typing import Any

from peewee import BigAutoField, BigIntegerField, Model, PostgresqlDatabase, TextField

INDEXES = (
    'CREATE INDEX "orders_sales" ON "orders" ("created_at", "payment_status", "total_amount")',
    'CREATE INDEX "payments_recent" ON "payments" ("created_at")',
    'CREATE INDEX "payments_by_status" ON "payments" ("status", "created_at")',
    'CREATE INDEX "payments_by_reference" ON "payments" ("transaction_ref")',
    'CREATE INDEX "customers_recent" ON "customers" ("created_at")',
)


def up(migrator: Any, db: Any) -> None:
    """Make the table, as it was then, and the indexes."""

    class Decision(Model):
        """What a person decided about an order or a payment, and why; never changed."""

        id = BigAutoField()
        at = BigIntegerField(index=True)
        who = TextField()
        did = TextField()
        subject = TextField(index=True)
        was = TextField()
        became = TextField()
        reason = TextField()

        class Meta:
            """Plural, as all."""

            database = db
            legacy_table_names = False
            table_name = "decisions"

    db.create_tables((Decision,))
    for each in INDEXES:
        db.execute_sql(each)
    # A name is searched by how it begins: letter by letter, in no country's order.
    collation = ' COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'CREATE INDEX "customers_named" ON "customers" ("name"{collation})')
