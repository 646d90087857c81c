"""Nothing comes through the door that could choke what stands behind it."""

import json
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.errors import Unreadable
from adapters.payloads import DEEPEST, LONGEST, clean, digest, read


def nested(depth, opening="[", closing="]"):
    return (opening * depth + closing * depth).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\x00",
        b"nothing",
        b"{",
        b'{"a":1',
        b'{"a":1}}',
        b'{"a":1} {"b":2}',
        b"{'a':1}",
        b'{"a":1,}',
        b"<html></html>",
        b"messages=1&x=2",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32"),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
        b'"a raw \x00 inside"',
        b"NaN",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":1,"a\\u0001":2}',
        b"01",
        b"+1",
        b"0x10",
        nested(DEEPEST + 1),
        nested(DEEPEST + 1, '{"a":', "}"),
        nested(60_000),
        nested(60_000, '{"a":', "}"),
        b"[" * 60_000,
        b'{"a":' * 60_000,
        b'"' + b'\\"' * 200_000,
        b"[" * 40 + b'"' + b'\\"' * 200_000,
    ],
)
def test_what_cannot_be_read_is_refused_in_one_way(body):
    with pytest.raises(Unreadable):
        read(body)


@given(some.binary())
def test_no_bytes_raise_anything_else(body):
    with suppress(Unreadable):
        read(body)


@pytest.mark.parametrize(
    "body", [nested(DEEPEST), b"[" + b"[]," * 5000 + b"[]]", b'"' + b"[" * 5000 + b'"']
)
def test_brackets_count_only_as_they_nest(body):
    read(body)


JSON = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**63)
    | some.text("ab\n é☕", max_size=9),
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text("abc"), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON, some.booleans())
def test_what_is_clean_comes_through_as_it_was(value, ascii_only):
    assert read(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (r"a\u0000b", "a\N{REPLACEMENT CHARACTER}b"),
        (r"a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        (r"a\udc00\ud800b", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"),
        (r"\ud83d\ude00", "😀"),
        (r"two\nlines\tand a tab", "two\nlines\tand a tab"),
        (r"\r\n", "\n"),
        ("raw\x7f", "raw"),
        (r"\u001b[31mred\u009b\u007f", "[31mred"),
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x "),
        ("e\u0301", "é"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_texts_are_cleaned_wherever_they_stand(sent, kept):
    found = read(f'{{"t": "{sent}", "l": [["{sent}"]], "o": {{"{sent}": 1}}}}'.encode())

    assert found == {"t": kept, "l": [[kept]], "o": {kept: 1}}
    assert read(f'"{sent}"'.encode()) == kept


@given(some.text(max_size=200))
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)

    assert clean(once) == once
    assert "\x00" not in once
    once.encode()


def test_no_text_is_longer_than_a_message_can_be():
    assert read(json.dumps("x" * (LONGEST + 1)).encode()) == "x" * LONGEST
    assert len(clean("\ufb2c" * LONGEST)) == LONGEST


def test_a_text_of_accents_alone_does_not_hold_up_the_shop():
    """Sorting accents takes the square of their number."""
    body = json.dumps("a" + "\u0301\u0316" * 200_000).encode()

    started = time.thread_time()
    read(body)

    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("3000", 3000),
        ("3000.50", Decimal("3000.50")),
        ("0.1", Decimal("0.1")),
        ("1e3", Decimal(1000)),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_numbers_are_exact(written, exact):
    assert read(written.encode()) == exact


@pytest.mark.parametrize(
    "endless", ["9" * 5000, "-" + "9" * 5000, "1e" + "9" * 30, "1e-" + "9" * 30]
)
def test_a_number_beyond_all_use_is_none_that_passes_a_check(endless):
    assert read(endless.encode()) == Decimal("Infinity")


def test_a_digest_is_the_same_whenever_the_json_means_the_same():
    one, other = read(b'{"a": 1, "b": [1.50, "x"]}'), read(b'{"b":[1.50,"x"],"a":1}')

    assert digest(one) == digest(other)
    assert digest(one) != digest(read(b'{"a": 1, "b": ["x", 1.50]}'))
    assert len(digest("\ud800")) == 64


@settings(max_examples=30)
@given(some.integers(0, 40), some.sampled_from(["[", '{"a":']))
def test_depth_is_counted_exactly(depth, opening):
    """Texts full of brackets lie about the depth; the limit does not believe them."""
    closing = "]" if opening == "[" else "}"
    body = (opening * depth + json.dumps('[[[[{{{{]]"\\' * 20) + closing * depth).encode()

    if depth <= DEEPEST:
        read(body)
    else:
        with pytest.raises(Unreadable):
            read(body)
