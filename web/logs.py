"""Log lines: level, UTC with milliseconds, one line an event whatever a customer typed."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache

from adapters.phones import mask

LOG = logging.getLogger("duka")

#: A phone number, also where a stranger wrote it: in an address asked for, in a driver's complaint.
#: Our order ids hold as many digits, but behind a dash.
_PHONE = re.compile(r"\+[0-9]{8,15}|(?<![\w.-])(?:0[0-9]{9}|2[0-9]{11})(?!\w)", re.ASCII)


def begin(style: str = "text") -> None:
    """Send what is logged to standard error, as text or as one JSON object a line.

    What no line of ours shows is not asked for: see "Optimization" in Python's logging HOWTO.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # who logged, by walking up the stack
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def masked(text: str) -> str:
    """Leave the last three digits of each phone number."""
    return _PHONE.sub(lambda found: mask(found[0]), text)


def inert(text: str) -> str:
    """Escape whatever could start a new line, colour a terminal or turn text around."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(each: str) -> str:
    return each.encode("unicode_escape").decode("ascii")


def _time(record: logging.LogRecord) -> str:
    return f"{_second(int(record.created))}.{int(record.msecs):03d}Z"


@lru_cache(maxsize=2)  # a busy shop writes a thousand lines within it
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


_LEVELS = {"WARNING": "WARN", "CRITICAL": "ERROR"}


def _level(record: logging.LogRecord) -> str:
    return _LEVELS.get(record.levelname, record.levelname)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"[{_level(record)}] {_time(record)} {inert(record.getMessage())}"
        if record.exc_info:
            line += " " + inert(self.formatException(record.exc_info))
        return masked(line)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": _level(record), "time": _time(record), "message": record.getMessage()}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, ensure_ascii=True))
