"""What every test may lean on."""

import os
import shutil

import audit
import pytest
from shop import FLOW, OPENING, Shop, World

from flows.library import Library
from flows.words import vocabulary
from store import database, migrate
from store.tables import TABLES

pytest_plugins = ["plugins.doors", "pytester"]


@pytest.fixture(scope="session")
def library():
    """The shipped flow, proved and compiled once for all tests."""
    return Library(vocabulary())


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory):
    """A SQLite file with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("books") / "empty.db"
    database.connect(f"sqlite:///{path}")
    migrate.upgrade()
    database.close()
    return path


@pytest.fixture
def books_url(request, tmp_path):
    """Where a test's own clean books are: a SQLite file, or what TEST_DATABASE_URL names."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    path = tmp_path / "duka.db"
    shutil.copy(request.getfixturevalue("empty_books"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def books(books_url):
    """Clean books, open; closed again after the test."""
    database.connect(books_url)
    if not database.is_sqlite_url(books_url):
        migrate.upgrade()
        _empty()
    yield database.database
    database.close()


def _empty():
    names = ", ".join(f'"{table._meta.table_name}"' for table in TABLES)
    database.database.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


@pytest.fixture
def shop(books, library):
    """A customer at the open shop; when the test is over, the books are audited."""
    library.publish(FLOW.read_bytes(), file=FLOW.name, now=OPENING)
    shop = Shop(World(library))
    yield shop
    found = audit.violations(now=shop.now)
    assert not found, found
