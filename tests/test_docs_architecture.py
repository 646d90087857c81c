"""The walk through the rooms names functions that stand where it says."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
#: A link to a module with the function that it is about, right after or right before it.
_AFTER = re.compile(r"\]\(\.\./([\w/]+\.py)\)\s+`([a-z_]+)`")
_BEFORE = re.compile(r"`([a-z_]+)` \(\[[^]]*\]\(\.\./([\w/]+\.py)\)\)")
NAMED = _AFTER.findall(PAGE) + [(file, name) for name, file in _BEFORE.findall(PAGE)]


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_function_of_the_walk_stands_where_the_page_says(file, name):
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    defined = {each.name for each in ast.walk(tree) if isinstance(each, functions)}

    assert name in defined


def test_the_walk_names_functions_at_all():
    assert len(NAMED) >= 15
