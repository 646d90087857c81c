"""What the doctor says of the conversation and of the database that keeps the books."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine import checks, errors
from flows.words import vocabulary
from store import database, figures, migrate
from store.errors import BooksClosed
from web import access, beside, closed, doctor_settings, vanishing
from web.finding import Finding, fault, key_refused, note, ok, the_example, warning
from web.settings import Settings

EXAMPLE = "Micro-Sales Assistant"  # the shop of the shipped flow
ROOM = 500 * 1024 * 1024  # bytes that must be free
SAFE_FOR_MANY = (3, 51, 3)  # before it a checkpoint could collide with another process's commit
NETWORK = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "lustre", "glusterfs",
    "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
)  # fmt: skip
MOUNTS = Path("/proc/mounts")


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the flow file and the database."""
    yield _flow(settings.flow_file, rehearsed=doctor_settings.is_rehearsal(settings))
    url = settings.database_url
    if lost := vanishing.told(url, os.environ):
        what, _, todo = lost.removeprefix("DATABASE_URL: ").partition(" → ")
        yield fault("disk", what, todo)
    if database.is_sqlite_url(url):
        yield from _sqlite(Path(database.file_of(url)).absolute(), settings)
    else:
        yield from _postgres(settings)


def _flow(file: str, *, rehearsed: bool) -> Finding:
    try:
        known = beside.read(Path(file))
    except OSError as error:
        return fault(
            "flow", f"{file} cannot be read ({access.why(error)})", "set FLOW_FILE to yours"
        )
    flow, problems = checks.examine(known, vocabulary(), file=file)
    found, see = errors.faults(problems), f"see each with: duka check {file}"
    if flow is None or found:
        return fault("flow", f"{file} has {_many(len(found), 'fault')}", see)
    if problems:
        return warning("flow", f"{file} has {_many(len(problems), 'warning')}", see)
    if flow.shop.name == EXAMPLE and not rehearsed:
        return the_example(file)
    held = f"{_many(len(flow.states), 'state')}, {_many(len(flow.catalog), 'product')}"
    return ok("flow", f"{file}: {held}, no fault")


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


# --- SQLite -------------------------------------------------------------------------------------


def _sqlite(path: Path, settings: Settings) -> Iterator[Finding]:
    folder = next(each for each in path.parents if each.exists())
    if not os.access(folder, os.W_OK | os.X_OK) or not folder.is_dir():
        yield fault("database", f"{folder} cannot be written", "give this user the right to write")
    else:
        yield from _file(path, settings)
    yield _room(folder)
    yield from _mount(folder, MOUNTS)
    yield _library(sqlite3.sqlite_version_info)


def _file(path: Path, settings: Settings) -> Iterator[Finding]:
    if not path.exists():
        yield note("database", f"{path.name} is not there yet: duka serve makes it")
    elif not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        yield fault("database", f"{path} cannot be written", "give this user the right to write")
    elif error := _unreadable(path):
        yield fault("database", f"{path} cannot be opened: {error}", "restore it from a backup")
    else:
        yield from _answering(settings.database_url, settings)


def _unreadable(path: Path) -> sqlite3.Error | None:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as line:
            line.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return error
    return None


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free // (1024 * 1024):,} MB free"
    if free < ROOM:
        return fault("disk", told, "free at least 500 MB: a full disk closes the shop")
    return ok("disk", told)


def _mount(folder: Path, mounts: Path) -> Iterator[Finding]:
    kind = _kind_of(folder, mounts)
    if kind in NETWORK:
        yield fault(
            "disk", f"{folder} is on a network file system ({kind}), where SQLite loses data",
            "keep DATABASE_URL on a local disk, or use PostgreSQL",
        )  # fmt: skip


def _kind_of(folder: Path, mounts: Path) -> str:
    """The file system a folder is on, empty where nobody can tell."""
    try:
        lines = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    places = {Path(each[1].replace("\\040", " ")): each[2] for each in lines if len(each) > 2}
    above = (folder.resolve(), *folder.resolve().parents)
    return next((places[each] for each in above if each in places), "")


def _library(version: tuple[int, ...]) -> Finding:
    told = ".".join(map(str, version))
    if version < SAFE_FOR_MANY:
        return note("SQLite", f"{told}: one process only may write, which duka serve keeps to")
    return ok("SQLite", told)


# --- PostgreSQL ---------------------------------------------------------------------------------


def _postgres(settings: Settings) -> Iterator[Finding]:
    url = settings.database_url
    if url.partition("://")[0] not in ("postgres", "postgresql"):
        yield fault("database", "DATABASE_URL names none that is known", "sqlite:/// or postgresql")
    elif not database.has_driver():
        yield fault("database", "the PostgreSQL driver is missing", database.GET_DRIVER)
    else:
        yield from _answering(f"{url}{'&' if '?' in url else '?'}connect_timeout=5", settings)


# --- either -------------------------------------------------------------------------------------


def _answering(url: str, settings: Settings) -> Iterator[Finding]:
    """Does the database answer, has it all its tables, and what do the books say of the key?"""
    try:
        database.connect(url)
        with database.transaction():
            missing = migrate.missing()
            refused = 0 if missing else figures.key_refused()[0]
    except BooksClosed as error:
        yield fault("database", *closed.parted(error))
    else:
        yield _tables(len(missing))
        if refused:
            yield key_refused(settings.name_of_key, refused)
    finally:
        database.close()


def _tables(missing: int) -> Finding:
    if not missing:
        return ok("database", "it answers, and its tables are up to date")
    changes = _many(missing, "change")
    return warning("database", f"{changes} not applied yet", "duka db upgrade, or start duka serve")
