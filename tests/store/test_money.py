"""Money is whole numbers from the first to the last, and one module turns it into words."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import money

STORE = Path(money.__file__).parent
READ = [
    ("3000", "KES", 300_000),
    ("3000.00", "KES", 300_000),
    ("3000.0", "KES", 300_000),
    ("3000.5", "KES", 300_050),
    ("3000.05", "KES", 300_005),
    ("0", "KES", 0),
    ("0.01", "KES", 1),
    ("0003000", "KES", 300_000),
    ("3000", "UGX", 3000),
    ("3000.00", "UGX", 3000),
    ("9999999999999.99", "KES", 999_999_999_999_999),
    ("10000000000000", "KES", 10**15),
]
REFUSED = [
    ("", "KES"), (" 3000", "KES"), ("3000 ", "KES"), ("3000\n", "KES"), ("-1", "KES"),
    ("+1", "KES"), ("1e3", "KES"), ("1E3", "KES"), ("NaN", "KES"), ("Infinity", "KES"),
    ("3,000", "KES"), ("3_000", "KES"), ("3000.", "KES"), (".5", "KES"), ("3000.005", "KES"),
    ("0x10", "KES"), ("٣٠٠٠", "KES"), ("３０００", "KES"), ("KES 3000", "KES"), ("3000.5", "UGX"),
    ("10000000000000.01", "KES"), (str(10**16), "KES"), (str(10**30), "KES"), ("true", "KES"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "currency", "cents"), READ)
def test_an_amount_is_read_exactly(written, currency, cents):
    assert money.parse(written, currency) == cents


@pytest.mark.parametrize(("written", "currency"), REFUSED)
def test_what_is_no_exact_amount_is_refused(written, currency):
    assert money.parse(written, currency) is None


@pytest.mark.parametrize(
    ("cents", "currency", "grouped", "said"),
    [
        (300_000, "KES", False, "KES 3000"),
        (300_000, "KES", True, "KES 3,000"),
        (300_050, "KES", False, "KES 3000.50"),
        (300_005, "KES", False, "KES 3000.05"),
        (123_456_700, "KES", True, "KES 1,234,567"),
        (3000, "UGX", False, "UGX 3000"),
        (0, "KES", False, "KES 0"),
    ],
)
def test_an_amount_is_said(cents, currency, grouped, said):
    assert money.text(cents, currency, grouped=grouped) == said


@given(units=st.integers(0, 10**13), currency=st.sampled_from(["KES", "UGX", "XXX"]))
def test_units_become_minor_units_and_back(units, currency):
    assert money.units(money.minor(units, currency), currency) == units


@given(units=st.integers(0, 10**13))
def test_what_is_said_is_read_as_the_same(units):
    said = money.text(money.minor(units, "KES"), "KES").removeprefix("KES ")

    assert money.parse(said, "KES") == money.minor(units, "KES")


def test_an_amount_that_is_not_whole_cannot_be_kept():
    with pytest.raises(ValueError, match="not whole units"):
        money.units(300_050, "KES")


@pytest.mark.parametrize("path", sorted(STORE.rglob("*.py")), ids=lambda path: path.name)
def test_no_float_is_written_in(path):
    """Neither a column, nor a literal, nor a call."""
    tree = ast.parse(path.read_text())

    found = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in ("float", "FloatField", "DoubleField"))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path(node))
    ]

    assert found == []


def _is_path(node):
    """`folder / "name"` divides no number."""
    return isinstance(node.right, ast.Constant) and isinstance(node.right.value, str)
