"""What every test may lean on."""

import builtins
import errno
import os
import shutil
from pathlib import Path

import audit
import pytest
from hypothesis import settings
from shop import FLOW, OPENING, Shop, World

from flows.library import Library
from flows.words import vocabulary
from store import clock, database, flow_versions, migrate
from store.tables import TABLES
from tests.crash import programs

settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
settings.load_profile("unhurried")

PROVED = []  # the hash of the shipped flow

pytest_plugins = ["plugins.certificates", "plugins.doors", "plugins.together", "pytester"]


@pytest.fixture(scope="session")
def library():
    """The rule books of all tests; what one has compiled serves the others."""
    return Library(vocabulary())


@pytest.fixture(scope="session")
def opened_books(tmp_path_factory, library):
    """A SQLite file as on the day of opening: all tables, the shipped flow, nothing else."""
    path = tmp_path_factory.mktemp("books") / "opened.db"
    database.connect(f"sqlite:///{path}")
    migrate.upgrade()
    _open(library)
    database.close()
    return path


@pytest.fixture
def books_url(books_in):
    """Where a test's own clean books are: a SQLite file, or what TEST_DATABASE_URL names."""
    return os.environ.get("TEST_DATABASE_URL") or books_in("sqlite")


@pytest.fixture
def books_in(request, tmp_path):
    """Gives the URL of a test's own books in a database of this kind."""

    def url(kind):
        if kind == "postgres":
            return request.getfixturevalue("empty_postgres")
        path = tmp_path / "duka.db"
        shutil.copy(request.getfixturevalue("opened_books"), path)
        return f"sqlite:///{path}"

    return url


@pytest.fixture(scope="session")
def empty_postgres(postgres):
    """A database that the tests use one after the other, emptied each time."""
    postgres.psql("CREATE DATABASE books;")
    return postgres.get_uri().replace("/postgres?", "/books?")


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


@pytest.fixture
def books(books_url, library):
    """Clean books with the shipped flow, connected until the test is over."""
    database.connect(books_url)
    if not database.is_sqlite_url(books_url):
        migrate.upgrade()
        _empty()
        _open(library)
    yield database.database
    database.close()


def _open(library):
    """Publish the shipped flow; it is proved once for all tests, who know its rule book then."""
    if not PROVED:
        PROVED.append(library.publish(FLOW.read_bytes(), file=FLOW.name, now=OPENING).hash)
    flow_versions.publish(PROVED[0], FLOW.read_text("utf-8"), now=clock.ms(OPENING))


def _empty():
    names = ", ".join(f'"{table._meta.table_name}"' for table in TABLES)
    database.database.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


@pytest.fixture
def shop(books, library):
    """A customer at the open shop; when the test is over, the books are audited."""
    shop = Shop(World(library))
    yield shop
    found = audit.violations(now=shop.now)
    assert not found, found


@pytest.fixture
def forbid(monkeypatch):
    """Let a call of Path be refused for a file, also to root; `stat` is what its folder refuses."""

    def closed(call, path):
        real = getattr(Path, call)

        def refusing(self, *given, **named):
            if str(self) == path:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            return real(self, *given, **named)

        monkeypatch.setattr(Path, call, refusing)

    return closed


@pytest.fixture
def cannot_draw(monkeypatch):
    """A machine without a library that pygraphviz's wheel does not bring; gives what is told."""

    def bare(name, *rest, real=builtins.__import__):
        if name == "pygraphviz":
            raise ImportError("libgobject-2.0.so.0: cannot open shared object file: No such file")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", bare)
    return (
        "SVG and PNG need libgobject-2.0.so.0 → "
        "apt-get install -y libglib2.0-0 libxrender1 fontconfig fonts-dejavu-core"
    )
