"""One thing the doctor looked at: how it stands, and what to do about it."""

import os
from dataclasses import asdict, dataclass

import click

from web import plural

MARKS = {"ok": ("✓", "green"), "note": ("•", "blue"), "warning": ("!", "yellow"),
         "fault": ("✗", "red")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about something; `level` is ok, note, warning or fault."""

    level: str
    about: str  # a setting's name, or a word such as "disk"
    what: str
    todo: str = ""

    @property
    def is_fault(self) -> bool:
        """Does it stand in the way of going live?"""
        return self.level == "fault"

    def line(self) -> str:
        """One line with a mark, coloured where the terminal wants colours."""
        mark, colour = MARKS[self.level]
        shown = mark if os.environ.get("NO_COLOR") else click.style(mark, fg=colour, bold=True)
        told = f"{shown} {self.about}: {self.what}"
        return f"{told} → {self.todo}" if self.todo else told

    def plain(self) -> dict[str, str]:
        """The same as plain data."""
        return asdict(self)


def ok(about: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", about, what)


def note(about: str, what: str, todo: str = "") -> Finding:
    """Something to know; it may well be meant so."""
    return Finding("note", about, what, todo)


def warning(about: str, what: str, todo: str) -> Finding:
    """Something that is probably not meant so."""
    return Finding("warning", about, what, todo)


def fault(about: str, what: str, todo: str) -> Finding:
    """Something that must be mended before going live."""
    return Finding("fault", about, what, todo)


def key_refused(name: str, waiting: int) -> Finding:
    """Ghala, or Meta, refuses the key that this setting holds."""
    what = f"it was refused when a message was sent last: {plural.waiting(waiting)} for a right one"
    return warning(name, what, "put the right key there, then restart duka serve")


def the_example(what: str) -> Finding:
    """Customers would buy what the shipped example sells."""
    told = f"{what} is the shipped example: customers are offered its products, not yours"
    return warning("flow", told, "duka init writes your own; prove it and put it there")
