"""`duka test --generate`: the same flow gives the same files, and what is missing is told."""

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


def test_how_much_of_the_flow_they_meet_is_told_at_once(cafe):
    assert f"{CAFE}: states " in cafe[0]
