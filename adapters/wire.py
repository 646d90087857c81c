"""The wire to Ghala: one request out, one answer back, and no surprise in between."""

import hashlib
import re
import ssl
import threading
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from adapters import answers, deadline
from adapters.answers import Answer
from adapters.errors import TryLater, Unknown

LARGEST = 64 * 1024  # bytes of an answer; Ghala's are a few hundred

_CARRIED = re.compile(r"[!-~]{1,255}")  # what a header carries unharmed


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, of silence while reading, and for the whole exchange."""

    connect: float = 3.0
    read: float = 10.0
    total: float = 15.0


class Wire:
    """Requests to one host with one key, over a connection that each thread keeps."""

    def __init__(self, base_url: str, api_key: str, *, timeouts: Timeouts | None = None) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {
            "User-Agent": b"duka", "Accept-Encoding": b"identity",
            "Authorization": f"Bearer {api_key}".encode(),
        }  # fmt: skip
        self._timeouts = timeouts or Timeouts()
        self._kept = threading.local()

    def post(
        self, path: str, body: dict[str, Any], *, key: str, lenient: bool = False
    ) -> dict[str, Any]:
        """POST under an Idempotency-Key; raises TryLater, Refused (BadKey) or Unknown.

        An answer that accepts but cannot be read is Unknown or, if `lenient`, an empty one.
        """
        headers = {"Idempotency-Key": _carried(key)}
        return answers.accepted(self._exchange("POST", path, headers, body), lenient=lenient)

    def get(self, path: str) -> dict[str, Any] | None:
        """GET, None when there is no such thing; raises as `post` does."""
        answer = self._exchange("GET", path, {}, None)
        return None if answer.status == 404 else answers.accepted(answer)

    def _exchange(
        self, method: str, path: str, headers: dict[str, bytes], body: dict[str, Any] | None
    ) -> Answer:
        limits = self._timeouts
        try:
            with (
                deadline.within(limits.total),
                self._adapter().send(
                    self._asked(method, path, headers, body), stream=True,
                    timeout=(limits.connect, limits.read),
                ) as response,
            ):  # fmt: skip
                waiting = response.headers.get("Retry-After")
                return Answer(response.status_code, _body(response), waiting)
        except requests.RequestException as error:
            raise _failure(error) from error

    def _asked(
        self, method: str, path: str, headers: dict[str, bytes], body: dict[str, Any] | None
    ) -> requests.PreparedRequest:
        asked = requests.PreparedRequest()
        asked.prepare(method, self._base + path, self._headers | headers, json=body)
        return asked

    def _adapter(self) -> HTTPAdapter:
        """Give this thread its own, without a session: that would follow redirects, keep cookies,
        ask the environment for proxies, and cost a quarter of a request's time for it.
        """
        adapter: HTTPAdapter | None = getattr(self._kept, "adapter", None)
        if adapter is None:
            adapter = self._kept.adapter = _Adapter(max_retries=0)
        return adapter


def _body(response: requests.Response) -> bytes:
    """Read what came whole and within the limit; the status counts even if the rest is lost."""
    body = b""
    try:
        while part := response.raw.read(LARGEST + 1 - len(body), decode_content=False):
            body += part
            if len(body) > LARGEST:
                return b""
    except HTTPError:
        return b""
    return body


def _failure(error: requests.RequestException) -> TryLater | Unknown:
    """Tell a connection that never stood, so that nothing was asked, from every other failure."""
    reason = getattr(next(iter(error.args), None), "reason", None)
    cause = next(iter(reason.args), None) if isinstance(reason, HTTPError) else None
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return TryLater("Ghala cannot be reached")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TryLater("Ghala's certificate is not valid")
    return Unknown("Ghala gave no readable answer, and may have acted")


def _carried(key: str) -> bytes:
    """Write a key so that any header carries it; the same key is always written the same."""
    if _CARRIED.fullmatch(key):
        return key.encode()
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest().encode()


# What requests lacks: one deadline over the whole answer, see `deadline`.


class _Plain(HTTPConnection):
    response_class = deadline.Answer


class _Secure(HTTPSConnection):
    response_class = deadline.Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
