"""One request to a shop that is open, from outside, as `duka doctor --live` asks it."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult

Headers = dict[str, str]

PATIENCE = 10  # seconds
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; a status of 0 is no answer, and then `why` says why."""

    status: int
    date: datetime | None = None
    body: bytes = b""
    why: str = ""
    took: float = 0.0

    def json(self) -> dict[str, Any]:
        """The body as an object, an empty one when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def is_dukas(self) -> bool:
        """Does /health tell of the books, as nothing else that may stand there would?"""
        return "database" in self.json()

    @property
    def is_belief(self) -> bool:
        """Was a webhook taken for true: done, or by Duka itself called unreadable?"""
        return 200 <= self.status < 300 or (self.status == 400 and "success" in self.json())


def ask(
    parts: SplitResult, method: str, path: str, body: bytes = b"", headers: Headers | None = None
) -> Answer:
    """One request; every way to fail is an answer."""
    begun = time.monotonic()
    try:
        line = _line(parts)
        try:
            line.request(method, f"{parts.path.rstrip('/')}{path}", body or None, headers or {})
            given = line.getresponse()
            date, text = _date(given.headers.get("Date")), given.read(LARGEST)
            return Answer(given.status, date, text, took=time.monotonic() - begun)
        finally:
            line.close()
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, why=str(error) or type(error).__name__)


def _line(parts: SplitResult) -> HTTPConnection:
    if parts.scheme == "https":
        return HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
