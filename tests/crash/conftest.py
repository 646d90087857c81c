"""Both databases, a clean one for each run."""

import os

import pytest

from tests.crash import programs


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """A PostgreSQL of our own, from its wheel, for the time of the tests."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = programs.postgres(folder / "data")
    # The power cut is a play, as on SQLite: the disk need not keep up.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def fresh(request, tmp_path_factory):
    """Gives the URL of a clean database, each time it is asked."""
    folder = tmp_path_factory.mktemp("books")
    if request.param == "sqlite":
        return lambda name: f"sqlite:///{folder}/{name}.db"
    server = request.getfixturevalue("postgres")
    return lambda name: _created(server, f"books_{name}")


def _created(server, name):
    server.psql(f"SET client_min_messages = warning; DROP DATABASE IF EXISTS {name};")
    server.psql(f"CREATE DATABASE {name};")
    return server.get_uri().replace("/postgres?", f"/{name}?")
