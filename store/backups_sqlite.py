"""Copies of a SQLite file: by its online backup, so that a copy is of one moment."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from store.database import NO_BOOKS
from store.errors import NoBackup

PAGES = 1000  # copied at a time: writers wait for so many at most
PATIENCE = 5  # seconds


def copy(books: Path, copied: Path) -> None:
    """Copy the books as they are at one moment, and read the copy back; raises NoBackup."""
    try:
        if not books.is_file():
            raise NoBackup(NO_BOOKS.format(books.absolute()))
        with (
            closing(sqlite3.connect(books, timeout=PATIENCE)) as source,
            closing(sqlite3.connect(copied)) as target,
        ):
            source.execute("BEGIN")  # one moment: what is committed meanwhile is not in the copy
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=PAGES)
            target.execute("PRAGMA journal_mode = DELETE").fetchone()  # one file, no others beside
    except PermissionError as error:
        raise NoBackup(f"{books} cannot be read: {error.strerror}") from error
    except sqlite3.Error as error:
        raise NoBackup(f"{books} cannot be copied: {error}") from error
    require_whole(copied)


def require_whole(copied: Path) -> None:
    """Read every page of a copy; raises NoBackup when one is spoilt."""
    try:
        with closing(sqlite3.connect(f"{copied.absolute().as_uri()}?mode=ro", uri=True)) as line:
            found = line.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise NoBackup(f"{copied} cannot be read: {error}") from error
    if found != "ok":
        raise NoBackup(f"{copied} is spoilt: {found.splitlines()[0]}")


def put_back(books: Path, copied: Path, *, replace: bool, now: str) -> Path | None:
    """Put a copy in the place of the books, which keep their file under another name."""
    require_whole(copied)
    if books.exists():
        _require_unused(books)
        if not replace and (found := _orders(books)):
            raise NoBackup(f"The books hold {found}: --replace puts them aside for the copy")
    books.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = books.with_name(f".{books.name}.{now}")
    shutil.copyfile(copied, fresh)
    fresh.chmod(0o600)
    _hand_over(fresh, like=books if books.exists() else books.parent)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    kept = _put_aside(books, now) if books.exists() else None
    fresh.replace(books)
    return kept


def _hand_over(fresh: Path, *, like: Path) -> None:
    """Let the books belong to whom they belonged, also when root puts them back."""
    owner = like.stat()
    if os.geteuid() == 0:
        os.chown(fresh, owner.st_uid, owner.st_gid)


def _put_aside(books: Path, now: str) -> Path:
    """Give the books a second name; what a crash left beside them goes along."""
    kept = books.with_name(f"{books.name}.before-{now}")
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.link(f"{books}{end}", f"{kept}{end}")
    for end in ("-wal", "-shm"):
        Path(f"{books}{end}").unlink(missing_ok=True)
    return kept


def _require_unused(books: Path) -> None:
    """Raise NoBackup while somebody has them open: only who is alone may leave write-ahead mode."""
    try:
        with closing(sqlite3.connect(books, timeout=0)) as line:
            line.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise NoBackup("Somebody has the books open: stop duka serve first") from error
    except sqlite3.DatabaseError:
        return  # spoilt books are what copies are for


def _orders(books: Path) -> str:
    """How many orders, in words; empty when there are none."""
    try:
        with closing(sqlite3.connect(f"{books.absolute().as_uri()}?mode=ro", uri=True)) as line:
            found: int = line.execute("SELECT count(*) FROM orders").fetchone()[0]
    except sqlite3.OperationalError as error:
        return "" if "no such table" in str(error) else f"what cannot be read ({error})"
    except sqlite3.DatabaseError as error:
        return f"what cannot be read ({error})"
    return f"{found} order{'' if found == 1 else 's'}" if found else ""
