"""Write what the shop says into a conversation's file; all that its author wrote stays there."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.loader import Document
from web.rehearsal import yaml_text
from web.rehearsal.expecting import says
from web.rehearsal.running import Line, Run
from web.rehearsal.script import USUAL_PHONE, Act, Setting, Step


def updated(run: Run) -> str:
    """The text of the file with what was said in place of what was expected."""
    script = run.script
    if script is None:
        raise ValueError("a file that cannot be read cannot be rewritten")
    text = script.document.text.split("\n")
    for line in reversed(run.lines):
        words = _news(line)
        if words:
            _rewrite(text, script.document, line.played.step, words)
    return "\n".join(text)


def _news(line: Line) -> dict[str, Any]:
    """The words of the entry that are no longer true, as they are now."""
    played, step = line.played, line.played.step
    news: dict[str, Any] = {}
    if not played.state:
        return news  # it could not happen
    if step.bot is None or not says(step.bot, played.said):
        news["bot"] = bot(played.said)
    if step.state and step.state != played.state:
        news["state"] = played.state
    return news


def bot(said: Sequence[str]) -> str | list[str]:
    """One message stands as a text, several or none as a list."""
    return said[0] if len(said) == 1 else list(said)


def _rewrite(text: list[str], document: Document, step: Step, words: Mapping[str, Any]) -> None:
    """Put the words in place of the same ones of the entry; write the entry anew if it is dense."""
    places = _places(document, step.at)
    first, end = min(line for line, _ in places.values()), _end(text, document, step.at)
    columns = {column for _, column in places.values()}
    if len(columns) > 1 or len({line for line, _ in places.values()}) < len(places):
        text[first:end] = yaml_text.entry(document.data[step.at] | words)
        return
    margin = " " * columns.pop()
    for name in sorted(words, key=lambda name: places.get(name, (0, 0)), reverse=True):
        lines = [f"{margin}{each}" if each else "" for each in yaml_text.pair(name, words[name])]
        at = places[name][0] if name in places else _room(places, first, end)
        if at == first:
            lines[0] = text[first][: len(margin)] + lines[0].lstrip()
        text[at : _until(text, places, at, end) if name in places else at] = lines


def _room(places: Mapping[str, tuple[int, int]], first: int, end: int) -> int:
    """Where a new word goes: before the state, which is what stands last, else to the end."""
    state = places.get("state", (end, 0))[0]
    return state if state > first else end


def _until(text: list[str], places: Mapping[str, tuple[int, int]], at: int, end: int) -> int:
    """The line after a word and its value."""
    return _trimmed(text, at, min((line for line, _ in places.values() if line > at), default=end))


def _places(document: Document, at: int) -> dict[str, tuple[int, int]]:
    """Line and column, from 0, of each word of an entry."""
    return {
        str(path[1]): (line - 1, column - 1)
        for path, (line, column) in document.keys.items()
        if len(path) == 2 and path[0] == at
    }


def _end(text: list[str], document: Document, at: int) -> int:
    """The line after an entry, comments and empty lines below it not counted."""
    after = _places(document, at + 1)
    until = min((line for line, _ in after.values()), default=len(text))
    start = min(line for line, _ in _places(document, at).values())
    return _trimmed(text, start, until)


def _trimmed(text: list[str], start: int, until: int) -> int:
    while until > start + 1 and _says_nothing(text[until - 1]):
        until -= 1
    return until


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.strip() == "-" or line.lstrip().startswith("#")


# --- a whole file -------------------------------------------------------------------------------


def whole(title: str, setting: Setting, lines: Sequence[tuple[Step, Sequence[str] | None]]) -> str:
    """A new file: what it is about, how it begins, what happens, and what the shop says to it.

    Where None stands for what is said, nothing is expected.
    """
    parts = [f"# {line}" for line in title.split("\n")]
    if shown := _setting(setting):
        parts += yaml_text.entry(shown)
    for step, said in lines:
        parts += yaml_text.entry(_words(step) | _bot(said) | _state(step))
    return "\n".join(parts) + "\n"


def _bot(said: Sequence[str] | None) -> dict[str, str | list[str]]:
    return {} if said is None else {"bot": bot(said)}


def _setting(setting: Setting) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if setting.starts:
        shown["starts"] = f"{setting.starts:%Y-%m-%d %H:%M}"
    if setting.language:
        shown["language"] = setting.language
    if setting.stock:
        shown["stock"] = dict(setting.stock)
    return shown


def _words(step: Step) -> dict[str, Any]:
    phone = {"phone": step.phone} if step.phone != USUAL_PHONE else {}
    return {step.act.by: happens(step.act), **phone}


def _state(step: Step) -> dict[str, str]:
    return {"state": step.state} if step.state else {}


def happens(act: Act) -> str | dict[str, Any]:
    """What happens, as it is written."""
    if act.by == "wait" or act.verb == "text" or (act.verb in ("paid", "failed") and not act.what):
        return act.verb if act.by == "ghala" else act.what
    return {act.verb: act.what, **act.more}
