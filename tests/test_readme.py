"""What the README lists is what is there."""

import re
from pathlib import Path

import click

from flows.words import vocabulary
from web.cli import main

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


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
