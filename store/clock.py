"""Time as the books keep it: aware UTC in the code, whole milliseconds in the tables."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def ms(now: datetime) -> int:
    """Milliseconds since 1970; exact, never by way of a float."""
    return (now - _EPOCH) // _MILLISECOND


def moment(at: int) -> datetime:
    """The moment that so many milliseconds mean."""
    seconds, rest = divmod(at, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def iso(at: int | None) -> str | None:
    """``2026-01-16T10:30:00.000Z``, for logs and JSON."""
    if at is None:
        return None
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ahead(zone: str, now: datetime) -> int:
    """How far the clocks of a place are ahead of UTC, in milliseconds."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return offset // _MILLISECOND
