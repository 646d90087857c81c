"""A short run of the crash loop, as `make chaos` runs it for longer and on both databases."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, within):
    """Play the loop as a program of its own; gives its figures, and all that it told."""
    command = [sys.executable, "-m", "tests.crash.loop", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=within)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    return json.loads(done.stdout.splitlines()[-1]), told


@pytest.mark.timeout(300)
def test_fifteen_kills_and_nobody_can_tell(tmp_path):
    drawing = tmp_path / "run.svg"

    figures, told = run("--kills", 15, "--at-once", 8, "--svg", drawing, within=280)

    assert (figures["kills"], figures["violations"]) == (15, 0), told
    assert figures["journeys"] >= 8
    assert figures["faults"] > 0
    assert ElementTree.parse(drawing).getroot().tag.endswith("svg")
