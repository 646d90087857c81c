"""What a WhatsApp message can hold, counted as WhatsApp counts: in UTF-16 units.

Source: WhatsApp Cloud API reference, "Messages" and "Interactive messages".
"""

from engine import effect

TEXT = 4096
BODY = 1024  # of a message with buttons or a list
CAPTION = 1024
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_ROWS = 10
ROW_TITLE = 24
ROW_ABOUT = 72
ROW_ID = 200
SECTION_TITLE = 24
OPENER = 20


def units(text: str) -> int:
    """Count a text as WhatsApp does: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str, most: int) -> bool:
    """Is a text no longer than so many units?"""
    return len(text) <= most // 2 or units(text) <= most  # no character is more than two


def cut(text: str, most: int) -> str:
    """Shorten a text to at most so many units, ending in an ellipsis where it was cut."""
    if fits(text, most):
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


def fitted(message: effect.Message) -> effect.Message:
    """Cut what no proof could bound, so that a message is sent shortened rather than refused."""
    if isinstance(message, effect.Text):
        return effect.Text(cut(message.body, TEXT))
    if isinstance(message, effect.Buttons):
        if _holds(message):
            return message
        buttons = tuple(
            effect.Button(button.id, cut(button.title, BUTTON_TITLE))
            for button in message.buttons[:BUTTONS]
        )
        return effect.Buttons(cut(message.body, BODY), buttons)
    if isinstance(message, effect.Rows):
        return _fitted_rows(message)
    if isinstance(message, effect.AskLocation):
        return effect.AskLocation(cut(message.body, BODY))
    if isinstance(message, effect.Media):
        return effect.Media(message.kind, message.link, cut(message.caption, CAPTION))
    return message


def _holds(message: effect.Buttons) -> bool:
    titles = [button.title for button in message.buttons]
    few = len(titles) <= BUTTONS and fits(message.body, BODY)
    return few and all(fits(title, BUTTON_TITLE) for title in titles)


def _fitted_rows(message: effect.Rows) -> effect.Rows:
    rows = tuple(
        effect.Row(row.id, cut(row.title, ROW_TITLE), cut(row.description, ROW_ABOUT))
        for row in message.rows[:LIST_ROWS]
    )
    title = cut(message.title, SECTION_TITLE)
    return effect.Rows(cut(message.body, BODY), cut(message.opener, OPENER), title, rows)


def merged(messages: list[effect.Message]) -> list[effect.Message]:
    """Join a text with the message after it wherever both fit into one: one message per turn."""
    joined: list[effect.Message] = []
    for message in messages:
        last = joined[-1] if joined else None
        one = _joined(last, message) if isinstance(last, effect.Text) else None
        if one is None:
            joined.append(message)
        else:
            joined[-1] = one
    return [fitted(message) for message in joined]


def _joined(first: effect.Text, then: effect.Message) -> effect.Message | None:
    body = getattr(then, "body", None)
    if body is None:
        return None
    most = TEXT if isinstance(then, effect.Text) else BODY
    both = f"{first.body}\n\n{body}" if body else first.body
    if units(both) > most:
        return None
    fields = {name: getattr(then, name) for name in then.__dataclass_fields__}
    whole: effect.Message = type(then)(**{**fields, "body": both})
    return whole
