"""Copying a part to where it is used: with what is given put in, and each name made whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.line import Line, file_of
from engine.loader import LARGEST, MOST_NODES, Path
from engine.parts import RETURN, Parts, Use
from engine.text import PLACEHOLDER


class TooLarge(Exception):
    """Written out, the parts would become more than anybody could prove."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of a part mean in one use of it; a use may stand in a part itself."""

    name: str  # of the state that uses it, whole
    use: Use
    outer: "Scope | None"


Inside = Scope | None


@dataclass(slots=True)
class Copier:
    """Copies what is written to where it is used, within bounds."""

    parts: Parts
    first: Mapping[str, str]  # by a use's whole name, that of its first state
    nodes: int = 0
    letters: int = 0
    answers: dict[str, set[str]] = field(default_factory=dict)  # by part, see `_answers`

    def entered(self, name: str) -> str:
        """The state that is entered by this name: of a use, the first of its part."""
        while name in self.first:
            name = self.first[name]
        return name

    def copy(self, node: Any, at: Path, to: Path, scope: Inside) -> Any:
        """Copy what is written at one place to another, with what is given put in."""
        self._place(at, to, scope)
        if scope and _is_text(to, node):
            return self._text(node, at, to, scope)
        if isinstance(node, dict):
            kept = (each for each in node.items() if not (scope and each[0] == "was"))
            return {key: self.copy(each, (*at, key), (*to, key), scope) for key, each in kept}
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
                items.append(self.copy(each, here, (*to, len(items)), around))
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
            raise TooLarge(("parts",))
        for places in (self.parts.document.values, self.parts.document.keys):
            if at in places:
                line, column = places[at]
                read = Line(line, file=file_of(line), use=scope.name) if scope else line
                places[to] = read, column

    def _word(self, word: str, at: Path, to: Path, scope: Inside) -> Any:
        """A word as it is meant where it is used: a state's name, what is given, or itself."""
        if _is_state(to):
            return self.entered(self._led_to(word, to, scope))
        given, there, around = self._meant(word, at, to, scope)
        if there != at:
            return self.copy(given, there, to, around)
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

    def _text(self, node: Any, at: Path, to: Path, scope: Scope) -> Any:
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
                raise TooLarge(("parts",))
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
