"""Each test of SECURITY.md has a guard to miss, so that `python -m tests.guards` can try them."""

import shutil

import pytest

from tests.crash.seeded import ROOT, seed
from tests.guards import rows

SHOWN = rows.shown()
GUARDS = {f"{row}-{at}": guard for row in SHOWN for at, guard in enumerate(rows.guards(row), 1)}


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_a_guard_can_be_taken_away(guard, tmp_path):
    for edit in guard["edit"]:
        (tmp_path / edit["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / edit["file"], tmp_path / edit["file"])

    seed(tmp_path, guard)

    for edit in guard["edit"]:
        bare = (tmp_path / edit["file"]).read_text("utf-8")
        assert bare != (ROOT / edit["file"]).read_text("utf-8")
        if edit["file"].endswith(".py"):
            compile(bare, edit["file"], "exec")


@pytest.mark.parametrize("row", SHOWN)
def test_each_test_of_a_row_has_a_guard_to_miss(row):
    missing = {rows.bare(test) for guard in rows.guards(row) for test in guard["tests"]}

    assert missing <= set(SHOWN[row])
    assert missing | rows.NOT_OURS.keys() >= set(SHOWN[row])


def test_what_is_not_ours_is_shown_and_no_file_is_of_a_row_that_is_gone():
    named = {test for tests in SHOWN.values() for test in tests}
    files = {int(file.stem[1:]) for file in rows.FOLDER.glob("S*.toml")}

    assert rows.NOT_OURS.keys() <= named
    assert files <= {int(row[1:]) for row in SHOWN}
