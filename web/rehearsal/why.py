"""Why the shop did what it did: the line of the flow, the rules tried, and what changed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from engine.because import named
from engine.flow import Flow, Otherwise
from engine.line import file_of
from engine.trace import Asked, Tried
from engine.turn import PAGE
from web.rehearsal.watching import Passage

_OWN = "_"  # what the engine keeps for itself begins so


def told(passage: Passage, flow: Flow, source: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """One event: what decided, what was tried before, what changed; `source` is each file."""
    yield f"{_event(passage)} in {passage.before}"
    winner = passage.winner
    if winner:
        line = winner.rule.place.line
        file = file_of(line) or flow.file
        lines = source.get(file, ())
        text = lines[line - 1].strip() if line <= len(lines) else ""
        yield f"  because of {file}:{int(line)}   {text}"
    elif passage.knows.get(PAGE) != passage.knew.get(PAGE):
        yield "  the list was turned to another page"
    else:
        yield "  no rule heard it"
    yield from (f"    {line}" for line in _tried(passage.tried, flow))
    if passage.stumble:
        yield f"  {passage.stumble}"
        yield "  nothing of it was kept, and the customer was told that something went wrong"
        return
    yield from (f"  {line}" for line in _changed(passage))


def _event(passage: Passage) -> str:
    event = passage.event
    shown = event.data.get("text") or event.data.get("id") or event.data.get("type")
    shown = shown or event.data.get("after") or event.data.get("order")
    return f'{event.name} "{shown}"' if shown else event.name


def _tried(tried: Sequence[Tried], flow: Flow) -> Iterator[str]:
    """Each rule that heard, with its guards; those that did not are only counted."""
    for heard, some in groupby(tried, key=lambda each: each.heard):
        rules = list(some)
        if heard:
            yield from (_rule(each, flow) for each in rules)
        else:
            lines = sorted(each.rule.place.line for each in rules)
            where = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"
            yield f"· {len(rules)} rule{'s' * (len(rules) > 1)} did not hear it ({where})"


def _rule(tried: Tried, flow: Flow) -> str:
    mark = "✓" if tried.wins else "✗"
    tired = isinstance(tried.rule.trigger, Otherwise) and tried.go != tried.rule.go
    misses = ", after too many misses" * tired
    heard = named(tried.rule.trigger, tried.typed)
    asked = "".join(f", {_asked(each)}" for each in tried.asked)
    return f"{mark} line {tried.rule.place.line}: {heard}{misses}{asked}"


def _asked(asked: Asked) -> str:
    call, yes = asked.call, asked.holds != asked.call.negated
    known = asked.values.items()
    # What has no limit is told as 0 left, and then there is enough of it.
    told = [(name, value) for name, value in known if not (yes and value == 0)]
    values = ", ".join(f"{name} = {_shown(value)}" for name, value in told)
    name = f"{'unless' if call.negated else 'if'} {call.name}" + (f" ({values})" if values else "")
    return f"{name}: {'yes' if yes else 'no'}"


def _changed(passage: Passage) -> Iterator[str]:
    if passage.before != passage.after:
        yield f"state: {passage.before} → {passage.after}"
    if passage.languages[0] != passage.languages[1]:
        yield f"language: {' → '.join(passage.languages)}"
    yield from _differences(passage.knew, passage.knows)
    many = len(passage.effects)
    yield f"said: {many} message{'s' * (many != 1)}"


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        shown = "misses" if name == "_misses" else name
        if not shown.startswith(_OWN):
            now = _shown(after[name]) if name in after else "forgotten"
            yield f"{shown}: {_shown(before.get(name))} → {now}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else " ".join(str(value).split())
