"""What the README lists is what is there."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import click

from engine import diagram
from engine.checks import examine, proved
from flows.words import vocabulary
from web.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def listed(heading):
    """The names in the first column of the table under this heading."""
    table = README.partition(f"| {heading} |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def commands(group, before="duka"):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def test_the_actions_are_those_of_the_vocabulary():
    assert sorted(listed("in `do:`")) == sorted(vocabulary().actions)


def test_the_guards_are_those_of_the_vocabulary():
    assert sorted(listed("in `if:` and `unless:`")) == sorted(vocabulary().guards)


def test_the_commands_are_those_of_the_command_line():
    assert sorted(listed("command")) == sorted(commands(main))


def test_every_event_has_a_meaning():
    words = vocabulary()

    assert words.meanings.keys() == words.events.keys()


def said(svg):
    """All that a drawing says, in order; where it stands depends on the fonts of the machine."""
    return [each.strip() for each in ElementTree.fromstring(svg).itertext() if each.strip()]


def test_the_picture_of_the_flow_shows_the_shipped_flow():
    flow = proved((ROOT / "flows.yaml").read_bytes(), vocabulary())

    shown = (ROOT / "docs/images/flow.svg").read_bytes()

    assert said(shown) == said(diagram.picture(flow, format="svg"))


def test_the_faults_that_the_readme_shows_are_told_so():
    anywhere, states = (ROOT / "flows.yaml").read_text("utf-8").split("\nstates:\n")
    misspelt = anywhere.replace("    go: quantity", "    go: quantty", 1)
    long = states.replace("{en: View Products", "{en: View All Our Products", 1)

    told = examine(f"{misspelt}\nstates:\n{long}", vocabulary())[1]

    shown = re.findall(r"^flows\.yaml:.*$", README, re.MULTILINE)
    assert shown == [str(problem) for problem in told]


def test_the_settings_copied_as_the_readme_says_are_nobody_elses_to_read(tmp_path):
    """As `duka doctor` asks for; whoever has the file can speak for the shop."""
    (copy,) = re.findall(r"`(cp \.env\.example [^`]*)`", README)
    (tmp_path / ".env.example").write_text((ROOT / ".env.example").read_text("utf-8"))

    subprocess.run(["sh", "-ec", f"umask 022; {copy}"], cwd=tmp_path, check=True)

    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert f"#     {copy}\n" in (ROOT / ".env.example").read_text("utf-8")
