"""Looking at books that are not there says so and makes none."""

import sys

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


@pytest.mark.parametrize(
    "verb",
    ["serve", "worker", "db upgrade", "db status", "audit", "inbox list", "outbox list",
     "customers show +254700000001"],
)  # fmt: skip
def test_without_the_driver_of_postgresql_one_line_says_what_to_install(verb, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it was never installed
    monkeypatch.setenv("DATABASE_URL", "postgresql://duka@localhost/duka")
    monkeypatch.setenv("PORT", "0")
    for name in ("GHALA_API_KEY", "GHALA_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "k" * 40)

    done = CliRunner().invoke(main, verb.split())

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert len(done.output.splitlines()) == 1
    assert done.output.endswith("in Duka's own folder: .venv/bin/pip install -e '.[postgres]'\n")
