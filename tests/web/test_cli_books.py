"""Looking at books that are not there says so and makes none."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from store import database
from store.errors import BooksClosed
from web import closed
from web.cli import main

ROOT = Path(__file__).resolve().parents[2]

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
    [line] = done.output.splitlines()
    assert f"no books at {tmp_path}/data/duka.db yet: duka serve makes them" in line
    assert line.endswith("; is DATABASE_URL the shop's?")
    assert list(tmp_path.iterdir()) == []


def test_the_state_of_books_that_are_up_to_date_is_told_change_by_change(books_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", books_url)

    done = CliRunner().invoke(main, ["db", "status"])

    assert done.exit_code == 0
    assert done.output.startswith("applied  0001_initial\n")
    assert "missing" not in done.output


@pytest.mark.parametrize("verb", ["audit", "inbox list"])
def test_a_database_without_tables_is_told_by_its_name(verb, told_of, postgres):
    postgres.psql("CREATE DATABASE bare;")

    line = told_of(verb, postgres.get_uri().replace("/postgres?", "/bare?"))

    postgres.psql("DROP DATABASE bare;")
    assert line == "The books at bare lack tables: duka db upgrade; is DATABASE_URL the shop's?"


@pytest.mark.parametrize("verb", LOOKS)
def test_books_in_a_folder_that_this_user_may_not_enter_are_told(verb, monkeypatch, forbid):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////root/duka.db")
    forbid("stat", "/root/duka.db")

    done = CliRunner().invoke(main, verb.split())

    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    [line] = done.output.splitlines()
    assert "/root/duka.db" in line
    assert "Permission denied" in line


def test_an_env_file_that_this_user_may_not_read_is_told(tmp_path, monkeypatch, forbid):
    monkeypatch.chdir(tmp_path)
    forbid("stat", ".env")

    done = CliRunner().invoke(main, ["audit"])

    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert done.output.startswith(".env: it cannot be read (Permission denied; this runs as ")


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


VERBS = [
    "serve", "worker", "db upgrade", "db status", "audit", "inbox list", "outbox list",
    "customers show +254700000001", "customers forget -y +254700000001",
]  # fmt: skip


@pytest.fixture
def told_of(monkeypatch, tmp_path):
    """Ask a verb about books at a URL; gives the one line that it answers."""

    def told(verb, url):
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("PORT", "0")
        for name in ("GHALA_API_KEY", "GHALA_WEBHOOK_SECRET"):
            monkeypatch.setenv(name, "k" * 40)
        done = CliRunner().invoke(main, verb.split())
        database.close()
        assert (done.exit_code, type(done.exception)) == (1, SystemExit)
        about = "database:" if verb == "doctor" else ""  # which tells of other things too
        [line] = [each for each in done.output.splitlines() if about in each]
        return line

    return told


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_why_the_database_cannot_be_opened_and_what_to_do(verb, told_of):
    line = told_of(verb, "postgresql://duka:kijiko-na-sukari@127.0.0.1:1/duka")

    assert line.startswith("DATABASE_URL: the database cannot be opened: ")
    assert "Connection refused" in line
    assert line.endswith("→ start the database, or mend the host and port in DATABASE_URL")
    assert "kijiko" not in line


@pytest.mark.parametrize("verb", ["db status", "audit", "inbox list"])
def test_the_name_of_a_database_that_there_is_not_is_told(verb, told_of, postgres):
    line = told_of(verb, postgres.get_uri().replace("/postgres?", "/nosuch?"))

    assert 'database "nosuch" does not exist → mend its name in DATABASE_URL' in line


@pytest.mark.parametrize("verb", VERBS)
def test_an_address_that_cannot_be_read_is_told_and_no_part_of_its_password(verb, told_of):
    line = told_of(verb, "postgresql://duka:kijiko/na-sukari@localhost/duka")

    assert "it cannot be read → write it so: postgresql://" in line
    assert "kijiko" not in line


@pytest.mark.parametrize("verb", [*VERBS, "doctor"])
def test_a_word_behind_the_address_that_the_driver_does_not_know_is_told(verb, told_of):
    line = told_of(verb, "postgresql://duka:kijiko@localhost/duka?foo=1")

    assert 'invalid connection option "foo" → mend or remove what stands behind the ?' in line
    assert "kijiko" not in line


@pytest.mark.parametrize("verb", VERBS)
def test_the_rest_of_a_password_is_not_taken_for_such_a_word(verb, told_of):
    """Where the user is called like a machine, as in many a compose.yaml."""
    line = told_of(verb, "postgresql://localhost:12/3?kijiko=na-sukari@localhost/duka")

    assert "it cannot be read → write it so: postgresql://" in line
    assert "kijiko" not in line


def test_a_wrong_password_is_told_as_such():
    """As PostgreSQL says it, over its two lines."""
    error = BooksClosed(
        'connection failed: connection to server at "127.0.0.1", port 5432 failed: FATAL:  '
        'password authentication failed for user "duka"\nconnection to server failed'
    )

    assert closed.line(error).endswith("→ mend the name or the password in DATABASE_URL")
    assert "\n" not in closed.line(error)
