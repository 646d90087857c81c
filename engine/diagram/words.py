"""Triggers, guards and messages in the few words that fit on an arrow or a card."""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.flow import (
    After,
    Choose,
    Flow,
    FreeText,
    Happened,
    Hear,
    Location,
    Message,
    Number,
    Option,
    Otherwise,
    Pictured,
    Rule,
    Trigger,
)
from engine.text import Text

WIDTH = 36  # characters of a card's line
LINES = 3  # of a card's text
PROBLEM = 64  # characters of a line of a fault
ZERO_WIDTH_JOINER = "\u200d"  # holds an emoji together; every other unseen character goes

_MARKED = re.compile(r"(?<!\w)([*_~])(?=\S)(.+?)(?<=\S)\1(?!\w)")  # WhatsApp's *bold*, _slanted_ …


def clean(text: str) -> str:
    """Put a text on one line, without the characters that cannot be seen."""
    words = " ".join(text.split())
    return "".join(each for each in words if each.isprintable() or each == ZERO_WIDTH_JOINER)


def short(text: str, width: int = WIDTH) -> str:
    """Cut a text that is too long for its place."""
    text = clean(text)
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def wrong(problem: str) -> list[str]:
    """A fault with its repair, on as many lines as it takes."""
    return textwrap.wrap(f"✗ {problem}", PROBLEM, subsequent_indent="  ", break_on_hyphens=False)


def spoken(message: Message, flow: Flow, language: str) -> tuple[str, ...]:
    """The first lines of what is said."""
    if message.say is None:
        return ()
    said = _source(message.say, language).replace("{shop}", flow.shop.name)
    lines = [line for each in said.split("\n") for line in textwrap.wrap(_plain(each), WIDTH)]
    if len(lines) > LINES:
        lines[LINES - 1] += " …"
    return tuple(short(line, WIDTH + 2) for line in lines[:LINES])


def tappable(message: Message, flow: Flow, language: str) -> Iterator[str]:
    """The labels of what can be tapped under a message."""
    for each in message.offer:
        if isinstance(each, Option):
            yield short(_source(each.title, language))
        elif each.other:
            yield "other ways to pay"
        else:
            yield from (short(_source(way.title, language)) for way in flow.payments.values())
    if message.sheet:
        yield "☰ " + short(_source(message.sheet.opener, language))
    if message.ask_location:
        yield "send location"


def label(
    rule: Rule, titles: Mapping[str, str], *, language: str = "", otherwise: bool = False
) -> str:
    """What is heard, and on which condition: ``number 1–20 [in_stock]``."""
    asked = [_asked(call.name, call.argument, call.negated) for call in rule.guards]
    asked = asked or (["else"] if otherwise else [])
    what = heard(rule.trigger, titles, language)
    return f"{what} [{', '.join(asked)}]" if asked else what


def heard(trigger: Trigger, titles: Mapping[str, str], language: str = "") -> str:
    """What is heard, in a few words; `titles` are the labels of the options by their id."""
    if isinstance(trigger, Choose):
        return _chosen(trigger, titles)
    if isinstance(trigger, Hear):
        return short(_words(trigger, language))
    return short(_HEARD[type(trigger)](trigger))


def titles(flow: Flow, language: str) -> dict[str, str]:
    """The label of every button and row of the flow by its id."""
    rules = [*flow.anywhere, *(rule for state in flow.states.values() for rule in state.rules)]
    messages = [rule.message for rule in rules]
    messages += [state.message for state in flow.states.values()]
    found = {each.id: _source(each.title, language) for one in messages for each in one.options}
    return {name: short(title) for name, title in found.items()}


def _chosen(trigger: Choose, titles: Mapping[str, str]) -> str:
    if trigger.id in titles:
        return f"tap “{titles[trigger.id]}”"
    return short(f"choose {trigger.id}")


def _asked(name: str, argument: str | None, negated: bool) -> str:
    words = f"{name} {argument}" if argument else name
    return short(f"not {words}" if negated else words)


def _words(trigger: Hear, language: str) -> str:
    words = sorted(trigger.said_in(language), key=lambda word: (len(word), word))
    more = "…" if len(words) > 2 else ""
    return ", ".join(f"“{trigger.in_full(word)}”" for word in words[:2]) + more


def _text(trigger: FreeText) -> str:
    return "any text" if trigger.low <= 1 else f"text, {trigger.low}–{trigger.high} letters"


def _pictured(trigger: Pictured) -> str:
    return " or ".join(sorted(trigger.kinds)) or "picture, voice …"


_HEARD: Mapping[type, Callable[[Any], str]] = {
    Number: lambda trigger: f"number {trigger.low}–{trigger.high}",
    FreeText: _text,
    Location: lambda _: "location",
    Pictured: _pictured,
    Happened: lambda trigger: trigger.name,
    After: lambda trigger: f"after {trigger.written}",
    Otherwise: lambda _: "otherwise",
}


def _source(text: Text, language: str) -> str:
    return text.template(language).source


def _plain(line: str) -> str:
    return _MARKED.sub(r"\2", _MARKED.sub(r"\2", clean(line).replace("```", "")))
