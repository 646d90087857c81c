"""YAML without surprises: text stays text, nothing is doubled, every node knows its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine import unreadable
from engine.errors import FlowError, Problem
from engine.line import file_of

LARGEST = 256 * 1024  # bytes
DEEPEST = 20  # nested lists and mappings
MOST_NODES = 20_000
MOST_FAULTS = 100  # told at once; whoever made more of them begins with these

#: What YAML cannot hold and no editor shows.
_INVISIBLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: A whole text in the quotes that phones and Word make of straight ones.
_CURLY = re.compile(r"[“„].*[”“]|[‘‚].*[’‘]", re.DOTALL)

Path = tuple[str | int, ...]
_Events = Iterator[Any]  # PyYAML's events, which its stubs know only in part


@dataclass(slots=True)
class Document:
    """A loaded file: plain dicts, lists and text, and where each of them was written.

    `values` and `keys` map the path of a node, such as ``("states", "quantity", "say")``, to
    its line and column, both from 1: of the value, and of the key that names it.
    """

    file: str
    text: str
    data: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)  # found so far, the rest can be read
    curly: list[Problem] = field(default_factory=list)  # texts in quotes that customers would see
    #: The files beside it whose parts are lost: why, and what would be right.
    lost: dict[str, tuple[str, str]] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Tell where a node stands; for one that does not exist, where its parent does."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def problem(
        self, path: Path, code: str, message: str, repair: str = "", *, key: bool = False
    ) -> Problem:
        """Name a fault at the place of a node."""
        line, column = self.place(path, key=key)
        return Problem(line, column, code, message, repair, file_of(line) or self.file)


def load(text: str | bytes, *, file: str = "flows.yaml", most: int = MOST_NODES) -> Document:
    """Read YAML into plain dicts, lists and text.

    Every scalar is the text that was written (``yes``, ``0012`` and ``12:30`` are no longer
    booleans, octals or 750), an empty one is None. A key that stands twice is noted in
    `problems` and the first counts. Raises `FlowError` for bad YAML, a tab, an anchor or alias,
    and for a file too large or too deep, or with more entries than `most`.
    """
    document = Document(file, _visible(_decoded(text, file), file))
    try:
        events = iter(yaml.parse(document.text, Loader=yaml.CSafeLoader))
        _compose(document, events, most)
    except yaml.YAMLError as error:
        raise FlowError([_unreadable(error, document)]) from error
    return document


def _decoded(text: str | bytes, file: str) -> str:
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        message = f"the file has {len(raw)} bytes, at most {LARGEST} are read"
        raise FlowError([Problem(1, 1, "E101", message, "split it", file)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = Problem(line, 1, "E102", "this is not UTF-8 text", "save the file as UTF-8", file)
        raise FlowError([fault]) from error


def _visible(text: str, file: str) -> str:
    """Refuse a text that holds what nobody can see, such as NUL."""
    found = _INVISIBLE.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    said = f"an invisible character (number {ord(found[0])}) stands here"
    raise FlowError([Problem(line, column, "E109", said, "remove it", file)])


def _unreadable(error: yaml.YAMLError, document: Document) -> Problem:
    marks = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    here, begun = ((mark.line + 1, mark.column + 1) if mark else (1, 1) for mark in marks)
    said = str(getattr(error, "problem", None) or "")
    return unreadable.told(said, here, begun, document.text.splitlines(), document.file)


class _Composer:
    """Builds the document from the parser's events, one look ahead, bounded in depth and size."""

    def __init__(self, document: Document, events: _Events, most: int) -> None:
        self.document, self.events, self.most = document, events, most
        self.problems = document.problems
        self.nodes = 0

    def value(self, event: Any, path: Path) -> Any:
        """Read the node that begins with this event, and note its place."""
        self._count(event, path)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        self.document.values[path] = (line, column)
        if isinstance(event, yaml.ScalarEvent):
            empty = event.value in ("", "~", "null") and not event.style
            if not event.style and _CURLY.fullmatch(event.value):
                self._warn_of_curly(line, column)
            return None if empty else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _warn_of_curly(self, line: int, column: int) -> None:
        said, repair = "customers will see these curly quotes", 'write straight ones "…", or none'
        self.document.curly.append(Problem(line, column, "E139", said, repair, self.document.file))

    def _count(self, event: Any, path: Path) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.stop(
                event,
                "E105",
                "anchors and aliases (& and *) are not allowed",
                "write the text out again; quote a text that starts with * or &",
            )
        if len(path) > DEEPEST or self.nodes > self.most:
            self.stop(event, "E106", "nested too deep or too many entries", "make it flatter")
        if getattr(event, "tag", None):
            self.stop(
                event, "E107", "a text cannot start with ! here", "put the whole text in quotes"
            )

    def stop(self, event: Any, code: str, message: str, repair: str) -> None:
        """Refuse the whole file for what stands here."""
        mark = event.start_mark
        fault = Problem(mark.line + 1, mark.column + 1, code, message, repair, self.document.file)
        raise FlowError([*self.problems, fault])

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path)
            here = (*path, key)
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if key in items:
                message = f'"{key}" stands here twice, first in line {self.document.keys[here][0]}'
                self.problems.append(
                    Problem(*place, "E108", message, "keep one of them", self.document.file)
                )
                if len(self.problems) >= MOST_FAULTS:
                    raise FlowError(self.problems)
                self.value(next(self.events), (*path, f"{key} again"))
                continue
            self.document.keys[here] = place
            items[key] = self.value(next(self.events), here)
        return items

    def _key(self, event: Any, path: Path) -> str:
        self._count(event, path)
        if not isinstance(event, yaml.ScalarEvent):
            self.stop(
                event,
                "E104",
                "a list or mapping cannot be a key",
                "quote the text if it starts with [ or {",
            )
        key: str = event.value
        if key == "<<":
            self.stop(event, "E105", "merge keys (<<) are not allowed", "write the keys out again")
        return key


def _compose(document: Document, events: _Events, most: int) -> None:
    composer = _Composer(document, events, most)
    starts = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            starts += 1
            if starts > 1:
                composer.stop(event, "E104", "a second document starts here", "remove the ---")
        elif isinstance(event, yaml.NodeEvent):
            document.data = composer.value(event, ())
