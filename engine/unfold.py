"""Each use of a part written out: `delivery` becomes `delivery.street`, `delivery.confirm` …

The states of a part are copied to where they are used, with what is given put in and every name
of a state made whole. They keep the places of the part's own lines, and these know by which use
they are read. So the builder, the proof, the drawing and the machine see nothing but states.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import parts
from engine.errors import Problem
from engine.loader import LARGEST, MOST_NODES, Document, Path
from engine.parts import RETURN, Parts, Use
from engine.text import PLACEHOLDER

MOST_USES = 500


class Borrowed(int):
    """A line of a part, as one of its uses reads it."""

    use: str

    def __new__(cls, line: int, use: str) -> "Borrowed":
        """Remember the use beside the line."""
        borrowed = super().__new__(cls, line)
        borrowed.use = use
        return borrowed


def use_of(line: int) -> str:
    """Name the state through whose use this line is read; none reads it but for itself."""
    return line.use if isinstance(line, Borrowed) else ""


def has_parts(document: Document) -> bool:
    """Is a part written, or used?"""
    return "parts" in document.data or any(parts.uses(document.data))


def unfold(document: Document) -> bool:
    """Write out the parts of a document in place; tell whether nothing had to be left out."""
    found = parts.found(document)
    try:
        document.data = _Writer(found).file()
    except _TooLarge as error:
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


class _TooLarge(Exception):
    def __init__(self, path: Path) -> None:
        self.path = path


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the names of a part mean in one use of it; a use may stand in a part itself."""

    name: str  # of the state that uses it, whole
    use: Use
    outer: "_Scope | None"


Inside = _Scope | None


class _Writer:
    """Copies what is written to where it is used, within bounds."""

    def __init__(self, found: Parts) -> None:
        self.parts, self.document = found, found.document
        self.first: dict[str, str] = {}  # by a use's whole name, that of its first state
        self.nodes = self.letters = 0
        self.answers: dict[str, set[str]] = {}  # by part, what it takes as names of answers

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
            rest[word] = self._entered(str(rest[word]))
        for word in {"anywhere"} & rest.keys():
            rest[word] = self._copy(rest[word], (word,), (word,), None)
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
            inner = _Scope(whole, Use(here, state), scope)
            inside = self.parts.states(inner.use.part)
            self.first[whole] = f"{whole}.{next(iter(inside))}"
            if len(self.first) > MOST_USES:
                raise _TooLarge((*here, "use"))
            yield from self._lay_out(inside, ("parts", inner.use.part, "states"), inner)

    def _entered(self, name: str) -> str:
        """The state that is entered by this name: of a part, its first."""
        while name in self.first:
            name = self.first[name]
        return name

    def _state(self, name: str, path: Path, scope: Inside) -> Any:
        to: Path = ("states", name)
        state = {} if path in self.parts.wrong else self._node(path)
        written = self._copy(state, path, to, scope)
        if scope:
            written["was"] = self._former(name, path, scope)
            self.document.values.setdefault((*to, "was"), self.document.place(to))
        return written

    def _former(self, name: str, path: Path, scope: _Scope) -> list[str]:
        """The names by which a customer may stand in a state of a part."""
        former = self._also(self._called(scope), path)
        around: Inside = scope
        while around and self._entered(around.name) == name:
            former += self._called(around)
            around = around.outer
        return [each for each in dict.fromkeys(former) if each != name]

    def _called(self, scope: _Scope) -> list[str]:
        """The names of a state that uses a part, the one it has and those it had."""
        path = scope.use.path
        return self._also(self._called(scope.outer), path) if scope.outer else self._local(path)

    def _also(self, around: list[str], path: Path) -> list[str]:
        local = self._local(path)
        if len(around) * len(local) > MOST_USES:
            raise _TooLarge((*path, "was"))
        return [f"{outer}.{each}" for outer in around for each in local]

    def _local(self, path: Path) -> list[str]:
        was = self._node(path).get("was", [])
        return [str(path[-1]), *([was] if isinstance(was, str) else was)]

    def _node(self, path: Path) -> Any:
        node = self.document.data
        for step in path:
            node = node[step]
        return node

    # --- what is written in them ---------------------------------------------------------------

    def _copy(self, node: Any, at: Path, to: Path, scope: Inside) -> Any:
        """Copy what is written at one place to another, with what is given put in."""
        self._place(at, to, scope)
        if scope and _is_text(to, node):
            return self._text(node, at, to, scope)
        if isinstance(node, dict):
            kept = (each for each in node.items() if not (scope and each[0] == "was"))
            return {key: self._copy(each, (*at, key), (*to, key), scope) for key, each in kept}
        if isinstance(node, list):
            return self._list(node, at, to, scope)
        return self._word(node, at, to, scope) if isinstance(node, str) else node

    def _list(self, nodes: list[Any], at: Path, to: Path, scope: Inside) -> list[Any]:
        """Copy a list; a list that is given for one of its words is put in its place."""
        items: list[Any] = []
        for step, node in enumerate(nodes):
            given, there, around = self._meant(node, (*at, step), to, scope)
            several = given if isinstance(given, list) and isinstance(node, str) else [given]
            for more, each in enumerate(several):
                here = (*there, more) if several is given else there
                items.append(self._copy(each, here, (*to, len(items)), around))
        return items

    def _meant(self, node: Any, at: Path, to: Path, scope: Inside) -> tuple[Any, Path, Inside]:
        """What is given for a word, where that is written, and where its own words are known."""
        while scope and isinstance(node, str) and node in scope.use.given and not _is_heard(to):
            at = (*scope.use.path, "with", node)
            node, scope = scope.use.given[node], scope.outer
        return node, at, scope

    def _place(self, at: Path, to: Path, scope: Inside) -> None:
        """Let what is copied keep its place, and know by which use it is read."""
        if not scope and at == to:
            return
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _TooLarge(("parts",))
        for places in (self.document.values, self.document.keys):
            if at in places:
                line, column = places[at]
                places[to] = (Borrowed(line, scope.name) if scope else line, column)

    def _word(self, word: str, at: Path, to: Path, scope: Inside) -> Any:
        """A word as it is meant where it is used: a state's name, what is given, or itself."""
        if _is_state(to):
            return self._entered(self._led_to(word, to, scope))
        given, there, around = self._meant(word, at, to, scope)
        if there != at:
            return self._copy(given, there, to, around)
        if scope and " " in word and isinstance(to[-1], str) and not _is_heard(to):
            return " ".join(self._named(each, scope) for each in word.split())
        return word

    def _named(self, word: str, scope: Inside) -> str:
        """The name that is given for a word."""
        while scope and isinstance(scope.use.given.get(word), str):
            word, scope = scope.use.given[word], scope.outer
        return word

    def _led_to(self, word: str, to: Path, scope: Inside) -> str:
        """The whole name of a state that a rule leads to, or whoever uses its part."""
        while scope:
            inside = self.parts.states(scope.use.part)
            if word not in scope.use.given and word != RETURN:
                return f"{scope.name}.{word}" if word in inside else word
            step = ("then",) if word == RETURN else ("with", word)
            word = str(scope.use.given.get(word) or scope.use.state["then"])
            self._place((*scope.use.path, *step), to, scope.outer)
            scope = scope.outer
        return word

    # --- texts ---------------------------------------------------------------------------------

    def _text(self, node: Any, at: Path, to: Path, scope: _Scope) -> Any:
        """A text with what is given put in, in every language in which all of it is written."""
        spoken = self._said(node, scope)
        around: Inside = scope
        whole = PLACEHOLDER.fullmatch(node) if isinstance(node, str) else None
        if whole and whole[1] not in self._answers(scope.use.part):
            node, at, around = self._meant(whole[1], at, to, scope)
            self._place(at, to, around)
        for language in spoken:
            if language:
                written = (*at, language) if isinstance(node, dict) else at
                self._place(written, (*to, language), around)
        return spoken.get("", spoken) if len(spoken) == 1 else spoken

    def _said(self, node: Any, scope: Inside) -> dict[str, str]:
        """A text in each of its languages; `""` is the text of all languages."""
        written = node if isinstance(node, dict) else {"": node}
        spoken: dict[str, str] = {}
        for language, source in written.items():
            names = dict.fromkeys(PLACEHOLDER.findall(str(source)) if scope else ())
            given = {name: self._given(name, scope) for name in names}
            put_in = {name: each for name, each in given.items() if each is not None}
            for tongue in [language] if language else _tongues(put_in.values()):
                if all(tongue in each or "" in each for each in put_in.values()):
                    spoken[tongue] = self._filled(str(source), tongue, put_in)
        return spoken

    def _given(self, name: str, scope: Inside) -> dict[str, str] | None:
        """What is given for a placeholder; none, if it is one of the conversation."""
        if not scope or name not in scope.use.given:
            return None
        if name in self._answers(scope.use.part):
            return {"": f"{{{self._named(name, scope)}}}"}
        given, at, around = self._meant(name, (), (), scope)
        texts = given.values() if isinstance(given, dict) else [given]
        if all(isinstance(each, str) for each in texts):
            return self._said(given, around)
        repair = "write `Hello`, or `{en: Hello, sw: Habari}`"
        self.parts.tell(at, "E113", f'"{name}" is put into a text, and is none', repair)
        return {"": "?"}

    def _filled(self, source: str, tongue: str, put_in: Mapping[str, Mapping[str, str]]) -> str:
        def fill(found: Any) -> str:
            given = put_in.get(found[1])
            text = given.get(tongue, given.get("", "")) if given else str(found[0])
            self.letters += len(text)
            if self.letters > LARGEST:
                raise _TooLarge(("parts",))
            return text

        return PLACEHOLDER.sub(fill, source)

    def _answers(self, part: str) -> set[str]:
        """What a part takes that is the name of an answer: it is saved there, or written down."""
        if part not in self.answers:
            taken, named = set(self.parts.takes(part)), set[str]()
            for name, state in self.parts.states(part).items():
                for rule in state.get("when", ()):
                    named |= {rule.get("save"), *_arguments(rule.get("do"))} & taken
                if "use" in state and ("parts", part, "states", name) not in self.parts.wrong:
                    inner = self._answers(state["use"])
                    given = state.get("with", {}).items()
                    named |= {each for word, each in given if word in inner and str(each) in taken}
            self.answers[part] = named
        return self.answers[part]


#: What is said, and so may hold what is given in braces.
_SAID = ("say", "otherwise", "opener", "title")


def _is_text(to: Path, node: Any) -> bool:
    """Does a text stand here, for all languages or by language?"""
    label = bool({"offer", "rows"} & set(to[2:-1])) and isinstance(to[-1], str)
    return node is not None and (to[-1] in _SAID or label)


def _is_state(to: Path) -> bool:
    """Does the name of a state stand here?"""
    return to[-1] in ("go", "change", "came_from") or to[-2:] == ("tries", "then")


def _is_heard(to: Path) -> bool:
    """Does a word stand here that the customer writes?"""
    return bool({"hear", "commands"} & set(to[2:]))


def _tongues(given: Iterable[Mapping[str, str]]) -> list[str]:
    """The languages of a text for all languages, once what is given by language is put in."""
    found = list(dict.fromkeys(language for each in given for language in each if language))
    return found or [""]


def _arguments(calls: Any) -> Iterator[str]:
    """The words that actions take."""
    for each in calls if isinstance(calls, list) else [calls]:
        for argument in each.values() if isinstance(each, dict) else ():
            yield from str(argument).split()
