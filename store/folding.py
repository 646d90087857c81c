"""Rows that add up: whoever changes something writes one of their own, the worker adds them up.

So no two customers wait for one counter. A figure is the tallies and what was not folded yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import is_postgres, transaction
from store.statements import run

MANY = 500  # rows that wait before they are worth folding


@dataclass(frozen=True, slots=True)
class Folding:
    """The table of the rows, and the statement that adds all of them to their tallies."""

    rows: str
    add: str

    def statements(self, *, at_once: bool) -> tuple[str, ...]:
        """SQLite has one writer; elsewhere others write meanwhile: what is taken away is added."""
        taken_away = f"DELETE FROM {self.rows}"  # noqa: S608  a table of ours
        if not at_once:
            return self.add, taken_away
        gone = self.add.replace(f"FROM {self.rows}", "FROM gone")
        return (f"WITH gone AS ({taken_away} RETURNING *)\n{gone}",)


def fold(folding: Folding, values: Sequence[int] = (), *, many: int = MANY) -> bool:
    """Add what has come to the tallies, if it is worth it; two workers at once do no harm."""
    waiting = f"SELECT id FROM {folding.rows} LIMIT 1 OFFSET ?"  # noqa: S608  a table of ours
    if run(waiting, (many - 1,)).fetchone() is None:
        return False
    with transaction():
        for at, statement in enumerate(folding.statements(at_once=is_postgres())):
            run(statement, () if at else values)
    return True
