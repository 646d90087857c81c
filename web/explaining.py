"""What `duka explain` and `duka vocabulary` tell: codes, actions, guards and events."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from textwrap import indent
from typing import Any

from engine.checks.codes import ROWS, Code, codes
from engine.errors import WARNINGS
from engine.vocabulary import Vocabulary, Word


def _code(name: str) -> Code:
    """Find a code; raises LookupError, with the nearest one, for a name that is none."""
    found = codes().get(name.upper())
    if found is None:
        near = get_close_matches(name.upper(), codes(), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "`duka explain` lists all"
        raise LookupError(f"there is no code {name} → {hint}")
    return found


_ONLY = "\nIt is only a warning: the flow goes live all the same."


def code(name: str) -> str:
    """Explain one code as a page; raises LookupError for a name that is none."""
    each = _code(name)
    wrong, right = (indent(text.rstrip(), "    ") for text in (each.wrong, each.right))
    return (
        f"{each.code}  {each.says}\n\n{each.why}{_ONLY if each.code in WARNINGS else ''}\n\n"
        f"Wrong:\n\n{wrong}\n\nRight:\n\n{right}\n\n"
        f"Part of the proof: {each.row}. {ROWS[each.row]}"
    )


def every_code() -> str:
    """List all codes with their meaning, row by row."""
    rows = (
        "\n".join([f"{row}: {promise}", *(f"  {each.code}  {each.says}" for each in _of(row))])
        for row, promise in ROWS.items()
    )
    return "\n\n".join(rows) + "\n\n`duka explain E402` tells more, with an example."


def _of(row: str) -> list[Code]:
    return sorted((each for each in codes().values() if each.row == row), key=lambda c: c.code)


def plain_codes(name: str | None) -> list[dict[str, str]]:
    """One code, or all of them, as data."""
    return [asdict(each) for each in ([_code(name)] if name else codes().values())]


# --- the vocabulary ----------------------------------------------------------------------------

#: How a word is told: the part of it, and the words before what it holds.
_PARTS = {
    "takes": "takes", "needs": "needs", "asks": "only with `if:`",
    "asks_counted": "where products are counted, only with `if:`", "proves": "proves",
    "gives": "gives", "tells": "tells this once", "brings": "brings", "drops": "forgets",
    "says": "says, from `messages:`",
}  # fmt: skip

#: Where a flow names each kind.
_PLACES = {"actions": "in `do:`", "guards": "in `if:` and `unless:`", "events": "in `event:`"}

_FILLED = ("gives", "tells", "brings")  # what these name may stand in texts


def plain_vocabulary(words: Vocabulary, name: str | None = None) -> dict[str, Any]:
    """All that a flow may name, or one name of it, as data; raises LookupError for no such name."""
    known = _plain(words)
    if name is None:
        return known
    found = {kind: [each for each in known[kind] if each["name"] == name] for kind in _PLACES}
    if not any(found.values()):
        names = [each["name"] for kind in _PLACES for each in known[kind]]
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else "`duka vocabulary` lists all"
        raise LookupError(f'a flow may not name "{name}" → {hint}')
    return {kind: entries for kind, entries in found.items() if entries}


def _plain(words: Vocabulary) -> dict[str, Any]:
    return {
        "actions": [_word(word) for word in words.actions.values()],
        "guards": [_word(word) for word in words.guards.values()],
        "events": [
            {"name": name, "about": words.meanings.get(name, ""), "brings": sorted(brought)}
            for name, brought in words.events.items()
        ],
        "always": sorted(words.always),
        "messages": {name: sorted(brought) for name, brought in words.messages.items()},
    }


def _word(word: Word) -> dict[str, Any]:
    parts = ("needs", "asks", "asks_counted", "proves", "gives", "tells", "drops", "says")
    lists = {part: list(getattr(word, part)) for part in parts}
    return {"name": word.name, "about": word.about, "takes": word.takes, **lists}


def told(known: Mapping[str, Any]) -> str:
    """The vocabulary, or one name of it, as a page."""
    kinds = (kind for kind in _PLACES if kind in known)
    pages = [_page(f"{kind}, {_PLACES[kind]}", known[kind]) for kind in kinds]
    if "always" in known:
        always = ", ".join(f"{{{name}}}" for name in known["always"])
        pages.append(f"always known in texts: {always}")
    return "\n\n".join(pages)


def _page(title: str, entries: list[Mapping[str, Any]]) -> str:
    return "\n".join([title, *(line for entry in entries for line in _entry(entry))])


def _entry(entry: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {entry['name']}"
    yield f"      {entry['about']}"
    for part, said in _PARTS.items():
        held = entry.get(part)
        if held:
            names = [held] if isinstance(held, str) else held
            shown = (f"{{{name}}}" if part in _FILLED else name for name in names)
            yield f"      {said}: {'all answers' if names == ['*'] else ', '.join(shown)}"
