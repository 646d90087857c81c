"""What can be typed in a chat beside words: each command, how it is written, what it does."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

FURTHEST = 366 * 86_400  # seconds that one /wait may skip
NAIROBI = (-1.2921, 36.8219, "Nairobi")
MEDIA = {
    "/image": "image", "/voice": "audio", "/video": "video", "/document": "document",
    "/sticker": "sticker", "/contact": "contacts",
}  # fmt: skip

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,9})\s*([smhd])\s*", re.ASCII)
_PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*(.*)", re.ASCII)


class Wrong(Exception):
    """What was typed is no command, or not how it is written; the text says what is."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `does` names the method of the chat that does it."""

    written: str
    about: str
    does: str


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


COMMANDS = {
    "/pay": Command("/pay", "approve the payment the phone is asked for", "approve"),
    "/fail": Command("/fail [reason]", "let that payment fail, such as /fail wrong PIN", "refuse"),
    "/wait": Command("/wait 30m", "let time pass (s, m, h, d); what comes due happens", "wait"),
    "/location": Command("/location [lat,long name]", "share a place; Nairobi if none", "locate"),
    **{
        name: Command(name, f"send {_a(kind)} message", "send_media")
        for name, kind in MEDIA.items()
        if kind != "contacts"
    },
    "/contact": Command("/contact", "send a contact card", "send_media"),
    "/tap": Command("/tap ID", "tap a button or row by its id, also an old one", "tap"),
    "/say": Command("/say TEXT", "send exactly these words, also a bare number", "say"),
    "/as": Command("/as +254711000002", "write from another phone", "write_as"),
    "/state": Command("/state", "show where the conversation and its order stand", "tell_state"),
    "/why": Command("/why", "tell which line of the flow decided last, and why", "tell_why"),
    "/save": Command("/save FILE", "write the conversation so far as a test", "save"),
    "/help": Command("/help", "show this", "tell_help"),
    "/quit": Command("/quit", "leave; so do Ctrl-D and Ctrl-C", "leave"),
}
NAMES = tuple(COMMANDS)


def find(name: str) -> Command:
    """Find a command by its name; raises Wrong with the nearest one."""
    found = COMMANDS.get(name.lower())
    if found:
        return found
    near = get_close_matches(name.lower(), NAMES, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise Wrong(f"There is no {name}.{guess} There are: {' '.join(NAMES)}")


def listing() -> str:
    """All commands, a line each."""
    widest = max(len(each.written) for each in COMMANDS.values())
    lines = (f"{each.written:<{widest}}  {each.about}" for each in COMMANDS.values())
    return "\n".join(lines)


def seconds(span: str) -> int:
    """Read a span such as 30m or 1h 30m; raises Wrong."""
    parts = _SPAN.findall(span)
    if not parts or _SPAN.sub("", span).strip():
        raise Wrong("Say how long: /wait 45s, /wait 30m, /wait 2h or /wait 1d")
    total = sum(int(many) * _SECONDS[unit] for many, unit in parts)
    if total > FURTHEST:
        raise Wrong("That is too far: a year at most, /wait 366d")
    return total


def place(written: str) -> dict[str, object]:
    """Read a place such as -1.29,36.78 Kilimani; raises Wrong."""
    found = _PLACE.fullmatch(written)
    if written and not found:
        raise Wrong("Write a place so: /location -1.2921,36.7856 Kilimani")
    north, east, name = (float(found[1]), float(found[2]), found[3]) if found else NAIROBI
    return {"latitude": north, "longitude": east, **({"name": name} if name else {})}
