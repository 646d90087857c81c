"""A part of a transaction that can be undone, and a whole one that is done again if it must be."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from store.database import database, in_transaction, is_fault, transaction

Told = TypeVar("Told")


class Stumbled(BaseException):
    """Something raised where nothing was laid by to undo half of it: all of it must be undone."""


_bold = threading.local()  # `.on` while a transaction ventures to do without savepoints


def venture(do: Callable[[], Told]) -> Told:
    """Do it in a transaction without savepoints; if that stumbles, undo all and do it with them.

    Hardly anything stumbles, and two savepoints a turn take a twelfth of its time. `do` must do
    nothing but write to the books, for it may be done twice. Inside a transaction it joins that.
    """
    if in_transaction():
        return do()
    try:
        with transaction():
            return _boldly(do)
    except Stumbled:
        with transaction():
            return do()


def _boldly(do: Callable[[], Told]) -> Told:
    _bold.on = True
    try:
        return do()
    finally:
        _bold.on = False


def savepoint() -> AbstractContextManager[None]:
    """Inside a transaction: undo only what was written within when it raises."""
    return _ALL_OR_NOTHING if getattr(_bold, "on", False) else _laid_by()


@contextmanager
def _laid_by() -> Iterator[None]:
    """All have one name, and the innermost is meant.

    A name of its own for each, as the ORM gives them, had to be parsed anew by SQLite each time.
    """
    database.execute_sql("SAVEPOINT step")
    try:
        yield
    except BaseException:
        database.execute_sql("ROLLBACK TO SAVEPOINT step")
        database.execute_sql("RELEASE SAVEPOINT step")
        raise
    database.execute_sql("RELEASE SAVEPOINT step")


class _AllOrNothing(AbstractContextManager[None]):
    """What raises is no matter of its catcher's, unless the database is at fault.

    Every message enters it twice, so it is no generator and made once.
    """

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and not is_fault(error):
            raise Stumbled from error


_ALL_OR_NOTHING = _AllOrNothing()
