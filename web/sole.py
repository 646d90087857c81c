"""One shop a SQLite file: the second that would open it is told so, and opens nothing."""

from pathlib import Path
from typing import IO

from store.database import file_of, is_sqlite_url


class AlreadyOpen(Exception):
    """Another process has these books open."""


def hold(database_url: str) -> IO[str] | None:
    """Hold the file's lock until what is given back is closed or dies; raises AlreadyOpen.

    The lock is the system's and ends with its process, however that ends. PostgreSQL needs none.
    """
    path = file_of(database_url)
    if not is_sqlite_url(database_url) or not path or ":memory:" in path:
        return None
    try:
        import fcntl
    except ImportError:
        return None  # Windows: whoever starts two is not told
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Path(f"{path}.lock").open("a+")  # noqa: SIM115  held until it is closed, not read
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyOpen(
            f"DATABASE_URL: another duka serve has {path} open, and on SQLite one process writes: "
            "stop that one, or use PostgreSQL"
        ) from None
    return lock
