"""The other side may say how long to wait, in two ways; nobody makes us wait a day."""

from datetime import UTC, datetime

import pytest

from adapters.retry_after import seconds

NOW = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("2.5", 2.5),
        ("0", 1),
        ("0.2", 1),
        ("3600", 3600),
        ("86400", 3600),
        ("999999999", 3600),
        ("Fri, 16 Jan 2026 10:30:20 GMT", 20),
        ("Fri, 16 Jan 2026 13:30:20 +0300", 20),
        ("Fri, 16 Jan 2026 10:30:20 -0000", 20),
        ("Fri, 16 Jan 2026 10:29:00 GMT", 1),
        ("Sat, 17 Jan 2026 10:30:00 GMT", 3600),
    ],
)
def test_both_forms_are_held_between_a_second_and_an_hour(header, wait):
    assert seconds(header, now=NOW) == wait


@pytest.mark.parametrize(
    "header",
    [
        None, "", "soon", "-5", "+5", "1e9", "nan", "inf", "1_0", "0x10", "٧", "²", "9" * 5000,
        "Fri, 99 Jan 2026 10:30:20 GMT", "Fri, 16 Jan 99999 10:30:20 GMT", "Fri, 16 Jan 2026",
        "Mon, 01 Jan 0001 00:00:00 +2359", "Jan", "1 2 3 4 5", ",", "\x00",
    ],
)  # fmt: skip
def test_what_says_nothing_usable_is_nothing(header):
    assert seconds(header, now=NOW) in (None, 1)
