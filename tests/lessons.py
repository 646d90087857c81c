"""Broken flows as lessons: a few parts with one mistake, and all that is healthy beside them."""

import re
from pathlib import Path

from engine.bundle import Bundle, NotThere, gathered

FOLDER = Path(__file__).parent / "broken"
_PART = re.compile(r"^(?=[a-z]+:)", re.MULTILINE)
_STATE = re.compile(r"^(?=  [a-z_]+:)", re.MULTILINE)
_NAME = re.compile(r" *([a-z_]+):")
_EXPECTED = re.compile(r"^# expect: (?:([\w./-]+):)?(\d+):(\d+) (E\d{3})$", re.MULTILINE)
_BESIDE = re.compile(r"^# beside: (.+)\n", re.MULTILINE)


def whole(lesson: str) -> str:
    """Add to a lesson what it leaves out of the healthy shop, without moving a line of it.

    Its states, which come last in it, are followed by those of the healthy shop that it does not
    have itself. A lesson that says ``# alone`` stands for itself.
    """
    if "# alone\n" in lesson:
        return lesson
    healthy = _named(_PART, (FOLDER / "base.yaml").read_text("utf-8"))
    mine = _named(_PART, lesson)
    if "states" in mine:
        states = _named(_STATE, healthy["states"])
        lesson += "".join(states[name] for name in states.keys() - _named(_STATE, mine["states"]))
    return lesson + "".join(healthy[name] for name in healthy if name not in mine)


def folder(lesson: str) -> Bundle:
    """Give the flow of a lesson with its files: each is written below a line ``# beside: name``."""
    own, *others = _BESIDE.split(lesson)
    files = dict(zip(others[::2], others[1::2], strict=True))

    def read(name: str) -> bytes:
        if name not in files:
            raise NotThere("there is no such file")
        return files[name].encode()

    return gathered(whole(own).encode(), read)


def expected(lesson: str) -> set[tuple[str, int, int, str]]:
    """File, line, column and code of each fault that a lesson says it has."""
    return {
        (file or "flows.yaml", int(line), int(column), code)
        for file, line, column, code in _EXPECTED.findall(lesson)
    }


def _named(parts: re.Pattern[str], text: str) -> dict[str, str]:
    found = {name[1]: part for part in parts.split(text) if (name := _NAME.match(part))}
    return {name: part if part.endswith("\n") else f"{part}\n" for name, part in found.items()}
