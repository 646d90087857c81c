"""The little words of a plan, ``status(429, retry_after=2)@0.5s``, taken apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_CALL = re.compile(r"(\w+)\s*(?:\((.*)\)|\s([^@(]+))?\s*(?:@\s*(\S+))?", re.DOTALL)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Unclear(Exception):
    """A word that cannot be understood: what is wrong, and what would be right."""

    def __init__(self, message: str, repair: str = "") -> None:
        super().__init__(message)
        self.message, self.repair = message, repair


@dataclass(frozen=True, slots=True)
class Word:
    """A name with its arguments, and the moment after the ``@``."""

    name: str
    args: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    at: float | None = None

    def first(self, default: str = "") -> str:
        """Tell the first argument."""
        return self.args[0] if self.args else default

    def seconds(self, default: float) -> float:
        """Tell the first argument as a time."""
        return seconds(self.args[0]) if self.args else default

    def number(self, default: int) -> int:
        """Tell the first argument as a whole number."""
        said = self.first(str(default))
        if not said.isdecimal():
            raise Unclear(f'"{self.name}" needs a whole number, not "{said}"', f"{self.name}(3)")
        return int(said)


def word(text: str) -> Word:
    """Read one word of a plan; raises `Unclear`."""
    found = _CALL.fullmatch(text.strip())
    if not found:
        raise Unclear(f'"{text}" is not understood', "write it like status(429, retry_after=2)")
    name, inside, after, at = found.groups()
    parts = [part.strip() for part in (inside or after or "").split(",") if part.strip()]
    named = dict(_pair(part) for part in parts if "=" in part)
    args = tuple(part for part in parts if "=" not in part)
    return Word(name, args, named, seconds(at) if at else None)


def seconds(text: str) -> float:
    """Read a time: ``2.2``, ``0.5s``, ``500ms``, ``2m``, ``24h``."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise Unclear(f'"{text}" is not a time', "write 0.5s, 500ms, 2m or 24h")
    return float(found[1]) * _UNITS[found[2] or "s"]


def plain(value: Any) -> str:
    """Turn a value of YAML or JSON into the text somebody would have typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip().strip("\"'")
