"""However a number is written, it is one customer; what is none is refused in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.errors import BadNumber
from adapters.phones import e164, mask


@pytest.mark.parametrize(
    "written",
    [
        "+254700123456",
        "254700123456",
        "0700123456",
        "700123456",
        "00254700123456",
        "000254700123456",
        "whatsapp:+254700123456",
        "WhatsApp:254700123456",
        "+254 700 123 456",
        "+254 (0)700 123-456",
        "0700-123-456",
        "(0700) 123456",
        "0700.123.456",
        " 0700123456\n",
    ],
)
def test_one_customer_is_one_number(written):
    assert e164(written) == "+254700123456"


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("0712345678", "TZ", "+255712345678"),
        ("0712345678", "tz", "+255712345678"),
        ("0772345678", "UG", "+256772345678"),
        ("255712345678", "KE", "+255712345678"),
        ("12025550123", "KE", "+12025550123"),
        ("254700123456", "TZ", "+254700123456"),
        ("254700123456", "XX", "+254700123456"),
    ],
)
def test_a_number_without_plus_is_of_the_country_or_else_international(written, country, number):
    assert e164(written, country=country) == number


@pytest.mark.parametrize("last", [0, 1, 99, 123456, 999_999])
def test_numbers_for_rehearsals_are_numbers(last):
    number = f"+254700{last:06d}"

    assert e164(number) == number


@pytest.mark.parametrize(
    "junk",
    [
        None,
        254700123456,
        True,
        b"+254700123456",
        ["+254700123456"],
        {},
        "",
        " ",
        "+",
        "whatsapp:",
        "0",
        "112",
        "+254",
        "+25470012345",
        "+2547001234567",
        "0700123456x12",
        "0700FLOWER",
        "+254700123456,+254700123457",
        "+254700123456;ext=1",
        "tel:+254700123456",
        "++254700123456",
        "+0700123456",
        "-254700123456",
        "٠٧٠٠١٢٣٤٥٦",
        "０７００１２３４５６",
        "+²54700123456",
        "0700\x00123456",
        "0700\n123456",
        "\ud800",
        "0" * 1_000_000,
        "7" * 1_000_000,
    ],
)
def test_what_is_no_number_is_refused(junk):
    with pytest.raises(BadNumber):
        e164(junk)


def test_a_number_without_plus_of_a_country_that_is_none_is_refused():
    with pytest.raises(BadNumber):
        e164("0700123456", country="XX")


@given(some.text() | some.from_regex(r"[+0-9() .-]{1,20}", fullmatch=True))
def test_a_number_is_its_own_best_writing_and_nothing_else_is_raised(written):
    try:
        number = e164(written)
    except BadNumber:
        return

    assert e164(number) == number


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+254700123456", "***456"), ("0700123456", "***456"), ("", "***"), ("456", "***")],
)
def test_only_three_digits_of_a_number_are_shown(phone, shown):
    assert mask(phone) == shown
