"""One message of ours, in the JSON that WhatsApp and Ghala share."""

from typing import Any, assert_never

from engine.effect import (
    AskLocation,
    Button,
    Buttons,
    Media,
    Message,
    Row,
    Rows,
    Template,
    Text,
)

_Json = dict[str, Any]


def body(to: str, message: Message) -> _Json:
    """Write a message to a number as ``POST /whatsapp/messages`` wants it."""
    kind, content = _content(message)
    return {"to": to, "type": kind, kind: content}


def _content(message: Message) -> tuple[str, _Json]:
    match message:
        case Text():
            return "text", {"body": message.body}
        case Buttons():
            action = {"buttons": [_button(each) for each in message.buttons]}
            return "interactive", _interactive("button", message.body, action)
        case Rows():
            return "interactive", _interactive("list", message.body, _list(message))
        case AskLocation():
            asking = {"name": "send_location"}
            return "interactive", _interactive("location_request_message", message.body, asking)
        case Media():
            return message.kind, _filled(link=message.link, caption=message.caption)
        case Template():
            return "template", _template(message)
        case _:
            assert_never(message)


def _interactive(kind: str, said: str, action: _Json) -> _Json:
    return {"type": kind, "body": {"text": said}, "action": action}


def _button(button: Button) -> _Json:
    return {"type": "reply", "reply": {"id": button.id, "title": button.title}}


def _list(message: Rows) -> _Json:
    section = {**_filled(title=message.title), "rows": [_row(each) for each in message.rows]}
    return {"button": message.opener, "sections": [section]}


def _row(row: Row) -> _Json:
    return {"id": row.id, "title": row.title, **_filled(description=row.description)}


def _template(message: Template) -> _Json:
    parameters = [{"type": "text", "text": each} for each in message.values]
    named = {"name": message.name, "language": {"code": message.language}}
    if not parameters:
        return named
    return {**named, "components": [{"type": "body", "parameters": parameters}]}


def _filled(**fields: str) -> _Json:
    """Leave out what is empty: WhatsApp refuses an empty text where it allows none."""
    return {name: value for name, value in fields.items() if value}
