"""How long the other side asks us to wait: ``Retry-After``, in seconds or as a date."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LEAST, MOST = 1.0, 3600.0

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


def seconds(header: str | None, *, now: datetime) -> float | None:
    """Read the header, held between a second and an hour; None when it says nothing usable."""
    written = (header or "").strip()
    wait = float(written) if _SECONDS.fullmatch(written) else _until(written, now)
    return None if wait is None else min(max(wait, LEAST), MOST)


def _until(written: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # the standard library's reader of dates fails in all these ways
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()
