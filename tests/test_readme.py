"""What the README shows and lists is what the product is."""

import re
from pathlib import Path
from xml.etree import ElementTree

from engine import diagram
from engine.checks import proved
from flows.words import vocabulary
from web.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def words(svg):
    """All that a drawing says, in order; where it stands depends on the fonts of the machine."""
    return [each.strip() for each in ElementTree.fromstring(svg).itertext() if each.strip()]


def test_the_picture_of_the_flow_shows_the_shipped_flow():
    flow = proved((ROOT / "flows.yaml").read_bytes(), vocabulary())

    shown = (ROOT / "docs/images/flow.svg").read_bytes()

    assert words(shown) == words(diagram.picture(flow, format="svg"))


def test_the_readme_lists_every_command():
    listed = set(re.findall(r"`duka ([a-z]+)", README))

    assert set(main.commands) <= listed


def test_the_readme_lists_every_action_and_guard():
    known = vocabulary()

    listed = set(re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE))

    assert listed == set(known.actions) | set(known.guards)
