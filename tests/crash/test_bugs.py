"""The seeded bugs still fit into the program, so that `tests.crash.seeded` can try them."""

import shutil
import tomllib

import pytest

from tests.crash.seeded import BUGS, HARNESSES, ROOT, seed

FILES = sorted(BUGS.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_seeded_bug_fits_into_the_program(file, tmp_path):
    bug = tomllib.loads(file.read_text())
    for edit in bug["edit"]:
        (tmp_path / edit["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / edit["file"], tmp_path / edit["file"])

    seed(tmp_path, bug)

    for edit in bug["edit"]:
        spoilt = (tmp_path / edit["file"]).read_text()
        compile(spoilt, edit["file"], "exec")
        assert spoilt != (ROOT / edit["file"]).read_text()
    assert set(bug["seen_by"]) <= set(HARNESSES)
