"""What WhatsApp refuses in a message, with the reason it gives.

Source: WhatsApp Cloud API reference, "Messages", "Interactive messages" and "Error codes".
"""

from collections.abc import Callable
from typing import Any

from adapters.sandbox.errors import Refused

_BAD_VALUE, _UNKNOWN_TYPE = 131009, 131051
_MEDIA = ("image", "document", "audio", "video", "sticker")


def check(message: dict[str, Any]) -> None:
    """Refuse what the real one refuses; raises `Refused` with the field and the limit."""
    kind = message.get("type")
    if kind not in CHECKS:
        raise Refused(f"Unsupported message type: {kind!r}", code=_UNKNOWN_TYPE)
    content = _mapping(message, kind, "")
    CHECKS[kind](content)


def units(text: str) -> int:
    """Count a text as WhatsApp does: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(content: dict[str, Any]) -> None:
    _said(content, "body", 4096, "text")


def _interactive(content: dict[str, Any]) -> None:
    kind = content.get("type")
    if kind not in INTERACTIVE:
        raise Refused(f"Unsupported interactive type: {kind!r}", code=_BAD_VALUE)
    _said(_mapping(content, "body", "interactive"), "text", 1024, "interactive.body")
    if "footer" in content:
        _said(_mapping(content, "footer", "interactive"), "text", 60, "interactive.footer")
    _header(content)
    INTERACTIVE[kind](_mapping(content, "action", "interactive"))


def _header(content: dict[str, Any]) -> None:
    if "header" not in content:
        return
    header = _mapping(content, "header", "interactive")
    if header.get("type") == "text":
        _said(header, "text", 60, "interactive.header")


def _buttons(action: dict[str, Any]) -> None:
    buttons = _list(action, "buttons", 3, "action")
    replies = []
    for number, button in enumerate(buttons):
        where = f"action.buttons[{number}]"
        if not isinstance(button, dict) or button.get("type") != "reply":
            raise Refused(f"{where}.type must be reply", code=_BAD_VALUE)
        reply = _mapping(button, "reply", where)
        _said(reply, "title", 20, f"{where}.reply")
        _said(reply, "id", 256, f"{where}.reply")
        replies.append(reply)
    _unique(replies, "title", "button")
    _unique(replies, "id", "button")


def _rows(action: dict[str, Any]) -> None:
    _said(action, "button", 20, "action")
    sections = _list(action, "sections", 10, "action")
    rows = [row for number, each in enumerate(sections) for row in _section(each, number, sections)]
    if len(rows) > 10:
        raise Refused(f"A list has at most 10 rows in all, not {len(rows)}", code=_BAD_VALUE)
    _unique(rows, "id", "row")


def _section(section: Any, number: int, sections: list[Any]) -> list[dict[str, Any]]:
    where = f"action.sections[{number}]"
    if not isinstance(section, dict):
        raise Refused(f"{where} must be an object", code=_BAD_VALUE)
    if "title" in section or len(sections) > 1:
        _said(section, "title", 24, where)
    rows: list[dict[str, Any]] = _list(section, "rows", 10, where)
    for place, row in enumerate(rows):
        _row(row, f"{where}.rows[{place}]")
    return rows


def _row(row: Any, where: str) -> None:
    if not isinstance(row, dict):
        raise Refused(f"{where} must be an object", code=_BAD_VALUE)
    _said(row, "id", 200, where)
    _said(row, "title", 24, where)
    if row.get("description"):
        _said(row, "description", 72, where)


def _location_request(action: dict[str, Any]) -> None:
    if action.get("name") != "send_location":
        raise Refused("action.name must be send_location", code=_BAD_VALUE)


def _media(content: dict[str, Any]) -> None:
    link = content.get("link")
    if not content.get("id") and not (isinstance(link, str) and link.startswith("http")):
        raise Refused("A media message needs an id or an http link", code=_BAD_VALUE)
    if content.get("caption"):
        _said(content, "caption", 1024, "media")


def _template(content: dict[str, Any]) -> None:
    _said(content, "name", 512, "template")
    _said(_mapping(content, "language", "template"), "code", 16, "template.language")


def _location(content: dict[str, Any]) -> None:
    for name in ("latitude", "longitude"):
        if isinstance(content.get(name), bool) or not isinstance(content.get(name), int | float):
            raise Refused(f"location.{name} must be a number", code=_BAD_VALUE)


CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "location": _location,
    **dict.fromkeys(_MEDIA, _media),
}
INTERACTIVE: dict[str, Callable[[dict[str, Any]], None]] = {
    "button": _buttons,
    "list": _rows,
    "location_request_message": _location_request,
}


def _mapping(parent: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise Refused(f"{_at(where, name)} must be an object", code=_BAD_VALUE)
    return value


def _list(parent: dict[str, Any], name: str, most: int, where: str) -> list[Any]:
    value = parent.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise Refused(f"{_at(where, name)} must hold 1 to {most} entries", code=_BAD_VALUE)
    return value


def _said(parent: dict[str, Any], name: str, most: int, where: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{_at(where, name)} must be a text that is not empty", code=_BAD_VALUE)
    if units(value) > most:
        told = f"{_at(where, name)} has {units(value)} characters, at most {most} are allowed"
        raise Refused(told, code=_BAD_VALUE)
    return value


def _unique(each: list[dict[str, Any]], name: str, what: str) -> None:
    values = [one[name] for one in each]
    if len(set(values)) < len(values):
        raise Refused(f"Each {what} {name} must be different", code=_BAD_VALUE)


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
