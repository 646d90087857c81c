"""Phone numbers: however they are written, one customer is one number."""

import re
from functools import lru_cache

import phonenumbers

from adapters.errors import BadNumber

_LONGEST = 40  # with all its blanks and brackets
_WRITTEN = re.compile(r"(?:whatsapp:)? ?(\+?)([0-9(][0-9 ().-]*)", re.IGNORECASE | re.ASCII)
_ABROAD = re.compile("000?")  # what is dialled before a country's code; in Kenya three noughts


def e164(raw: object, *, country: str = "KE") -> str:
    """Write a number as +254700123456; raises BadNumber for anything nobody could have.

    A number without + is read as one of `country`, and if it cannot be, as an international one:
    WhatsApp sends those without the plus.
    """
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        raise BadNumber("a phone number is a text such as +254700123456")
    return _e164(raw, country.upper())


def mask(phone: str) -> str:
    """Show only the last three digits: ``***456``."""
    return f"***{phone[-3:]}" if len(phone) > 6 else "***"


@lru_cache(maxsize=4096)  # the same customers write again and again, and parsing is slow
def _e164(raw: str, country: str) -> str:
    for reading in _readings(raw.strip()):
        try:
            number = phonenumbers.parse(reading, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise BadNumber("not a phone number, or of a country that has no such numbers")


def _readings(raw: str) -> tuple[str, ...]:
    written = _WRITTEN.fullmatch(raw)
    if written is None:
        return ()
    digits = re.sub("[^0-9]", "", written[2])
    if written[1]:
        return (f"+{digits}",)
    if abroad := _ABROAD.match(digits):
        return (f"+{digits[abroad.end() :]}",)
    return digits, f"+{digits}"
