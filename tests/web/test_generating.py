"""`duka test --generate`: the same flow gives the same files, and what is missing is told."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main

ROOT = Path(__file__).resolve().parents[2]
CAFE = ROOT / "examples/cafe/flows.yaml"


@pytest.fixture
def generate(tmp_path):
    """Make conversations of a flow in a folder of this name."""

    def run(flow, name):
        folder = tmp_path / name
        done = CliRunner().invoke(main, ["test", "-f", str(flow), "--generate", str(folder)])
        assert done.exit_code == 0, done.output
        return done.stdout, {each.name: each.read_text("utf-8") for each in folder.glob("*.yaml")}

    return run


@pytest.fixture(scope="module")
def cafe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cafe")
    done = CliRunner().invoke(main, ["test", "-f", str(CAFE), "--generate", str(folder)])
    return done.stdout, {each.name: each.read_text("utf-8") for each in folder.glob("*.yaml")}


def test_the_same_flow_gives_the_same_conversations(cafe, generate):
    _, again = generate(CAFE, "again")

    assert again == cafe[1]


def test_they_come_to_every_state(cafe):
    assert f"{CAFE}: states 9 of 9" in cafe[0]


def test_what_they_leave_out_is_told_with_its_line_and_the_reason(cafe):
    assert "Not everything is covered" in cafe[0]
    assert re.search(r"flows\.yaml:\d+ in cart, \"cart\" → shelf: another rule always", cafe[0])


@pytest.fixture
def cafe_folder(cafe, tmp_path):
    """Some of them, as files: those that need most before."""
    for name, text in cafe[1].items():
        if "alone" in name or "sold-out" in name:
            (tmp_path / name).write_text(text, "utf-8")
    return sorted(tmp_path.glob("*.yaml"))


def test_they_go_as_they_are_written(cafe_folder):
    done = CliRunner().invoke(main, ["test", "-f", str(CAFE), *map(str, cafe_folder)])

    assert done.exit_code == 0, done.stdout
