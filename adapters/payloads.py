"""The door for JSON: nothing comes in that could choke, confuse or fool what stands behind it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from adapters.errors import Unreadable

DEEPEST = 32
LONGEST = 4096  # characters of any text; WhatsApp's own longest, and sorting accents is quadratic

_LONGEST_NUMBER = 40  # digits; Python refuses to read thousands of them
_MEANINGLESS = Decimal("Infinity")  # a number beyond all use, which no check of a range lets pass
_STEPS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)

_REPLACED = [0, *range(0xD800, 0xE000)]  # NUL and lone surrogates: databases choke on them
_BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = [each for each in (*range(1, 0x20), *range(0x7F, 0xA0)) if chr(each) not in "\n\t"]
_CLEANING: dict[int, str | None] = {
    **dict.fromkeys(_REPLACED, "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(_CONTROLS + _BIDI),
}


def read(body: bytes) -> object:
    """Read JSON with its texts cleaned and its decimals exact; raises Unreadable, and nothing else.

    Refused are NaN and Infinity, a key that comes twice in one object, nesting beyond 32 and
    anything but UTF-8.
    """
    if _is_too_deep(body):
        raise Unreadable("nested too deeply")
    try:
        if _is_clean(body):
            return _CLEAN_JSON.decode(body.decode())
        return _cleaned(_JSON.decode(body.decode()))
    except ValueError as error:  # not JSON, not UTF-8
        raise Unreadable("not JSON") from error


def clean(text: str) -> str:
    """Take out what is not for reading, write accents one way, and cut what no message can hold."""
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text
    kept = text[:LONGEST].translate(_CLEANING)
    return unicodedata.normalize("NFC", kept)[:LONGEST]


def digest(value: object) -> str:
    """Give a name to a piece of JSON that is the same whenever it means the same: sha256 in hex."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _is_clean(body: bytes) -> bool:
    """Can no text in it need cleaning? JSON itself forbids what would stand before the blank."""
    return len(body) <= LONGEST and body.isascii() and b"\\" not in body and b"\x7f" not in body


def _is_too_deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for step in _STEPS.finditer(body):
        first = step[0][:1]
        depth += (first in b"[{") - (first in b"]}")
        if depth > DEEPEST:
            return True
    return False


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = clean(key)
        if name in found:
            raise Unreadable("a key comes twice")  # two readers could believe two things
        found[name] = _cleaned(value)
    return found


def _clean_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a key comes twice")
    return found


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return value  # an object was cleaned when it was read


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        return _MEANINGLESS


def _integer(written: str) -> int | Decimal:
    return int(written) if len(written) <= _LONGEST_NUMBER else _MEANINGLESS


def _refuse(written: str) -> NoReturn:
    raise Unreadable(f"{written} is not JSON")


_JSON, _CLEAN_JSON = (
    json.JSONDecoder(
        object_pairs_hook=hook,
        parse_float=_decimal,
        parse_int=_integer,
        parse_constant=_refuse,
    )
    for hook in (_object, _clean_object)
)
