"""What the doctor says of the machine: port, clock, Python, Redis and what draws pictures."""

import platform
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from engine import diagram
from engine.diagram import CannotDraw
from store import database
from web import line, server
from web.finding import Finding, fault, ok, warning
from web.settings import Settings
from web.shop import utc_now

YEAR = 2026  # nobody ran this earlier: an older clock was never set
SLACK = timedelta(minutes=5)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at what the shop will stand on."""
    yield _port(settings.port)
    yield _clock(settings, utc_now())
    if settings.redis_url:
        yield _redis(settings.redis_url)
    yield ok("Python", platform.python_version())
    yield _pictures()


def _port(port: int) -> Finding:
    if server.is_free("0.0.0.0", port):  # noqa: S104  # only tried, and let go at once
        return ok("PORT", f"{port} is free")
    return warning(
        "PORT", f"something listens on {port}", "fine if it is duka serve; else set another"
    )


def _clock(settings: Settings, now: datetime) -> Finding:
    written = _last_written(settings.database_url)
    if now.year < YEAR or (written and written > now + SLACK):
        return fault("clock", f"it says {now:%d %b %Y, %H:%M} UTC", "set it: timedatectl set-ntp 1")
    return ok("clock", f"{now:%d %b %Y, %H:%M} UTC")


def _last_written(url: str) -> datetime | None:
    """When the database file was written last, by the clock of that time."""
    path = Path(database.file_of(url)) if database.is_sqlite_url(url) else None
    if path is None or not path.is_file():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _redis(url: str) -> Finding:
    if not find_spec("redis"):
        return fault("REDIS_URL", "set, but the driver is missing", line.GET_DRIVER)
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as asked:
            asked.ping()
    except (redis.RedisError, ValueError, OSError):
        return fault(
            "REDIS_URL", "Redis does not answer there", "start it, or unset it: one process is fine"
        )
    return ok("REDIS_URL", "Redis answers")


def _pictures() -> Finding:
    try:
        diagram.rehearse()
    except CannotDraw as error:
        return warning("pictures", error.lacks, error.todo)
    return ok("pictures", "duka graph can draw SVG and PNG")
