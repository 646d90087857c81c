"""Write conversations as YAML that people read: texts as they are, quotes only where they must."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BLOCK = re.compile(r"[^\W\d_](?:[^:#\n]|:(?=\S)|(?<=\S)#)*(?<![:\s])")
_FLOW = re.compile(r"[^\W\d_](?:[^:#\n{}\[\],]|:(?=\w)|(?<=\S)#)*(?<![:\s])")
_SPAN = re.compile(r"\d{1,9}[smhd]", re.ASCII)  # 30m; 1e3 would be a number
_RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_UNPRINTABLE = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef\U00010000-\U0010ffff]"
)


def entry(words: Mapping[str, Any]) -> list[str]:
    """The lines of one entry of the list: its words in their order."""
    lines = [line for name, value in words.items() for line in pair(name, value)]
    return ["- " + lines[0], *(f"  {line}" if line else "" for line in lines[1:])]


def pair(name: str, value: Any) -> list[str]:
    """The lines of a word and its value."""
    if isinstance(value, Mapping):
        return [f"{name}: {_inline(value)}"]
    if isinstance(value, str):
        first, *rest = _text(value)
        return [f"{name}: {first}", *_under("  ", rest)]
    if not value:
        return [f"{name}: []"]
    return [f"{name}:", *_under("  ", _items(value))]


def _items(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        first, *rest = _text(text)
        yield f"- {first}"
        yield from _under("  ", rest)


def _under(margin: str, lines: Sequence[str] | Iterator[str]) -> list[str]:
    return [f"{margin}{line}" if line else "" for line in lines]


def _text(text: str) -> list[str]:
    """A text of one line as it stands or in quotes, of several lines as a block."""
    if "\n" not in text:
        return [scalar(text)]
    if text[0] in " \n" or text != text.rstrip() or _UNPRINTABLE.search(text):
        return [_quoted(text)]
    return ["|-", *text.split("\n")]


def scalar(text: str, *, plain: re.Pattern[str] = _BLOCK) -> str:
    """One word or line, in quotes where YAML would read something else."""
    is_word = plain.fullmatch(text) and text.casefold() not in _RESERVED
    is_plain = is_word or _SPAN.fullmatch(text)
    return text if is_plain and not _UNPRINTABLE.search(text) else _quoted(text)


def _inline(value: Mapping[str, Any]) -> str:
    pairs = (f"{name}: {_value(each)}" for name, each in value.items())
    return "{" + ", ".join(pairs) + "}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _inline(value)
    return str(value) if isinstance(value, int) else scalar(str(value), plain=_FLOW)


def _quoted(text: str) -> str:
    shown = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: _escaped(found[0]), shown)


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
