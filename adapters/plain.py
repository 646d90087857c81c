"""Buttons and lists as plain text, for a provider that takes no interactive messages."""

from engine.effect import AskLocation, Buttons, Message, Rows, Text


def spoken(message: Message) -> Message:
    """Write the choices out as words that can be replied; other messages stay as they are."""
    match message:
        case Buttons():
            labels = [button.title for button in message.buttons]
        case Rows():
            labels = [row.title for row in message.rows]
        case AskLocation():
            return Text(message.body)
        case _:
            return message
    return Text("\n".join([message.body, "", *(f"• {each}" for each in labels)]))
