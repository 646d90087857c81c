"""The rows of SECURITY.md and, for each, how its guard is taken away and who must then object.

A row's file has a `[[guard]]` for each thing that is taken away: `gone` says what, `tests` are the
tests that must fail without it, and each `[[guard.edit]]` is a place that is altered, as in a
seeded bug. A test may be named with the one of its cases that is quickest; where pytest finds no
case by its name, `pick` chooses it, as its `-k` does.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent

#: Tests whose guard is not ours to take away, and whose it is.
NOT_OURS = {
    "contract/test_contract_sockets.py::"
    "test_two_hundred_who_never_finish_their_head_keep_nobody_waiting":
        "granian reads heads, and gives them no thread before they end",
    "contract/test_contract_sockets.py::test_a_length_that_can_be_read_in_two_ways_is_refused":
        "granian refuses such lengths before we hear of them",
}  # fmt: skip

_ROW = re.compile(r"^\| (S\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py::\w+)`")


def shown():
    """The tests that SECURITY.md names, by row."""
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    return {row: _TEST.findall(tests) for row, tests in _ROW.findall(page)}


def guards(row):
    """What is taken away for a row; nothing for one that has no file."""
    file = FOLDER / f"S{int(row[1:]):02}.toml"
    return tomllib.loads(file.read_text("utf-8"))["guard"] if file.exists() else []


def bare(test):
    """The test that a case belongs to."""
    return test.partition("[")[0]


def file(test):
    """The file that a test stands in."""
    return test.partition("::")[0]
