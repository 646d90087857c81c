"""Looking at books that are not there says so and makes none."""

import pytest
from click.testing import CliRunner

from web.cli import main

LOOKS = [
    "audit", "db status", "inbox list", "outbox list", "customers show +254700000001",
    "backup copy",
]  # fmt: skip


@pytest.mark.parametrize("verb", LOOKS)
def test_where_there_are_no_books_none_are_made(verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    done = CliRunner().invoke(main, verb.split())

    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_state_of_books_that_are_up_to_date_is_told_change_by_change(books_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", books_url)

    done = CliRunner().invoke(main, ["db", "status"])

    assert done.exit_code == 0
    assert done.output.startswith("applied  0001_initial\n")
    assert "missing" not in done.output
