"""Copies of a PostgreSQL database: by pg_dump and its kin, which know every version of it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import peewee

from store import database, moves, tallies
from store.errors import BooksClosed, NoBackup

GET_THEM = "apt-get install postgresql-client, of the server's version or newer"
PRIVATE = ("--no-owner", "--no-privileges")  # another server has other users


def dump(url: str, copied: Path) -> None:
    """Copy the books as they are at one moment, and read the copy's list back."""
    _run(url, "pg_dump", "--format=custom", *PRIVATE, f"--file={copied}")
    _run("", "pg_restore", "--list", str(copied))


def require_unused(url: str, *, replace: bool) -> None:
    """Raise NoBackup while others are connected and, unless they may be replaced, for orders."""
    database.connect(url)
    try:
        others = _count(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if others:
            raise NoBackup(
                f"Somebody has the books open ({others} connected): "
                "stop duka serve and duka worker first"
            )
        orders = _count("SELECT count(*) FROM orders") if "orders" in _tables() else 0
        if orders and not replace:
            counted = "1 order" if orders == 1 else f"{orders} orders"
            raise NoBackup(f"The books hold {counted}: --replace puts them aside for the copy")
    except (peewee.OperationalError, peewee.InterfaceError) as error:
        raise BooksClosed(str(error)) from error
    finally:
        database.close()


def put_back(url: str, copied: Path) -> None:
    """Put a copy in the place of all tables, in one transaction: all of it or nothing."""
    found = tables(url)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "books.sql")
        _run("", "pg_restore", *PRIVATE, f"--file={script}", str(copied))
        away = ", ".join('"{}"'.format(name.replace('"', '""')) for name in found)
        counting = ", ".join(f"{name}()" for name in (*tallies.FUNCTIONS, *moves.FUNCTIONS))
        drop = [f"--command=DROP TABLE {away} CASCADE"] if found else []
        drop += [f"--command=DROP FUNCTION IF EXISTS {counting} CASCADE"]
        _run(
            url, "psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction",
            "--set=ON_ERROR_STOP=1", *drop, f"--file={script}",
        )  # fmt: skip


def tables(url: str) -> list[str]:
    """Name the tables that stand there."""
    database.connect(url)
    try:
        return _tables()
    finally:
        database.close()


def _tables() -> list[str]:
    try:
        return list(database.database.get_tables())
    except (peewee.OperationalError, peewee.InterfaceError) as error:
        raise BooksClosed(str(error)) from error


def _count(sql: str) -> int:
    return int(database.database.execute_sql(sql).fetchone()[0])


def _run(url: str, program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs; raises NoBackup with the last that it said."""
    if not shutil.which(program):
        raise NoBackup(f"{program} is not installed: {GET_THEM}")
    address, password = _without_password(url)
    known = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    named = [f"--dbname={address}"] if url else []
    done = subprocess.run(  # noqa: S603  a fixed program; nothing a customer wrote is in the words
        [program, *named, *words],
        env=known, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        todo = f" ({GET_THEM})" if "version mismatch" in said else ""
        raise NoBackup(f"{program}: {said}{todo}")


def _without_password(url: str) -> tuple[str, str]:
    """Split the password off, for everybody on the machine may read the words of a command."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}{at}{place}")), unquote(password)
