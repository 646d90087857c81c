"""Every transition, text, guard and bound of a flow, taken away or altered, one at a time."""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml

from engine.loader import load

LONG = 60  # times: a text that no message can hold
LABEL = " and some more words"
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


@dataclass(frozen=True)
class Mutant:
    """A flow with one thing changed; its text is written when somebody asks for it."""

    kind: str
    where: str
    write: Callable[[], bytes]

    @property
    def text(self) -> bytes:
        """The whole flow."""
        return self.write()


def document(text: bytes) -> Any:
    """A flow as plain data, as the product reads it."""
    return load(text.decode()).data


class _Dumper(yaml.SafeDumper):
    """Writes nothing for nothing."""


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def written(data: Any) -> bytes:
    """Plain data as a flow."""
    kept = {"allow_unicode": True, "sort_keys": False, "width": 10_000}
    return yaml.dump(data, Dumper=_Dumper, **kept).encode()


def mutants(text: bytes) -> Iterator[Mutant]:
    """All mutants of a flow, in the order of its file."""
    whole = document(text)
    for path, value in _nodes(whole):
        for kind, change in _changes(path, value, whole):
            write = partial(_changed, whole, path, change)
            yield Mutant(kind, "/".join(map(str, path)), write)


def _changed(whole: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> bytes:
    mutated = copy.deepcopy(whole)
    change(_parent(mutated, path), path[-1])
    return written(mutated)


def _nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if path:
        yield path, value
    children = value.items() if isinstance(value, dict) else ()
    children = enumerate(value) if isinstance(value, list) else children
    for key, child in children:
        yield from _nodes(child, (*path, key))


def _parent(whole: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        whole = whole[key]
    return whole


def _removed(parent: Any, key: Any) -> None:
    del parent[key]


def _set(value: Any) -> Any:
    def change(parent: Any, key: Any) -> None:
        parent[key] = value

    return change


def _renamed(name: str) -> Any:
    def change(parent: Any, key: Any) -> None:
        parent[name] = parent.pop(key)

    return change


def _changes(path: tuple[Any, ...], value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    key, above = path[-1], path[-2] if len(path) > 1 else None
    if above in ("when", "anywhere") and isinstance(key, int):
        yield "rule removed", _removed
    elif above == "states" and isinstance(value, dict):
        yield "state removed", _removed
    elif key in _ALTERED and isinstance(above, int | str):
        yield from _ALTERED[key](value, whole)
    if isinstance(value, str) and _is_text(path):
        yield from _texts(value)


def _go(value: str, whole: Any) -> Iterator[tuple[str, Any]]:
    yield "go removed", _removed
    states = list(whole["states"])
    for other in dict.fromkeys((whole["initial"], states[-1], states[len(states) // 2])):
        if other != value:
            yield "go elsewhere", _set(other)


def _guards(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield "guard removed", _removed
    if isinstance(value, list):
        for at in range(len(value)):
            yield "guard removed", _set([each for n, each in enumerate(value) if n != at])


def _if(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield from _guards(value, whole)
    yield "guard turned round", _renamed("unless")


def _unless(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield from _guards(value, whole)
    yield "guard turned round", _renamed("if")


def _do(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield "action removed", _removed
    if isinstance(value, list):
        for at in range(len(value)):
            yield "action removed", _set([each for n, each in enumerate(value) if n != at])
        yield "actions the other way round", _set(value[::-1])


def _removal(name: str) -> Any:
    def changes(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
        yield f"{name} removed", _removed

    return changes


def _offer(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield "buttons removed", _removed
    if isinstance(value, list):
        for at in range(len(value)):
            yield "button removed", _set([each for n, each in enumerate(value) if n != at])
        yield "button twice", _set([*value, value[0]])


def _bounds(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    if found := _RANGE.fullmatch(str(value)):
        low, high = int(found[1]), int(found[2])
        for bound in ((low, high * 1000), (0, high), (low + 1, high), (low, high - 1), (high, low)):
            yield "bound altered", _set(f"{bound[0]}..{bound[1]}")


def _after(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    for other in ("1m", "25h", "3d", "0m"):
        yield "delay altered", _set(other)


def _tries(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    yield "tries removed", _removed
    if isinstance(value, dict):
        yield "tries altered", _set({**value, "at most": "0"})
        for state in whole["states"]:
            yield "tries altered", _set({**value, "then": state})


def _hear(value: Any, whole: Any) -> Iterator[tuple[str, Any]]:
    lists = value if isinstance(value, dict) else {"": value}
    for language, words in lists.items():
        words = words if isinstance(words, list) else [words]
        for at in range(len(words)):
            left = [each for n, each in enumerate(words) if n != at]
            other = {**lists, language: left}
            yield "word removed", _set(other if isinstance(value, dict) else left)


_ALTERED = {
    "go": _go, "if": _if, "unless": _unless, "do": _do, "save": _removal("save"),
    "say": _removal("text"), "offer": _offer, "list": _removal("list"), "number": _bounds,
    "text": _bounds, "after": _after, "tries": _tries, "hear": _hear,
    "commands": _removal("commands"), "speak": _removal("speak"), "change": _removal("change"),
}  # fmt: skip

_SAID = ("say", "otherwise", "messages", "offer", "opener", "title", "rows")


def _is_text(path: tuple[Any, ...]) -> bool:
    """Is this something that a customer reads?"""
    return any(each in _SAID for each in path) and path[-1] not in ("go", "payments", "rows")


def _texts(value: str) -> Iterator[tuple[str, Any]]:
    yield "text too long", _set(value * LONG if len(value) > 40 else value + LABEL * LONG)
    yield "text a little longer", _set(value + LABEL)
    yield "text unknown placeholder", _set(value + " {ordre}")
    yield "text placeholder of elsewhere", _set(value + " {payment_url}")
    yield "text emptied", _set("")
