"""One door to the database: SQLite on a laptop, PostgreSQL for many machines."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import peewee
from playhouse import db_url

from store.errors import BooksClosed

database = peewee.DatabaseProxy()

#: FULL: what was acknowledged is on the disk. No checkpoint while another connection commits
#: is guaranteed by `transaction`, the only writer (SQLite before 3.51.3 needs that).
SQLITE = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": 5_000}
PASSING = {"journal_mode": "memory", "synchronous": "off"}  # of books that are thrown away
POSTGRES = (
    "-c lock_timeout=5s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s "
    "-c synchronous_commit=on"
)

#: What the driver raises when the database itself is at fault, not what was asked of it.
DatabaseFault = (peewee.OperationalError, peewee.InterfaceError)

SKIPPING = "FOR UPDATE SKIP LOCKED"  # take rows that nobody else is taking

PATIENCE = 5  # seconds that a writer waits for the one before it; the sender is told to try again

KNOWN_URLS = ("sqlite:///", "postgresql://", "postgres://")

GET_DRIVER = "in Duka's own folder: .venv/bin/pip install -e '.[postgres]'"

UNREADABLE = (
    "it cannot be read → write it so: postgresql://NAME:PASSWORD@HOST/DATABASE; "
    "in a password / is %2F, @ is %40, # is %23, ? is %3F"
)

WHOSE = "is DATABASE_URL the shop's?"
NO_BOOKS = f"There are no books at {{}} yet: duka serve makes them; {WHOSE}"

MEND_OPTION = "mend or remove what stands behind the ? in DATABASE_URL"

_writing = threading.RLock()  # SQLite has one writer: queue here, where the wait is fair


_TRANSLATED = vars(peewee)["__exception_wrapper__"]  # each driver's errors become peewee's


class _Mending:
    """A database whose thread is not left with a broken connection when it only wanted to read.

    A fault inside a transaction is the transaction's own to mend; outside of one, the next
    statement opens a new connection.
    """

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Ask the driver itself: the ORM's log and hooks, which nobody here reads, take as long."""
        try:
            return self._line().execute(sql, params or ())
        except Exception as error:  # noqa: BLE001  it is raised again, in the ORM's words
            _raise_again(error)

    def _line(self) -> Any:
        """This thread's connection, opened when there is none."""
        state = self._state  # type: ignore[attr-defined]
        return self.connection() if state.closed else state.conn  # type: ignore[attr-defined]


def _raise_again(error: Exception) -> NoReturn:
    try:
        with _TRANSLATED:
            raise error
    except (peewee.DatabaseError, peewee.InterfaceError) as told:
        if in_transaction() or not is_fault(told):
            raise
        _drop_connection()
        raise BooksClosed(str(told)) from told


class _Sqlite(_Mending, peewee.SqliteDatabase):
    pen: Any = None  # the connection that writes: see `_pen`
    has_pen = True

    def _connect(self) -> Any:
        _make_private(self.database)
        return super()._connect()  # type: ignore[misc]


class _Postgres(_Mending, peewee.PostgresqlDatabase):
    def _connect(self) -> Any:
        try:
            with _TRANSLATED:
                return super()._connect()  # type: ignore[misc]
        except peewee.ProgrammingError as error:  # a word behind the ? that the driver refuses
            behind = {**self.connect_params, "user": "", "password": ""}
            # With an @ in it, it is the rest of a password: no word of it is told.
            told = UNREADABLE if "@" in str(behind) else f"{error} → {MEND_OPTION}"
            raise BooksClosed(told) from None


def connect(url: str, *, lasting: bool = True) -> None:
    """Point the books at a database; creates a SQLite file and its folder if there are none.

    Books that are thrown away are not `lasting`: SQLite need not wait for the disk. Raises
    BooksClosed for a URL that cannot be read or is of another database, and without a driver.
    """
    if not url.startswith(KNOWN_URLS):
        raise BooksClosed("it must begin with sqlite:/// or postgresql://")
    if not is_sqlite_url(url) and not has_driver():
        raise BooksClosed(f"the PostgreSQL driver is missing → {GET_DRIVER}")
    close()  # what this thread held of other books
    try:
        database.initialize(_pointed_at(url, lasting=lasting))
    except ValueError:  # it may quote a part of the password
        raise BooksClosed(UNREADABLE) from None


def _pointed_at(url: str, *, lasting: bool) -> Any:
    db_url.register_database(_Sqlite, "sqlite")
    db_url.register_database(_Postgres, "postgres", "postgresql")
    if is_sqlite_url(url):
        _prepare_folder(url)
        pragmas = SQLITE if lasting else SQLITE | PASSING
        made = db_url.connect(
            url, pragmas=pragmas, timeout=PATIENCE, lock_type="IMMEDIATE",
            check_same_thread=False,  # it is handed over, and never used by two at once
        )  # fmt: skip
        made.has_pen = lasting  # what is thrown away is in one connection's memory
        return made
    return db_url.connect(
        url, prefer_psycopg3=True, options=POSTGRES, keepalives_idle=10, unquote_password=True
    )


def has_driver() -> bool:
    """Is what PostgreSQL is spoken with installed, and able to?"""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return True


def is_sqlite_url(url: str) -> bool:
    """Is this database a file of our own?"""
    return url.startswith("sqlite:///")


def file_of(url: str) -> str:
    """The path of a SQLite database; ``sqlite:///data/duka.db`` is relative to where we run."""
    return url.split("///", 1)[-1]


def place_of(url: str) -> str:
    """Where the books are, in words for people: the whole path, or the database's name."""
    return str(Path(file_of(url)).absolute()) if is_sqlite_url(url) else urlsplit(url).path[1:]


def _prepare_folder(url: str) -> None:
    path = file_of(url)
    if path and ":memory:" not in path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _make_private(path: str) -> None:
    """Make the file of new books its owner's alone; what SQLite lays beside it follows it."""
    if path and ":memory:" not in path:
        with suppress(OSError):  # it is there already, or SQLite says what is wrong
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def is_postgres() -> bool:
    """Are the books in PostgreSQL?"""
    return isinstance(database.obj, peewee.PostgresqlDatabase)


def close() -> None:
    """Let go of this thread's connection, and of the one that writes unless somebody does."""
    if database.obj is None:
        return
    if not database.is_closed():
        database.close()
    if not is_postgres() and _writing.acquire(blocking=False):
        try:
            pen, database.obj.pen = database.obj.pen, None
            if pen is not None:
                pen.close()
        finally:
            _writing.release()


def hand_over() -> Any:
    """Take this thread's connection from it, for another thread to take up; None: it has none."""
    state = database.obj._state
    connection = state.conn
    state.reset()
    return connection


def take_up(connection: Any) -> None:
    """Let this thread work with a connection that another handed over; None: it opens its own."""
    if connection is not None:
        database.obj._state.set_connection(connection)


@contextmanager
def transaction() -> Iterator[None]:
    """Keep all of it or nothing; a second one inside joins the first.

    Raises `BooksClosed` when the database cannot be reached, locked or written.
    """
    if in_transaction():
        yield
        return
    try:
        if is_postgres():
            with database.obj.transaction():
                yield
        else:
            with _pen(), database.obj.transaction("IMMEDIATE"):
                yield
    except peewee.DatabaseError as error:
        if not is_fault(error):
            raise
        _drop_connection()
        raise BooksClosed(str(error)) from error
    except peewee.InterfaceError as error:
        _drop_connection()
        raise BooksClosed(str(error)) from error


def in_transaction() -> bool:
    """Does this thread stand in a transaction?"""
    return bool(database.obj.in_transaction())


def is_fault(error: Exception) -> bool:
    """Is the database itself at fault? A spoilt file is, and its error is of the bare kind."""
    return isinstance(error, DatabaseFault) or type(error) is peewee.DatabaseError


@contextmanager
def alone() -> Iterator[None]:
    """Wait for the writers before us, but not one whole patience for each of them."""
    _await_writers()
    try:
        yield
    finally:
        _writing.release()


def _await_writers() -> None:
    if not _writing.acquire(timeout=PATIENCE):
        raise BooksClosed("others have been waiting to write for too long")


@contextmanager
def _pen() -> Iterator[None]:
    """Write alone, and with the one connection that writes, whoever's turn it is.

    A connection forgets the pages it knows when another has written: with one pen a turn takes 0.8
    of the processor's time at 32 customers, and twice as many messages pass.
    """
    books = database.obj
    _await_writers()
    try:
        if not books.has_pen:
            yield
            return
        own = hand_over()
        take_up(books.pen)
        try:
            yield
        except Exception as error:
            if is_fault(error):
                _drop_connection()
            raise
        finally:
            books.pen = hand_over()
            take_up(own)
    finally:
        _writing.release()


def copied() -> bytes:
    """All that is in books which are not lasting, to be put back later."""
    return bytes(database.connection().serialize())


def put_back(books: bytes) -> None:
    """Let everything be as it was when it was copied; from then on the books are in memory."""
    database.connection().deserialize(books)


def _drop_connection() -> None:
    try:
        database.close()
    except Exception:  # noqa: BLE001  the connection is broken already: whatever it says, it goes
        database.obj._state.reset()


def ask() -> None:
    """Ask the database something; raises BooksClosed with the driver's reason if it cannot be."""
    try:
        database.execute_sql("SELECT 1")
    except (peewee.DatabaseError, peewee.InterfaceError, BooksClosed) as error:
        _drop_connection()
        raise BooksClosed(str(error)) from error


def answers() -> bool:
    """Can the database be asked something?"""
    try:
        ask()
    except BooksClosed:
        return False
    return True
