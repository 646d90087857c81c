"""The books that a verb reads: those that are there, and no new ones."""

from pathlib import Path

from store import database
from web.settings import load
from web.verbs.telling import Stop


def open_those_there() -> None:
    """Point at the books; stop when there are none, for looking at books must not make them.

    Raises BooksClosed with the driver's reason when they do not answer.
    """
    url = load().database_url
    if database.is_sqlite_url(url) and not Path(database.file_of(url)).is_file():
        raise Stop("There are no books yet: duka serve makes them")
    database.connect(url)
    database.ask()
