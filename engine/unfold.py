"""Each use of a part written out: `delivery` becomes `delivery.street`, `delivery.confirm` …

The states of a part are copied to where they are used, with what is given put in and every name
of a state made whole. They keep the places of the part's own lines, and these know by which use
they are read. So the builder, the proof, the drawing and the machine see nothing but states.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import parts
from engine.copying import Copier, Inside, Scope, TooLarge
from engine.errors import Problem
from engine.line import use_of
from engine.loader import Document, Path
from engine.parts import Parts, Use
from engine.size import MOST_USES


def has_parts(document: Document) -> bool:
    """Is a part written, or used?"""
    return "parts" in document.data or any(parts.uses(document.data))


def unfold(document: Document) -> bool:
    """Write out the parts of a document in place; tell whether nothing had to be left out."""
    found = parts.found(document)
    try:
        document.data = _Names(found).file()
    except TooLarge as error:
        said = "used here, the parts become more than can be proved"
        found.tell(error.path, "E114", said, "use fewer parts, or shorter ones")
        document.data = parts.left_out(document.data)
        return False
    unfinished = {"E223", "E225"} & {problem.code for problem in document.problems}
    return not found.wrong and not unfinished


def told(problems: Iterable[Problem]) -> list[Problem]:
    """Tell what is wrong in a part once, and through which uses it shows."""
    uses: dict[Problem, dict[str, None]] = {}
    for each in problems:
        uses.setdefault(each, {})[use_of(each.line)] = None
    return [_told(each, [use for use in by if use]) for each, by in uses.items()]


def _told(problem: Problem, uses: list[str]) -> Problem:
    if not uses or any(f"{use}." in problem.message for use in uses):
        return problem
    names = ", ".join(f'"{use}"' for use in uses[:3]) + (" …" if len(uses) > 3 else "")
    return replace(problem, message=f"{problem.message} (used by {names})")


class _Names:
    """Finds which states there are, under which names, and has them copied."""

    def __init__(self, found: Parts) -> None:
        self.parts, self.document = found, found.document
        self.first: dict[str, str] = {}  # by a use's whole name, that of its first state
        self.copier = Copier(found, self.first)

    def file(self) -> dict[str, Any]:
        """Give the whole file without its parts."""
        data = self.document.data
        laid = list(self._lay_out(data["states"], ("states",), None))
        twice = {name for name, _, scope in laid if scope} & data["states"].keys()
        for name in sorted(twice):
            said = f'"{name}" is the name of a state of the part used in "{name.partition(".")[0]}"'
            self.parts.tell(("states", name), "E108", said, "give it another name", key=True)
        states: dict[str, Any] = {}
        for name, path, scope in laid:
            states.setdefault(name, self._state(name, path, scope))
        rest = {word: each for word, each in data.items() if word not in ("parts", "states")}
        for word in {"initial", "rescue"} & rest.keys():
            rest[word] = self.copier.entered(str(rest[word]))
        for word in {"anywhere"} & rest.keys():
            rest[word] = self.copier.copy(rest[word], (word,), (word,), None)
        return {**rest, "states": states}

    # --- which states there are ----------------------------------------------------------------

    def _lay_out(
        self, states: Mapping[str, Any], path: Path, scope: Inside
    ) -> Iterator[tuple[str, Path, Inside]]:
        for name, state in states.items():
            here, whole = (*path, name), f"{scope.name}.{name}" if scope else name
            if "use" not in state or here in self.parts.wrong:
                yield whole, here, scope
                continue
            inner = Scope(whole, Use(here, state), scope)
            inside = self.parts.states(inner.use.part)
            self.first[whole] = f"{whole}.{next(iter(inside))}"
            if len(self.first) > MOST_USES:
                raise TooLarge((*here, "use"))
            yield from self._lay_out(inside, ("parts", inner.use.part, "states"), inner)

    def _state(self, name: str, path: Path, scope: Inside) -> Any:
        to: Path = ("states", name)
        state = {} if path in self.parts.wrong else self._node(path)
        written = self.copier.copy(state, path, to, scope)
        if scope:
            written["was"] = self._former(name, path, scope)
            self.document.values.setdefault((*to, "was"), self.document.place(to))
        return written

    def _former(self, name: str, path: Path, scope: Scope) -> list[str]:
        """The names by which a customer may stand in a state of a part."""
        former = self._also(self._called(scope), path)
        around: Inside = scope
        while around and self.copier.entered(around.name) == name:
            former += self._called(around)
            around = around.outer
        return [each for each in dict.fromkeys(former) if each != name]

    def _called(self, scope: Scope) -> list[str]:
        """The names of a state that uses a part, the one it has and those it had."""
        path = scope.use.path
        return self._also(self._called(scope.outer), path) if scope.outer else self._local(path)

    def _also(self, around: list[str], path: Path) -> list[str]:
        local = self._local(path)
        if len(around) * len(local) > MOST_USES:
            raise TooLarge((*path, "was"))
        return [f"{outer}.{each}" for outer in around for each in local]

    def _local(self, path: Path) -> list[str]:
        was = self._node(path).get("was", [])
        return [str(path[-1]), *([was] if isinstance(was, str) else was)]

    def _node(self, path: Path) -> Any:
        node = self.document.data
        for step in path:
            node = node[step]
        return node
