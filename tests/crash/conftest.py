"""Both databases, a clean one for each run."""

import pytest

from store import database, migrate

MADE = "books_made"  # has the tables already: another is copied from it in a third of the time


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def fresh(request, tmp_path_factory):
    """Gives the URL of a clean database, each time it is asked."""
    folder = tmp_path_factory.mktemp("books")
    if request.param == "sqlite":
        return lambda name: _emptied(folder, name)
    server = request.getfixturevalue("postgres")
    database.connect(_created(server, MADE, like="template1"))
    migrate.upgrade()
    database.close()
    return lambda name: _created(server, f"books_{name}", like=MADE)


def _created(server, name, *, like):
    server.psql(f"SET client_min_messages = warning; DROP DATABASE IF EXISTS {name};")
    server.psql(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY;")
    return server.get_uri().replace("/postgres?", f"/{name}?")


def _emptied(folder, name):
    for file in folder.glob(f"{name}.db*"):
        file.unlink()
    return f"sqlite:///{folder}/{name}.db"
