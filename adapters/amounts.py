"""Amounts as others write them, turned into one text: exact, or plainly ``invalid``."""

import re
from decimal import Decimal

INVALID = "invalid"

_WRITTEN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_LARGEST_POWER = 20  # beyond it, writing the digits out is all it would be good for


def written(value: object) -> str | None:
    """Write an amount as digits, "3000" or "3000.5"; None when none was sent.

    True is not 1 here, and NaN, a negative or an endless number is ``invalid``.
    """
    if value is None:
        return None
    digits = _digits(value)
    return digits if _WRITTEN.fullmatch(digits) else INVALID


def _digits(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return INVALID
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _LARGEST_POWER:
        return INVALID
    return format(exact, "f")
