"""Does each test of SECURITY.md see? `python -m tests.guards S1 S7`, or all: the guard is removed.

From a copy of what was last committed one guard after the other is taken away, and the tests that
its row names are run: caught, if each of them fails. They must pass while all guards are there.
The exit code is the number of rows that are not caught.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest

from tests.crash.seeded import PYTEST, copy, seed
from tests.guards import rows

CAUGHT, MISSED, UNFIT, FAILS_ANYWAY = "caught", "NOT caught", "does not fit", "fails anyway"
ALL = tuple(arg for arg in PYTEST if arg != "-x")  # each of them must fail, not the first alone


@click.command()
@click.argument("names", nargs=-1)
def main(names):
    """Take the guards of some rows away, or of all, and tell who noticed."""
    names = names or [row for row in rows.shown() if rows.guards(row)]
    with tempfile.TemporaryDirectory(prefix="duka-guard-") as place:
        folder = Path(place)
        copy(folder)
        already = at_rest(folder, [guard for row in names for guard in rows.guards(row)])
        words = [told(folder, row, already) for row in names]
    sys.exit(sum(word != CAUGHT for word in words))


def at_rest(folder, guards):
    """Which tests fail with every guard in its place; what they say without it proves nothing."""
    plain = [test for guard in guards if "pick" not in guard for test in guard["tests"]]
    picked = [guard for guard in guards if "pick" in guard]
    return failed(folder, {"tests": list(dict.fromkeys(plain))}).union(
        *(failed(folder, guard) for guard in picked)
    )


def told(folder, row, already):
    """Say of each guard of a row what became of it; the worst of that is the row's."""
    found = [CAUGHT] if rows.guards(row) else [UNFIT]
    for guard in rows.guards(row):
        word, silent = without(folder, guard, already)
        click.echo(f"{row:<4} {word:<13} {guard['gone']}")
        for test in silent:
            click.echo(f"     {'':<13} {test}")
        found.append(word)
    return next((word for word in found if word != CAUGHT), CAUGHT)


def without(folder, guard, already):
    """Take one guard away, hear its tests, and put it back: the verdict, and who was silent."""
    whole = {edit["file"]: (folder / edit["file"]).read_text("utf-8") for edit in guard["edit"]}
    try:
        seed(folder, guard)
        objected = failed(folder, guard)
    except ValueError as error:
        return UNFIT, [str(error)]
    finally:
        for name, text in whole.items():
            (folder / name).write_text(text, "utf-8")
    if both := [test for test in guard["tests"] if test in already]:
        return FAILS_ANYWAY, both
    silent = [test for test in guard["tests"] if test not in objected]
    return (MISSED, silent) if silent else (CAUGHT, [])


def failed(folder, guard):
    """Which tests of a guard fail; one that cannot even begin has seen nothing.

    A browser says at the end of a test what it was made to run, so an error there is a failure.
    Raises ValueError when one of them is not there to be run.
    """
    tests = [f"tests/{test}" for test in guard["tests"]]
    if not tests:
        return set()
    if pick := guard.get("pick"):
        tests = [*{rows.file(test) for test in tests}, "-k", pick]
    done = subprocess.run(
        [sys.executable, *ALL, *tests], cwd=folder, capture_output=True, text=True, timeout=3000,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    if done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise ValueError((done.stderr or done.stdout).strip()[-300:])
    lines = re.findall(r"^FAILED tests/(.+)$", done.stdout, re.MULTILINE)
    lines += re.findall(r"^_+ ERROR at teardown of (.+) _+$", done.stdout, re.MULTILINE)
    return {
        test for test in guard["tests"]
        if any(each.startswith((test, test.partition("::")[2])) for each in lines)
    }  # fmt: skip


if __name__ == "__main__":
    main()
