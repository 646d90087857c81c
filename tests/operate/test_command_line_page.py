"""What docs/operations.md says of the command line itself: exit codes, and words completed."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from contract.contract_actors import DUKA
from test_readme import commands

from web.cli import main

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_as_the_page_says(shell):
    told = f"_DUKA_COMPLETE={shell}_source"
    name, _, value = told.partition("=")

    done = subprocess.run([DUKA], env={name: value}, capture_output=True, text=True)

    assert told in PAGE
    # click asks bash itself for its version, and says so where there is none
    assert "_DUKA_COMPLETE" in done.stdout or "bash" in done.stderr


@pytest.mark.parametrize("verb", sorted(commands(main)))
def test_a_verb_that_is_called_wrongly_ends_with_2_and_its_help_with_0(verb):
    words = verb.split()[1:]

    wrongly = CliRunner().invoke(main, [*words, "--no-such-option"])
    asked = CliRunner().invoke(main, [*words, "--help"])

    assert wrongly.exit_code == 2
    assert asked.exit_code == 0
    assert asked.output.startswith("Usage: ")


def test_the_help_tells_the_exit_codes_as_the_page_does():
    told = " ".join(CliRunner().invoke(main, ["--help"]).output.split())

    codes = re.search(r"Every verb: `0` (.*?) · `1` (.*?) · `2` (.*?),\s", PAGE, re.DOTALL).groups()
    for at, meaning in enumerate(codes):
        assert f"{at}: {' '.join(meaning.split())}" in told


@pytest.mark.parametrize(
    "words",
    [
        ["check", "none"], ["test", "none"], ["restore", "none"], ["sandbox", "--plan", "none"],
        ["graph", "-f", "none"], ["chat", "-f", "none"], ["serve", "-f", "none"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_file_that_is_not_there_is_no_wrong_call(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GHALA_API_KEY", "k" * 32)
    monkeypatch.setenv("GHALA_WEBHOOK_SECRET", "s" * 32)

    done = CliRunner().invoke(main, words)

    assert done.exit_code == 1, done.output
    assert "no such file" in done.output or "nothing to play" in done.output, done.output


def test_what_shall_be_checked_and_is_not_there_is_told_with_the_next_step(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    told = CliRunner().invoke(main, ["check", "none.yaml"]).output

    assert told == (
        "none.yaml: there is no such file → name a flow that is there; duka init begins one\n"
    )


def test_the_audit_of_no_books_is_told_to_programs_in_their_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    done = CliRunner().invoke(main, ["audit", "--json"])

    assert done.exit_code == 1
    assert json.loads(done.output) == {
        "agree": None, "found": [],
        "message": f"There are no books at {tmp_path}/data/duka.db yet: duka serve makes them; "
        "is DATABASE_URL the shop's?",
    }  # fmt: skip
