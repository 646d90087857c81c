"""A shop is paid in a currency that there is."""

import pytest

from engine import currencies
from store import money


@pytest.mark.parametrize(
    ("written", "meant"), [("KSH", "KES"), ("kes", "KES"), ("Ksh.", "KES"), ("Tsh", "TZS")]
)
def test_what_price_tags_say_is_understood(written, meant):
    assert currencies.meant(written) == f'did you mean "{meant}"?'


def test_what_is_none_at_all_is_told_what_to_write():
    assert "such as KES" in currencies.meant("shells")


def test_every_currency_that_the_books_count_is_known():
    assert money.EXPONENTS.keys() <= currencies.CODES
