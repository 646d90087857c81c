"""The one way out of the sandbox: a POST to Duka, of which only the status matters."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

UNREACHABLE = 0


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = 10.0) -> int:
    """POST a body and tell the status, or `UNREACHABLE`; follow nothing, use no proxy."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path or "/", body, dict(headers))
        return connection.getresponse().status
    except (OSError, HTTPException):
        return UNREACHABLE
    finally:
        connection.close()
