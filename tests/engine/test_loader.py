"""YAML without surprises: text stays text, and what could surprise is refused with its place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FlowError
from engine.loader import LARGEST, load

SOON = 2.0  # seconds: no file may take longer, however it is made


def refused(text):
    """The one fault for which a text is refused, as ``line:column code``."""
    begin = time.thread_time()
    with pytest.raises(FlowError) as caught:
        load(text)
    assert time.thread_time() - begin < SOON
    (problem,) = caught.value.problems
    return f"{problem.line}:{problem.column} {problem.code}"


# --- text stays text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["on", "off", "yes", "no", "Yes", "NO", "true", "false", "y", "n", "0012", "0x1F", "0b11",
     "1_0", "12:30", "12:30:45", "1e3", "1.50", ".5", "+254700000001", "-1", "2026-12-31",
     "2026-01-16 10:30:00", "1..20", ".inf", ".nan", "=", "10%", "M-Pesa", "☕", "ndiyo"],
)  # fmt: skip
def test_a_text_stays_the_text_that_was_written(written):
    assert load(f"key: {written}\n{written}: value\nlist: [{written}]\n").data == {
        "key": written,
        written: "value",
        "list": [written],
    }


@pytest.mark.parametrize(("written", "value"), [("", None), ("~", None), ("null", None)])
def test_an_empty_value_is_nothing(written, value):
    assert load(f"key: {written}\n").data == {"key": value}


@pytest.mark.parametrize("quoted", ["''", '""', "'null'", '"~"'])
def test_a_quoted_value_is_a_text_even_when_it_is_empty(quoted):
    assert load(f"key: {quoted}\n").data == {"key": quoted[1:-1]}


@pytest.mark.parametrize(
    ("written", "text"),
    [("|-\n  a\n  b", "a\nb"), ("|\n  a\n\n  b", "a\n\nb\n"), (">-\n  a\n  b", "a b"),
     ('"a\\nb"', "a\nb"), ("'it''s'", "it's"), ("a # why", "a"), ('"a # b"', "a # b")],
)  # fmt: skip
def test_the_ways_to_write_a_text_are_those_of_yaml(written, text):
    assert load(f"key: {written}\n").data == {"key": text}


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "S", "P"]), max_size=30))
def test_any_text_in_quotes_is_itself(text):
    quoted = text.replace("'", "''")

    assert load(f"key: '{quoted}'\n").data == {"key": text}


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", "---\na: 1\nb: 2\n"])
def test_line_ends_a_byte_order_mark_and_one_opening_line_do_not_matter(text):
    assert load(text.encode()).data == {"a": "1", "b": "2"}


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n"])
def test_an_empty_file_is_nothing(text):
    assert load(text).data is None


# --- places -------------------------------------------------------------------------------------

PLACED = """\
flow: shop
states:
  greeting:
    say: {en: Hello, sw: "Habari"}
    when:
      - hear: hi
        go: there
"""


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        ((), False, (1, 1)),
        (("flow",), True, (1, 1)),
        (("flow",), False, (1, 7)),
        (("states", "greeting"), True, (3, 3)),
        (("states", "greeting", "say", "sw"), False, (4, 26)),
        (("states", "greeting", "say", "sw"), True, (4, 22)),
        (("states", "greeting", "when", 0), False, (6, 9)),
        (("states", "greeting", "when", 0, "go"), False, (7, 13)),
        (("states", "greeting", "when", 7, "go"), False, (6, 7)),
        (("states", "nowhere"), False, (3, 3)),
    ],
)
def test_everything_knows_where_it_is_written(path, key, place):
    assert load(PLACED).place(path, key=key) == place


def test_a_column_is_counted_in_characters():
    assert load("☕☕: x\n").place(("☕☕",)) == (1, 5)


# --- what is refused ----------------------------------------------------------------------------

REFUSED = {
    "an anchor": ("a: &x 1\n", "1:4 E105"),
    "an alias": ("a: 1\nb: *x\n", "2:4 E105"),
    "an anchor before a mapping": ("a: &x\n  b: 1\n", "1:4 E105"),
    "an anchored key": ("&x a: 1\n", "1:1 E105"),
    "a merge key": ("a:\n  <<: {b: 1}\n", "2:3 E105"),
    "a tag": ("a: !!int 12\n", "1:4 E107"),
    "a tag of python": ("a: !!python/object/apply:os.system [x]\n", "1:4 E107"),
    "a tag of one's own": ("a:\n  b: !secret x\n", "2:6 E107"),
    "a tab": ("a:\n\tb: 1\n", "2:1 E103"),
    "a tab after spaces": ("a:\n  b:\n  \tc: 1\n", "3:3 E103"),
    "a second document": ("a: 1\n---\nb: 2\n", "2:1 E104"),
    "a list as key": ("[a, b]: 1\n", "1:1 E104"),
    "a mapping as key": ("{a: b}: 1\n", "1:1 E104"),
    "a colon in a text": ("a: b: c\n", "1:5 E104"),
    "quotes that never end": ('a: 1\nb: "c\n', "2:4 E104"),
    "a bracket that is not closed": ("a: [1, 2\nb: 3\n", "1:4 E104"),
    "a NUL": ("a: 1\nb: x\0y\n", "2:5 E109"),
    "an escape character": ("a: \x1b[31m\n", "1:4 E109"),
    "half a pair of surrogates": (b"a: \xed\xa0\x80\n", "1:1 E102"),
    "bad UTF-8": (b"a: 1\nb: 2\nc: \xff\xfe\n", "3:1 E102"),
    "Latin-1": ("a: café\n".encode("latin-1"), "1:1 E102"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "1:1 E102"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_at_its_place(what):
    text, fault = REFUSED[what]

    assert refused(text) == fault


BOMBS = {
    "brackets": "[" * 5000,
    "braces": "{a: " * 5000,
    "dashes": "- " * 5000 + "x",
    "steps": "".join(" " * n + f"k{n}:\n" for n in range(300)),
    "quotes": '"' * 100_001,
    "nodes": "a: [" + "x," * 60_000 + "x]",
    "keys": "".join(f"k{n}: x\n" for n in range(27_000)),
    "bytes": "a: " + "x" * LARGEST,
    "questions": "? " * 50_000,
    "comments and a tab": "# x\n" * 50_000 + "\ta: 1\n",
    "laughs": "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(9)),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_file_made_to_exhaust_is_refused_in_a_moment(what):
    """No stack overflows and no memory fills; it is told like any other fault."""
    assert refused(BOMBS[what]).split(" ")[1] in {"E101", "E103", "E104", "E105", "E106"}


def test_the_largest_file_that_is_read_is_read():
    text = "a: " + "x" * (LARGEST - 4) + "\n"

    assert len(load(text).data["a"]) == LARGEST - 4


def faults_of(text):
    """Whatever is found wrong, whether the rest could be read or not."""
    try:
        return load(text).problems
    except FlowError as error:
        return error.problems


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_is_in_a_file_it_is_read_or_refused_at_some_place(text):
    assert all(problem.line >= 1 and problem.column >= 1 for problem in faults_of(text))


# --- what stands twice --------------------------------------------------------------------------


def test_a_key_that_stands_twice_is_told_with_both_places_and_the_first_counts():
    document = load("a: 1\nb: 2\na: 3\n")

    (problem,) = document.problems
    assert (problem.line, problem.column, problem.code) == (3, 1, "E108")
    assert "line 1" in problem.message
    assert document.data == {"a": "1", "b": "2"}


def test_every_key_that_stands_twice_is_told():
    document = load("a: {x: 1, x: 2}\nb:\n  - {y: 1, y: 2, y: 3}\na: 1\n")

    assert [(p.line, p.column) for p in document.problems] == [(1, 11), (3, 12), (3, 18), (4, 1)]


def test_the_same_key_in_two_places_does_not_stand_twice():
    assert load("a: {x: 1}\nb: {x: 1}\n").problems == []
