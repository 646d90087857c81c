"""Both databases, a clean one for each run."""

import pytest


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
