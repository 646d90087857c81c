"""From text to a frozen `Flow`: the file's shape, and every fault of it at once."""

import difflib
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from engine import bringing, build, bundle, changing, schema, size, trail, unfold
from engine.bundle import Source
from engine.errors import FlowError, Problem, faults
from engine.flow import Flow
from engine.loader import MOST_FAULTS, Document, Path, load
from engine.vocabulary import Vocabulary

#: What people write by habit, and what it is called here.
HABITS = {
    "on": "when", "rules": "when", "transitions": "when", "next": "go", "goto": "go", "to": "go",
    "target": "go", "text": "say", "message": "say", "reply": "say", "prompt": "say",
    "buttons": "offer", "button": "offer", "action": "do", "actions": "do", "then": "go",
    "condition": "if", "conditions": "if", "guard": "if", "timeout": "after", "else": "otherwise",
    "default": "otherwise", "start": "initial", "products": "catalog", "catalogue": "catalog",
    "language": "languages",
}  # fmt: skip


def read(source: Source, vocabulary: Vocabulary | None = None, *, file: str = "flows.yaml") -> Flow:
    """Read a flow of a vocabulary; raises `FlowError` with every fault of what is written."""
    flow, problems, _ = examine(source, vocabulary, file=file)
    if flow is None or faults(problems):
        raise FlowError(problems)
    return flow


def examine(
    source: Source, vocabulary: Vocabulary | None = None, *, file: str = "flows.yaml"
) -> tuple[Flow | None, list[Problem], bool]:
    """Read a flow as far as it can be read: the flow, its faults, and whether it is whole.

    Where a wrong key is plainly meant as another (`on` for `when`) it is told and read as that
    one, so that the faults behind it are seen in the same run. A flow that is not whole had
    something left out, and nothing should be concluded from what it lacks.
    """
    known = bundle.of(source)
    document = load(known.main, file=file)
    _check_size(document)
    brought = bringing.bring_in(document, known)
    raw, whole = _shaped(document)
    whole &= brought
    if raw and unfold.has_parts(document):
        whole &= unfold.unfold(document)
        raw, still = _shaped(document)
        whole &= still
    if raw is None:
        return None, document.problems + document.curly, False
    builder = build.Builder(document, _hash(known.text()))
    flow, whole = builder.flow(raw), whole and builder.is_whole
    if whole:
        flow, misled = changing.with_changes(flow, vocabulary or Vocabulary({}, {}))
        whole = not misled
        document.problems += misled
    return trail.with_ways_back(flow), document.problems + document.curly, whole


def _check_size(document: Document) -> None:
    """Refuse at once what would take long to be read any further."""
    if found := size.too_large(size.of_written(document.data)):
        raise FlowError([*document.problems, document.problem((), "E114", *found)])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


#: Without these there is nothing that a further look could tell.
_NEEDED = {"states", "initial"}


def _shaped(document: Document) -> tuple[schema.RawFlow | None, bool]:
    """Validate; mend or leave out what is wrong, so that one pass tells all."""
    if not isinstance(document.data, dict):
        document.problems.append(
            document.problem((), "E110", "this is not a flow", "start with `flow: my-shop`")
        )
        return None, False
    if document.data.keys() == {"parts"}:
        said, repair = "these are only parts, and no flow", "look at the flow that uses them"
        document.problems.append(document.problem((), "E110", said, repair))
        return None, False
    whole = True
    for _ in range(6):
        raw, faults = schema.validated(document.data)
        if raw:
            return raw, whole
        for fault in reversed(faults[:MOST_FAULTS]):
            whole &= _mend(document, _path(document, fault["loc"]), fault)
        if len(document.problems) >= MOST_FAULTS or _NEEDED - document.data.keys():
            break
    return None, False


def _path(document: Document, loc: tuple[int | str, ...]) -> Path:
    """Find the node a fault is about: validators add steps of their own, which are left out."""
    path: Path = ()
    node: Any = document.data
    step: Any
    for step in loc:
        if (isinstance(node, Mapping) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node, path = node[step], (*path, step)
    return path


def _mend(document: Document, path: Path, fault: Mapping[str, Any]) -> bool:
    """Tell one fault and take it out of the data; tell whether nothing was lost by that."""
    kind, loc = fault["type"], fault["loc"]
    if kind == "extra_forbidden":
        return _rename(document, path, schema.allowed(loc))
    if kind == "missing":
        name = str(loc[-1])
        if len(path) == len(loc):
            return True  # a key that was meant as this one has just been read so
        document.problems.append(_missing(document, path, name))
        path = (*path, name) if name in _STAND_INS else path
    else:
        document.problems.append(_wrong_type(document, path, kind))
    _remove(document.data, path)
    return False


#: What is put in place of something missing or unreadable, so that the rest can still be told.
_STAND_INS: Mapping[str, Any] = {
    "flow": "?", "shop": {"name": "?"}, "name": "?", "price": "1", "title": "?", "about": "?",
    "opener": "?",
}  # fmt: skip


def _missing(document: Document, path: Path, name: str) -> Problem:
    where = f"in {path[-1]}" if path else "in the file"
    return document.problem(
        path, "E112", f'"{name}:" is missing {where}', f"add a line `{name}: …`", key=True
    )


_EXPECTED = {
    "string_type": ("a text is expected here", "write it in one line, in quotes if it has a colon"),
    "dict_type": ("names with values are expected here", "write `name: value`, indented under it"),
    "list_type": ("a list is expected here", "start each entry with a dash: `- …`"),
    "too_short": ("something is missing here", "write it in one line, or one line a language"),
    "model_type": ("names with values are expected here", "write `name: value`, indented under it"),
}


_SAID = {"say", "otherwise", "title", "about", "hint", "opener"}


def _is_text(path: Path) -> bool:
    """Does a text stand here, or one of its languages?"""
    return bool(_SAID & {str(step) for step in path[-2:]}) or path[:1] == ("messages",)


_IN_QUOTES = "put a text that has a comma or {…} in it in quotes"
_STRAIGHT = 'these are curly quotes “ ”: write straight ones "…"'
_UNCLOSED = re.compile(r"[“”‘’„].*[^“”‘’]\Z", re.DOTALL)


def _cuts_curly(around: Any) -> bool:
    """Does a text near it begin with a curly quote that a comma keeps from its end?"""
    near = around.values() if isinstance(around, Mapping) else ()
    return any(isinstance(each, str) and _UNCLOSED.match(each) for each in near)


def _wrong_type(document: Document, path: Path, kind: str) -> Problem:
    message, repair = _EXPECTED.get(kind, ("this cannot be read here", "write it as a text"))
    if _is_text(path):
        message, repair = "a text is expected here", "write `Hello`, or `{en: Hello, sw: Habari}`"
        if kind == "string_type" and _node(document.data, path) is None:
            around = _node(document.data, path[:-1])
            repair = _STRAIGHT if _cuts_curly(around) else _IN_QUOTES
    name = f'"{path[-1]}": ' if path and isinstance(path[-1], str) else ""
    return document.problem(path, "E113", f"{name}{message}", repair)


def _rename(document: Document, path: Path, allowed: list[str]) -> bool:
    """Tell an unknown key; where its meaning is plain, read it as the right one."""
    key, parent = str(path[-1]), _node(document.data, path[:-1])
    meanings = {habit: word for habit, word in HABITS.items() if word in allowed}
    meanings |= {word: word for word in allowed}
    near = difflib.get_close_matches(key, meanings, n=1, cutoff=0.6)
    meant = meanings[near[0]] if near else None
    repair = f'write "{meant}:"' if meant else f"allowed here: {', '.join(allowed)}"
    document.problems.append(
        document.problem(
            path, "E111", f'"{key}" is not a word of the flow language here', repair, key=True
        )
    )
    value = parent.pop(key)
    if meant is None or meant in parent:
        return False
    parent[meant] = value
    _move(document, value, path, (*path[:-1], meant))
    return True


def _move(document: Document, value: Any, old: Path, new: Path) -> None:
    """Let everything inside a renamed key keep its place."""
    for places in (document.values, document.keys):
        if old in places:
            places[new] = places[old]
    inside = enumerate(value) if isinstance(value, list) else ()
    for step, each in value.items() if isinstance(value, Mapping) else inside:
        _move(document, each, (*old, step), (*new, step))


def _node(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _remove(data: Any, path: Path) -> None:
    if not path:
        return
    parent = _node(data, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
        if path[-1] in _STAND_INS and (len(path) != 1 or path[-1] in ("flow", "shop")):
            parent[path[-1]] = _STAND_INS[str(path[-1])]
        if _is_text(path) and len(path) > 1:
            parent[path[-1]] = "?"
    else:
        parent[path[-1]] = {}
