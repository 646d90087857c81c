"""What docs/operations.md says of the command line itself: exit codes, and words completed."""

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
