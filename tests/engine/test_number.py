"""Whole numbers as customers write them, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import number

READ = {
    "0": 0, "1": 1, "2": 2, "20": 20, "0012": 12, "999999999": 999_999_999,
    " 2 ": 2, "\t2\n": 2, "2.": 2, "2!": 2, "2,": 2, "2 -": 2,
    "two": 2, "TWO": 2, "Two.": 2, "twenty": 20, "twenty five": 25, "twenty-five": 25,
    "Twenty  Five": 25, "ninety nine": 99, "zero": 0, "hundred": 100, "one hundred": 100,
    "a hundred": 100, "two hundred": 200, "one hundred and five": 105, "one hundred five": 105,
    "two hundred and thirty one": 231, "nine hundred and ninety nine": 999, "hundred and ten": 110,
    "a dozen": 12, "dozen": 12, "two dozen": 24, "2 dozen": 24, "a couple": 2, "a pair": 2,
    "mbili": 2, "moja": 1, "kumi": 10, "kumi na mbili": 12, "Kumi Na Tisa": 19, "ishirini": 20,
    "ishirini na tano": 25, "tisini na tisa": 99, "mia": 100, "mia mbili": 200, "mia moja": 100,
    "mia na mbili": 102, "mia mbili na tano": 205, "mia mbili na kumi na tano": 215,
    "mia tano": 500, "wawili": 2, "viwili": 2, "dazeni": 12, "sifuri": 0,
    "2 pcs": 2, "2pcs": 2, "2 pieces": 2, "2x": 2, "x2": 2, "2 x": 2, "2 kg": 2, "2kg": 2,
    "2 please": 2, "two please": 2, "mbili tafadhali": 2, "only 3": 3, "tano tu": 5,
}  # fmt: skip
REFUSED = [
    "", " ", "\n", "abc", "many", "none", "-3", "- 3", "−3", "+5", "2.5", "2,5", "0.5", "1/2",
    "½", "2 1/2", "two and a half", "half", "half a dozen", "3abc", "abc3", "3 apples", "1e3",
    "1_000", "1,000", "1.000", "1 000", "2 3", "2-3", "2 or 3", "2 na 3", "two three", "one one",
    "0x10", "#2", "٣", "²", "２", "Ⅳ", "௨", "👍", "2️⃣", "🤷 2", "NaN", "inf", "None", "true",
    "1000000000", "9" * 30, str(10**30), "9" * 5000, "two " * 5000, "na", "and", "kumi kumi",
    "twenty twelve", "twelve two", "twenty nineteen", "five twenty", "two two hundred",
    "2\x00", "2;", "2'", "{2}",
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), READ.items())
def test_a_number_is_read(written, value):
    assert number.whole(written) == value


@pytest.mark.parametrize("written", REFUSED, ids=lambda written: repr(written[:12]))
def test_what_is_no_whole_number_is_not_read_as_one(written):
    assert number.whole(written) is None


@given(st.integers(0, 999_999_999))
def test_every_number_in_digits_is_itself(value):
    assert number.whole(f" {value} ") == value


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_number_or_none(written):
    value = number.whole(written)

    assert value is None or (type(value) is int and value >= 0)


ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ENGLISH_ONES = "one two three four five six seven eight nine".split()
SWAHILI_TENS = "kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini".split()
SWAHILI_ONES = "moja mbili tatu nne tano sita saba nane tisa".split()


@pytest.mark.parametrize(("at", "ten"), list(enumerate(ENGLISH_TENS, start=2)))
@pytest.mark.parametrize(("one", "word"), list(enumerate(ENGLISH_ONES, start=1)))
def test_english_tens_and_ones_add_up(at, ten, one, word):
    assert number.whole(f"{ten} {word}") == 10 * at + one


@pytest.mark.parametrize(("at", "ten"), list(enumerate(SWAHILI_TENS, start=1)))
@pytest.mark.parametrize(("one", "word"), list(enumerate(SWAHILI_ONES, start=1)))
def test_swahili_tens_and_ones_add_up(at, ten, one, word):
    assert number.whole(f"{ten} na {word}") == 10 * at + one
