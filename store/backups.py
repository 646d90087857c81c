"""Copies of the books, made beside an open shop and put back into a closed one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import backups_postgres, backups_sqlite
from store.database import file_of, is_sqlite_url
from store.errors import NoBackup

KINDS = {b"SQLite format 3\0": "SQLite", b"PGDMP": "PostgreSQL"}


def make(url: str, file: Path) -> None:
    """Copy the books into a new file that only we may read; raises NoBackup.

    The copy is of one moment, has been read back, and takes its name only when it is whole.
    """
    _free(file)
    with _beside(file) as part:
        if is_sqlite_url(url):
            backups_sqlite.copy(Path(file_of(url)), part)
        else:
            backups_postgres.dump(url, part)
        _free(file)
        _to_disk(part)
        part.rename(file)
        _to_disk(file.parent)


def put_back(url: str, file: Path, *, replace: bool, now: str) -> Path | None:
    """Make the books those of a copy, and name the file that keeps the ones before, if any.

    Raises NoBackup while somebody uses the books and, unless told to replace them, when they hold
    orders. `now` goes into the name of the file.
    """
    kind = "SQLite" if is_sqlite_url(url) else "PostgreSQL"
    if (found := kind_of(file)) != kind:
        raise NoBackup(
            f"{file} is a copy from {found}, and DATABASE_URL names {kind}: books do not move from "
            f"one to the other → put it back where DATABASE_URL names {found}"
        )
    if is_sqlite_url(url):
        return backups_sqlite.put_back(Path(file_of(url)), file, replace=replace, now=now)
    backups_postgres.require_unused(url, replace=replace)
    kept = None
    if backups_postgres.tables(url):
        kept = file.with_name(f"{file.name}.before-{now}")
        make(url, kept)
    backups_postgres.put_back(url, file)
    return kept


def kind_of(file: Path) -> str:
    """Which database a copy is of; raises NoBackup when it is of none."""
    with file.open("rb") as copy:
        start = copy.read(16)
    for mark, kind in KINDS.items():
        if start.startswith(mark):
            return kind
    raise NoBackup(f"{file} is no copy of any books: duka backup makes one")


def _free(file: Path) -> None:
    if file.exists():
        raise NoBackup(f"{file} is there already: name a new file")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file that only we may read, in the same folder; gone when it was not renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
