"""What a customer does on the phone, as the messages WhatsApp makes of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from adapters.sandbox import letters
from adapters.sandbox.desk import Desk
from adapters.sandbox.errors import NotPossible
from adapters.sandbox.truth import Bubble

Json = dict[str, Any]

_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST = 65_536  # WhatsApp lets people write far more than it lets shops send
_FILES = {
    "image": "image/jpeg",
    "audio": "audio/ogg; codecs=opus",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def add(desk: Desk, phone: str) -> str:
    """Switch a phone on; one that is on already stays as it is."""
    if not _PHONE.fullmatch(phone):
        raise NotPossible("A phone number is written +254700000001")
    if phone not in desk.truth.bubbles:
        desk.note("phone", phone=phone)
    return phone


def say(desk: Desk, phone: str, what: Json) -> Bubble:
    """Send a message from a phone: it shows there, and goes to Duka signed."""
    add(desk, phone)
    kind = what.get("type")
    if kind not in SAYINGS:
        raise NotPossible(f"type must be one of {', '.join(SAYINGS)}")
    content = SAYINGS[kind](desk, phone, what)
    name = desk.ids.message()
    stamp = str(int(desk.time()))
    message = {"id": name, "from": phone, "timestamp": stamp, **content}
    desk.note("said", id=name, phone=phone, message=content)
    lane = f"phone:{phone}"
    letters.write(desk, letters.MESSAGES, {"messages": [message]}, lane=lane, message=name)
    return desk.truth.messages[name]


def _text(desk: Desk, phone: str, what: Json) -> Json:
    said = what.get("text")
    if not isinstance(said, str) or not said.strip() or len(said) > _LONGEST:
        raise NotPossible("text must be a text that is not empty")
    return {"type": "text", "text": {"body": said}}


def _choice(desk: Desk, phone: str, what: Json) -> Json:
    chosen, wanted = what.get("id"), what.get("message")
    if not isinstance(chosen, str):
        raise NotPossible("id must be that of a button or a row")
    for bubble in reversed(desk.truth.bubbles[phone]):
        if wanted in (None, bubble.id):
            for kind, choice in choices(bubble):
                if choice["id"] == chosen:
                    return _reply(kind, choice, bubble.id)
    if not isinstance(what.get("title"), str):
        raise NotPossible("No message on this phone has such a button or row", status=404)
    # With a title of its own it is a forgery: what a changed WhatsApp could send.
    return _reply(str(what.get("kind", "button_reply")), {"id": chosen, "title": what["title"]}, "")


def _reply(kind: str, choice: Json, context: str) -> Json:
    content = {"type": "interactive", "interactive": {"type": kind, kind: choice}}
    return {**content, "context": {"id": context}} if context else content


def choices(bubble: Bubble) -> Iterator[tuple[str, Json]]:
    """List the buttons and rows of a message of the shop, each as it comes back when chosen."""
    action = bubble.message.get("interactive", {}).get("action", {})
    if bubble.by != "shop":
        return
    for button in action.get("buttons", ()):
        yield "button_reply", {name: button["reply"][name] for name in ("id", "title")}
    for section in action.get("sections", ()):
        for row in section["rows"]:
            told = {name: row[name] for name in ("id", "title", "description") if row.get(name)}
            yield "list_reply", told


def _location(desk: Desk, phone: str, what: Json) -> Json:
    place: Json = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = what.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most:
            raise NotPossible(f"{name} must be a number from -{most} to {most}")
        place[name] = value
    told = {name: what[name] for name in ("name", "address") if isinstance(what.get(name), str)}
    return {"type": "location", "location": {**place, **told}}


def _file(desk: Desk, phone: str, what: Json) -> Json:
    kind = what["type"]
    held: Json = {"id": desk.ids.media(), "mime_type": _FILES[kind]}
    if kind == "audio":
        held["voice"] = True
    elif isinstance(what.get("caption"), str) and what["caption"]:
        held["caption"] = what["caption"]
    return {"type": kind, kind: held}


def _contacts(desk: Desk, phone: str, what: Json) -> Json:
    name = str(what.get("name", "Wanjiru"))
    return {"type": "contacts", "contacts": [{"name": {"formatted_name": name}}]}


def _reaction(desk: Desk, phone: str, what: Json) -> Json:
    held = {"message_id": str(what.get("message", "")), "emoji": str(what.get("emoji", "👍"))}
    return {"type": "reaction", "reaction": held}


SAYINGS: dict[str, Callable[[Desk, str, Json], Json]] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    **dict.fromkeys(_FILES, _file),
    "contacts": _contacts,
    "reaction": _reaction,
}
