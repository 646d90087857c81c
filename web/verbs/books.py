"""The books that a verb reads: those that are there, and no new ones."""

from pathlib import Path

from store import database, migrate
from web.settings import load
from web.verbs.telling import Stop


def open_those_there() -> None:
    """Point at the books; stop when there are none, for looking at books must not make them.

    Raises BooksClosed with the driver's reason when they do not answer.
    """
    url = load().database_url
    if database.is_sqlite_url(url) and not Path(database.file_of(url)).is_file():
        raise Stop(database.NO_BOOKS.format(database.place_of(url)))
    database.connect(url)
    database.ask()


def open_whole() -> None:
    """The same, and stop when they lack tables, as those of another version or of nobody do."""
    open_those_there()
    if migrate.missing():
        place = database.place_of(load().database_url)
        raise Stop(f"The books at {place} lack tables: duka db upgrade; {database.WHOSE}")
