"""What a piece of JSON must look like before it is believed."""

from typing import Any

from adapters import payloads
from adapters.errors import Unreadable
from engine.event import Event

LONGEST_ID = 256


def record(value: object, what: str) -> dict[str, Any]:
    """Give the object, or raise Unreadable with its name."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def items(value: object, what: str) -> list[Any]:
    """Give the list, or raise Unreadable with its name."""
    if not isinstance(value, list):
        raise Unreadable(f"{what} is not a list")
    return value


def text(value: object, what: str) -> str:
    """Give the text, or raise Unreadable with its name."""
    if not isinstance(value, str):
        raise Unreadable(f"{what} is not a text")
    return value


def identity(value: object, what: str) -> str:
    """Give the id, which may not be missing; raises Unreadable."""
    found = maybe_identity(value, what)
    if not found:
        raise Unreadable(f"{what} is missing")
    return found


def maybe_identity(value: object, what: str) -> str:
    """Give the id, empty when there is none; raises Unreadable when it is no id at all."""
    found = "" if value is None else text(value, what)
    if len(found) > LONGEST_ID:
        raise Unreadable(f"{what} is longer than {LONGEST_ID} characters")
    return found


def words(value: object, *, most: int = 500) -> str:
    """Give a text for people, cut to `most` characters; empty when it is none."""
    return value[:most] if isinstance(value, str) else ""


def unreadable(thing: object, *, why: str) -> Event:
    """Report what cannot be read, under a name it has again when it comes again."""
    return Event(f"bad:{payloads.digest(thing)}", "", "unreadable", {"why": why})
