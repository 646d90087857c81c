"""What an HTTP answer means: accepted, try later, refused or unknown."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters import payloads, retry_after
from adapters.errors import BadKey, Refused, TryLater, Unknown, Unreadable

#: The provider's own numbers, told under many a status: too fast (for all, for one), a bad token.
TOO_FAST = (4, 80007, 130429, 131056)
BAD_TOKEN = 190

#: Errors told by a word (Ghala v2), whatever their status: what each means to us.
WORDS: dict[str, type[Unknown] | type[Refused] | type[BadKey]] = {
    "idempotency_in_progress": Unknown,  # the first try is still being worked on
    "idempotency_key_reused": Refused,
    "outside_messaging_window": Refused,
    "whatsapp_rejected": Refused,  # Meta's last word, told under 502
    "not_authenticated": BadKey,
    "plan_feature_locked": BadKey,  # the operator must act; nothing else would pass either
}

#: Meta's numbers for "this account may not send": the operator must act.
LOCKED = (BAD_TOKEN, 368, 131031, 131042)

_PHONE = re.compile(r"[0-9]{6,}([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is empty when it did not come whole or was too large."""

    status: int
    body: bytes = b""
    retry_after: str | None = None


def accepted(answer: Answer, *, lenient: bool = False) -> dict[str, Any]:
    """Give what a 2xx holds, or raise TryLater, Refused, BadKey or Unknown.

    A 2xx that cannot be read is Unknown too or, if `lenient`, holds nothing.
    """
    if not 200 <= answer.status < 300:
        raise _failure(answer)
    found = _read(answer)
    if found is None and not lenient:
        raise Unknown(f"Ghala said {answer.status} and nothing readable, and may have acted")
    return found or {}


def _failure(answer: Answer) -> TryLater | Refused | Unknown:
    status, code, word = answer.status, _code(answer), _word(answer)
    after = retry_after.seconds(answer.retry_after, now=datetime.now(UTC))
    if meaning := WORDS.get(word):
        told = f"Ghala said {status} {word}"
        if meaning is Unknown:
            return Unknown(told, after=after)
        return (BadKey if meaning is BadKey else Refused)(told, status=status, code=code)
    if status == 429 or (status < 500 and code in TOO_FAST):
        return TryLater("Ghala asks us to slow down", after=after)
    if status >= 500 or status < 200:
        return Unknown(f"Ghala said {status}, and may have acted", after=after)
    kind = BadKey if status in (401, 403) or code in LOCKED else Refused
    return kind(f"Ghala said {status}: {_quoted(answer)}", status=status, code=code)


def _read(answer: Answer) -> dict[str, Any] | None:
    try:
        found = payloads.read(answer.body)
    except Unreadable:
        return None
    return found if isinstance(found, dict) else None


def _code(answer: Answer) -> int | None:
    """Find the provider's own number of an error, where Meta puts it."""
    error = (_read(answer) or {}).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _word(answer: Answer) -> str:
    """Find the word of an error, where Ghala v2 puts it."""
    word = (_read(answer) or {}).get("code")
    return word if isinstance(word, str) else ""


def _quoted(answer: Answer) -> str:
    """Quote an answer for the operator in one line, numbers of customers masked."""
    said = payloads.clean(answer.body.decode("utf-8", "replace"))
    return _PHONE.sub(r"***\1", " ".join(said.split()))[:200]
