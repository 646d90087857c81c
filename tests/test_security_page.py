"""SECURITY.md tells the truth: every row is there, and every test that it names."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| (S\d+) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE))
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))


@lru_cache
def names_in(file):
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda each: each)
def test_a_test_that_is_named_is_there(file, name):
    assert name.startswith("test_")
    assert name in names_in(file)


def test_every_row_stands_once_and_names_a_test_or_says_not_yet():
    assert list(ROWS) == [f"S{at}" for at in range(1, 44)]
    for row, shown in ROWS.items():
        assert shown == "not yet" or re.search(r"`[\w/]+\.py::\w+`", shown), row
