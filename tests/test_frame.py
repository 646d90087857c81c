"""The repository's frame: what a stranger runs first, before any line of Duka does."""

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from web.doctor_settings import MAKE_ONE
from web.settings import NEEDED_TO_SERVE

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
EDITOR = "tests/editor/package-lock.json"


@pytest.fixture
def checkout(tmp_path):
    """As much of a fresh clone as `make` reads before it installs anything."""
    (tmp_path / EDITOR).parent.mkdir(parents=True)
    for name in ("Makefile", "setup.cfg", "pyproject.toml", *LOCKS, EDITOR):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


@pytest.fixture
def python(tmp_path_factory):
    """Write a Python that is the real one, but for what it answers when its words hold `asked`."""

    def write(asked, answer="exit 1"):
        program = tmp_path_factory.mktemp("bin") / "python3"
        program.write_text(
            f'#!/bin/sh\ncase "$*" in *{asked}*) {answer};; esac\nexec "{sys.executable}" "$@"\n'
        )
        program.chmod(0o755)
        return program

    return write


def make(checkout, *args):
    """Run make as a user types it, and give back its status and all that it printed."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", *args],
        cwd=checkout,
        env=plain,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("target", ["demo", "test", "check"])
def test_without_ensurepip_one_line_names_the_package_and_the_command(checkout, python, target):
    """Stock Debian has Python without python3-venv; that is most of our users' first minute."""
    status, lines = make(checkout, target, f"PYTHON={python('ensurepip')}")

    assert status != 0
    assert len(lines) == 1
    assert "apt-get install python3-venv" in lines[0]
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_told_in_one_line(checkout, python):
    older = f'exec "{sys.executable}" -c "import sys; sys.version_info = (3, 10, 13); $2"'

    status, lines = make(checkout, "demo", f"PYTHON={python('version_info', older)}")

    assert status != 0
    assert len(lines) == 1
    assert "3.11 or newer" in lines[0]


def test_no_python_is_told_in_one_line(checkout):
    status, lines = make(checkout, "demo", "PYTHON=python-of-nowhere")

    assert status != 0
    assert len(lines) == 1
    assert "there is no python-of-nowhere" in lines[0]


def test_an_environment_that_cannot_be_made_leaves_no_half_behind(checkout, python):
    status, _ = make(checkout, "demo", f"PYTHON={python('.venv', 'mkdir .venv; exit 1')}")

    assert status != 0
    assert not (checkout / ".venv").exists()


def test_every_target_says_what_it_makes(checkout):
    status, lines = make(checkout, "help")

    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert status == 0
    assert [line.split()[1] for line in lines] == phony[1].split()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(name):
    """It was made on one machine and holds on all."""
    text = (ROOT / name).read_text()

    blocks = re.findall(r"^[a-z].*(?:\n    .*)*", text, re.M)
    assert blocks
    assert all("==" in block and " \\\n    --hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|/\w|--index|--find-links", text)


def test_the_lock_of_the_editor_names_versions_and_hashes_and_no_place():
    packages = json.loads((ROOT / EDITOR).read_text())["packages"]

    needed = [packages[name] for name in packages if name]
    assert needed
    assert all({"version", "integrity"} <= each.keys() for each in needed)
    assert not any("resolved" in each for each in needed)


@pytest.mark.parametrize(("section", "name"), [("install", LOCKS[0]), ("dev", LOCKS[1])])
def test_a_lock_holds_all_that_the_settings_ask_for(section, name):
    cfg = configparser.ConfigParser(interpolation=None)
    cfg.read(ROOT / "setup.cfg")
    asked = {
        "install": cfg["options"]["install_requires"],
        "dev": cfg["options.extras_require"]["dev"],
    }

    wanted = set(re.findall(r"^([A-Za-z][\w\-]*)", asked[section], re.M)) - {"duka"}
    locked = set(re.findall(r"^([a-z0-9.\-]+)==", (ROOT / name).read_text(), re.M))
    assert {each.lower() for each in wanted} <= locked


def test_both_locks_agree():
    """The suite proves the versions that the demo installs."""
    core, dev = (
        dict(re.findall(r"^([a-z0-9.\-]+)==(\S+)", (ROOT / name).read_text(), re.M))
        for name in LOCKS
    )

    assert core.items() <= dev.items()


def test_the_example_of_an_environment_sets_nothing():
    """Copied as it is, it changes nothing and gives away nothing."""
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert all(line.startswith("#") or line.endswith("=") for line in lines if line)


def test_the_example_of_an_environment_waits_for_what_everybody_needs():
    lines = (ROOT / ".env.example").read_text().splitlines()

    waiting = [line.removesuffix("=") for line in lines if line and not line.startswith("#")]

    assert sorted(waiting) == sorted(NEEDED_TO_SERVE)


def test_the_example_of_an_environment_says_how_a_secret_is_made():
    assert MAKE_ONE.partition(": ")[2] in (ROOT / ".env.example").read_text()
