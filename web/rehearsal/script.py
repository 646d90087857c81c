"""A conversation written down: what happens at each line, and what the shop should say to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.loader import Document

USUAL_PHONE = "+254700000001"


@dataclass(frozen=True, slots=True)
class Act:
    """What happens at one line: ``customer`` ``tap`` ``M-Pesa``, ``wait`` ``time`` ``30m``."""

    by: str  # customer, ghala, shop or wait
    verb: str
    what: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the list; `bot` is None where anything may be said."""

    act: Act
    at: int = 0  # its number in the file, from 0
    line: int = 0
    phone: str = USUAL_PHONE
    bot: tuple[str, ...] | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a conversation begins: when, in which language, with how many of which product."""

    starts: datetime | None = None  # by the shop's own clock
    language: str = ""
    stock: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A whole file."""

    file: Path
    document: Document
    setting: Setting
    steps: tuple[Step, ...]
