"""Money: whole minor units inside, whole currency units at every edge, never a float.

The columns, the JSON, Ghala and ``flows.yaml`` speak of whole units (3000 is KES 3000); the code
between them computes in minor units (300000), so that a currency with cents needs no other code.
"""

import re
from decimal import Decimal, InvalidOperation

#: Digits after the point (ISO 4217); others have two.
EXPONENTS = {"KES": 2, "TZS": 2, "USD": 2, "EUR": 2, "ETB": 2, "UGX": 0, "RWF": 0, "BIF": 0}
LARGEST = 10**15  # minor units; more than any shop sells, and it fits a BIGINT

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)


def minor(units: int, currency: str) -> int:
    """Whole units to minor units: 3000 KES is 300000."""
    return units * _scale(currency)


def units(cents: int, currency: str) -> int:
    """Minor units to whole units; an amount that is not whole raises ValueError."""
    whole, rest = divmod(cents, _scale(currency))
    if rest:
        raise ValueError(f"{cents} minor units of {currency} are not whole units")
    return whole


def _scale(currency: str) -> int:
    """How many minor units one unit has."""
    return int(10 ** EXPONENTS.get(currency, 2))


def text(cents: int, currency: str, *, grouped: bool = False) -> str:
    """``KES 3000`` for a chat, ``KES 3,000`` grouped; cents only when not zero."""
    whole, rest = divmod(cents, _scale(currency))
    shown = f"{whole:,}" if grouped else str(whole)
    return f"{currency} {shown}.{rest:02d}" if rest else f"{currency} {shown}"


def parse(written: str, currency: str) -> int | None:
    """Minor units of an amount as providers write it ("3000", "3000.00"), else None."""
    if not _DECIMAL.fullmatch(written):
        return None
    try:
        cents = Decimal(written) * _scale(currency)
    except InvalidOperation:
        return None
    return int(cents) if cents == int(cents) and cents <= LARGEST else None
