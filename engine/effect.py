"""What the outside world must do: messages as data, never performed here."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A plain message."""

    body: str


@dataclass(frozen=True, slots=True)
class Button:
    """A reply button: what comes back when it is tapped, and what it says."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A message with at most three reply buttons."""

    body: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: what comes back when it is chosen, and what it says."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A message with a list that opens in a sheet: at most ten rows under one title."""

    body: str
    opener: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a document by its public link."""

    kind: str  # "image" or "document"
    link: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class AskLocation:
    """A message with WhatsApp's own button for sharing a location."""

    body: str


@dataclass(frozen=True, slots=True)
class Template:
    """A message approved beforehand, the only kind allowed outside the 24-hour window."""

    name: str
    language: str
    values: tuple[str, ...] = ()


Message = Text | Buttons | Rows | Media | AskLocation | Template

_KINDS: dict[str, type] = {
    "text": Text,
    "buttons": Buttons,
    "rows": Rows,
    "media": Media,
    "ask_location": AskLocation,
    "template": Template,
}
_NAMES = {cls: name for name, cls in _KINDS.items()}
_PARTS = {"buttons": Button, "rows": Row}


def pack(message: Message) -> dict[str, Any]:
    """Turn a message into plain data that JSON can keep."""
    packed: dict[str, Any] = {"type": _NAMES[type(message)], **_fields(message)}
    for name in _PARTS:
        if name in packed:
            packed[name] = tuple(_fields(part) for part in packed[name])
    return packed


def _fields(value: Any) -> dict[str, Any]:
    """A value's fields as they are: `asdict` copies each of them, and takes ten times as long."""
    return {name: getattr(value, name) for name in value.__slots__}


def unpack(data: dict[str, Any]) -> Message:
    """Turn what `pack` made back into the same message."""
    fields = {key: value for key, value in data.items() if key != "type"}
    for name, part in _PARTS.items():
        if name in fields:
            fields[name] = tuple(part(**each) for each in fields[name])
    if "values" in fields:
        fields["values"] = tuple(fields["values"])
    message: Message = _KINDS[data["type"]](**fields)
    return message
