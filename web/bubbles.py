"""Draw messages in a terminal as a phone would; in a pipe, as plain lines."""

import re
import sys
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from web.logs import inert

WIDEST = 64  # columns of a bubble
JOINER = "\u200d"  # what makes one emoji of several

_MARKED = re.compile(r"(?<![^\W_])([*_~])(?=\S)(.+?)(?<=\S)\1(?![^\W_])")
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}

Choice = tuple[int, dict[str, Any]]
"""A button or row with the number that taps it."""


class Screen:
    """Where a chat is shown; colours and frames only where there is a terminal to show them."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, emoji=False, markup=False)
        self._framed = self._console.is_terminal

    def bubble(self, sender: str, message: dict[str, Any], choices: Sequence[Choice]) -> None:
        """Show one message of the shop with what can be tapped under it."""
        parts = [self._words(_words_of(message))]
        if choices:
            is_list = "sections" in message["interactive"]["action"]
            parts.append(self._rows(choices) if is_list else self._chips(choices))
        content = Text("\n\n").join(parts)
        if self._framed:
            title = Text(inert(sender), style="bold green")
            self._console.print(
                Panel.fit(
                    content, title=title, title_align="left", border_style="green",
                    box=box.ROUNDED, padding=(0, 1), width=self._width(content, title),
                )
            )  # fmt: skip
        else:
            self.line(f"{sender}:")
            self.line("\n".join(f"  {line}".rstrip() for line in content.plain.split("\n")))
            self.line("")

    def line(self, text: str, style: str = "") -> None:
        """Show a remark, or several."""
        shown = Text("\n".join(map(_shown, text.split("\n"))), style=style)
        self._console.print(shown, soft_wrap=True)

    def _width(self, content: Text, title: Text) -> int:
        needed = max(content.__rich_measure__(self._console, self._console.options).maximum,
                     title.cell_len + 2)  # fmt: skip
        return min(needed + 4, WIDEST, self._console.width)

    def _words(self, text: str) -> Text:
        lines = [_shown(line) for line in text.split("\n")]
        return Text("\n").join(_marked(line) if self._framed else Text(line) for line in lines)

    def _chips(self, choices: Sequence[Choice]) -> Text:
        chips = [_chip(at, choice["title"]) for at, choice in choices]
        beside = Text("  ").join(chips)
        fits = beside.cell_len <= min(WIDEST, self._console.width) - 4
        return beside if fits else Text("\n").join(chips)

    def _rows(self, choices: Sequence[Choice]) -> Text:
        rows = []
        for at, choice in choices:
            rows.append(_chip(at, choice["title"]))
            if choice.get("description"):
                rows.append(Text(f"    {_shown(choice['description'])}", style="dim"))
        return Text("\n").join(rows)


def _chip(at: int, title: str) -> Text:
    return Text.assemble((f"[{at}]", "bold cyan"), " ", _shown(title))


def _words_of(message: dict[str, Any]) -> str:
    """What a message says, whatever its kind."""
    kind = message["type"]
    part = message[kind]
    if kind == "text":
        return str(part["body"])
    if kind == "interactive":
        hint = "\n\n(share a place: /location)" if part["type"].startswith("location") else ""
        return f"{part['body']['text']}{hint}"
    if kind == "template":
        return f"(the template {part['name']} in {part['language']['code']})"
    return "\n".join(filter(None, (f"({kind}: {part['link']})", part.get("caption"))))


def _marked(line: str) -> Text:
    """Show *bold*, _italic_ and ~struck~ as WhatsApp does, one within another too."""
    shown = Text()
    while found := _MARKED.search(line):
        shown.append(line[: found.start()])
        inner = _marked(found[2])
        inner.stylize(_STYLES[found[1]])
        shown.append_text(inner)
        line = line[found.end() :]
    return shown.append(line)


def _shown(line: str) -> str:
    """Let nothing that somebody typed or wrote steer the terminal."""
    return JOINER.join(map(inert, line.split(JOINER)))


def forgive_encoding() -> None:
    """Let no letter that a terminal or pipe cannot write or read end the chat."""
    for stream in (sys.stdin, sys.stdout):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
