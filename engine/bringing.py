"""The parts of other files brought into a flow, where they are called `delivery.yaml#street`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from engine import bundle
from engine.bundle import SIGN, Bundle
from engine.errors import FlowError
from engine.line import Line
from engine.loader import MOST_NODES, Document, Path, load


def bring_in(document: Document, known: Bundle) -> bool:
    """Put the parts of other files under the flow's own; tell whether all of it could be read."""
    before = len(document.problems)
    if isinstance(document.data, dict):
        files = _Files(document, known)
        files.own_names()
        files.bring_in()
        files.tell_circles((files.me,))
    return len(document.problems) == before


@dataclass(slots=True)
class _Files:
    """A flow and what is beside it: one file read after the other."""

    document: Document
    known: Bundle
    read: dict[str, Document] = field(default_factory=dict)
    #: The files that each names, and where; before its own parts have their whole names.
    names: dict[str, list[tuple[Path, str]]] = field(default_factory=dict)
    room: int = MOST_NODES  # for entries, of all files together

    @property
    def me(self) -> str:
        """The flow's own name, by which another file could name it."""
        return PurePath(self.document.file).name

    def own_names(self) -> None:
        """Refuse a part of the flow that is called like one of another file."""
        parts = self.document.data.get("parts")
        for part in [each for each in parts if SIGN in each] if isinstance(parts, dict) else ():
            self._tell_name(self.document, part)
            del parts[part]

    def bring_in(self) -> None:
        """Read every file that is used, and note why the parts of one are lost."""
        self.room -= len(self.document.values)
        self.names[self.me] = list(_used(self.document.data))
        wanted = [name for _, name in self.names[self.me]]
        for name in wanted:  # grows while it is read
            if name in self.names or name in self.document.lost:
                continue
            if name not in self.known.beside:
                self.document.lost[name] = self.known.why_not(name)
                continue
            try:
                self.read[name] = other = self._loaded(name, self.known.beside[name])
                self.names[name] = list(_used(other.data))
                wanted += [each for _, each in self.names[name]]
                self._adopt(name, other)
            except FlowError as error:
                self.document.problems += error.problems
                self.document.lost[name] = ("", "")
        self.document.lost.setdefault(self.me, ("", ""))

    def _loaded(self, name: str, raw: bytes) -> Document:
        """Read a file, within what is left of the entries that all of them may have."""
        if self.room <= 0 and self.document.lost:
            raise FlowError([])  # enough was told of what came before
        try:
            other = load(raw, file=bundle.shown(self.document.file, name), most=self.room)
        except FlowError:
            self.room -= len(raw) // 2  # as many entries as it can have
            raise
        self.room -= len(other.values)
        return other

    def _adopt(self, name: str, other: Document) -> None:
        """Take over the parts of a file, each under its whole name, with where they stand."""
        self._check_shape(other)
        mine = self.document.data.setdefault("parts", {})
        if not isinstance(mine, dict):
            raise FlowError([])  # told of the flow itself
        for part, body in other.data["parts"].items():
            if SIGN in part:
                self._tell_name(other, part)
                continue
            mine[f"{name}{SIGN}{part}"] = body
            for state in bundle.inside(body, "states").values():
                if isinstance(state, dict) and SIGN not in str(used := state.get("use", SIGN)):
                    state["use"] = f"{name}{SIGN}{used}"
        ours = self.document
        for places, theirs in ((ours.values, other.values), (ours.keys, other.keys)):
            for path, (line, column) in theirs.items():
                if len(path) > 1 and path[0] == "parts":
                    whole = ("parts", f"{name}{SIGN}{path[1]}", *path[2:])
                    places[whole] = (Line(line, file=other.file), column)

    def _check_shape(self, other: Document) -> None:
        """Is it a file of parts? What else stands in it is told; without parts it is none."""
        self.document.problems += other.problems
        self.document.curly += other.curly
        if not isinstance(other.data, dict) or "parts" not in other.data:
            said = "this is not a file of parts"
            raise FlowError([other.problem((), "E110", said, "start with `parts:`")])
        for word in other.data.keys() - {"parts"}:
            said = f'"{word}" cannot stand in a file beside the flow'
            repair = "keep only `parts:` here"
            self.document.problems.append(other.problem((word,), "E111", said, repair, key=True))
        if not isinstance(other.data["parts"], dict):
            repair = "write `name: value`, indented under it"
            said = '"parts": names with values are expected here'
            raise FlowError([other.problem(("parts",), "E113", said, repair)])

    def _tell_name(self, where: Document, part: str) -> None:
        said, repair = f'"{part}" cannot be a name', f"leave the {SIGN} out"
        fault = where.problem(("parts", part), "E136", said, repair, key=True)
        self.document.problems.append(fault)

    def tell_circles(self, chain: tuple[str, ...]) -> None:
        """Tell of each file that comes back to itself, at the use that closes the circle."""
        source = self.read.get(chain[-1], self.document)
        for path, name in self.names.pop(chain[-1], ()):
            if name in chain:
                way = " brings in ".join((*chain[chain.index(name) :], name))
                said = f'"{name}" brings in itself: {way}'
                repair = "write the parts that need one another into one file"
                self.document.problems.append(source.problem(path, "E231", said, repair))
            else:
                self.tell_circles((*chain, name))


def _used(data: Any) -> Iterator[tuple[Path, str]]:
    """The files that are used, each once, with the place of its first use."""
    found: dict[str, Path] = {}
    for path, used in bundle.uses(data):
        found.setdefault(used.partition(SIGN)[0], path)
    yield from ((path, name) for name, path in found.items())
