"""What a person did by hand is written down."""

from typing import Any

from peewee import BigAutoField, BigIntegerField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    """Make the table, as it was then."""

    class Intervention(Model):
        """What a person did by hand, who it was, and to what; never changed."""

        id = BigAutoField()
        at = BigIntegerField(index=True)
        who = TextField()
        did = TextField()
        subject = TextField()

        class Meta:
            """Plural, as all."""

            database = db
            legacy_table_names = False
            table_name = "interventions"

    db.create_tables((Intervention,))
