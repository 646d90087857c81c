"""A message as it is written down: its words, and under them what can be tapped."""

from typing import Any


def written(message: dict[str, Any]) -> str:
    """Write down a message that Ghala was given, without blanks at the ends of lines."""
    kind = message["type"]
    shown = _SHOWN.get(kind, _file)(message[kind], kind)
    return tidy(shown)


def tidy(text: str) -> str:
    """Take away what nobody sees: blanks at the end of a line, empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).rstrip()


def _text(part: dict[str, Any], kind: str) -> str:
    return str(part["body"])


def _interactive(part: dict[str, Any], kind: str) -> str:
    words, action = str(part["body"]["text"]), part["action"]
    if part["type"] == "button":
        chips = " ".join(f"[{each['reply']['title']}]" for each in action["buttons"])
        return f"{words}\n{chips}"
    if part["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        lines = (f"[{row['title']}] {row.get('description', '')}" for row in rows)
        return "\n".join((words, f"[{action['button']} ▾]", *lines))
    return f"{words}\n[Send location]"


def _template(part: dict[str, Any], kind: str) -> str:
    return f"(the template {part['name']} in {part['language']['code']})"


def _file(part: dict[str, Any], kind: str) -> str:
    return "\n".join(filter(None, (f"({kind}: {part['link']})", part.get("caption"))))


_SHOWN = {"text": _text, "interactive": _interactive, "template": _template}
