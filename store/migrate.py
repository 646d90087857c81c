"""Bring the tables of a database up to date; each change is a numbered file, kept in a history."""

from pathlib import Path

from playhouse.migrations import Runner

from store.database import database, is_postgres, transaction

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_236_911  # any number, as long as it is always the same


def upgrade() -> list[str]:
    """Apply what is missing and name it; two processes at once take turns."""
    with transaction():
        if is_postgres():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        before = set(_runner().applied())
        _runner().up()
        return sorted(set(_runner().applied()) - before)


def missing() -> list[str]:
    """Name the changes that this database has not seen."""
    runner = _runner()
    applied = set(runner.applied())
    return [each.name for each in runner.migrations() if each.name not in applied]


def known() -> list[tuple[str, bool]]:
    """Every change by name, and whether it was applied."""
    runner = _runner()
    applied = set(runner.applied())
    return [(each.name, each.name in applied) for each in runner.migrations()]


def _runner() -> Runner:
    return Runner(database.obj, str(_FOLDER))
