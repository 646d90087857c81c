"""Parts of a conversation that are written once and used in several places: is each use right?

A part is named under ``parts:`` with what it `takes` and its own states; a state that says
`use:` stands for them all (see `engine.unfold`). What is used wrongly is told here, once, before
anything is written out.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bundle import LONGEST, SIGN, is_name
from engine.loader import Document, Path
from engine.text import PLACEHOLDER

DEEPEST = 8  # parts that use parts that use parts
RETURN = "return"  # where a rule of a part goes that leads back to whoever uses it

#: What a state may say that uses a part.
_BESIDE = ("use", "with", "then", "was")

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """A state that uses a part, and where it is written."""

    path: Path
    state: State

    @property
    def part(self) -> str:
        """The part that it uses."""
        return str(self.state["use"])

    @property
    def file(self) -> str:
        """The file in which that part stands, if it is another one."""
        file, sign, _ = self.part.partition(SIGN)
        return file if sign else ""

    @property
    def given(self) -> Mapping[str, Any]:
        """What it gives to the part; what was left empty is not given."""
        return {name: each for name, each in self.state.get("with", {}).items() if each is not None}

    @property
    def inside(self) -> str | None:
        """The part in which it stands itself."""
        return str(self.path[1]) if self.path[0] == "parts" else None


@dataclass(slots=True)
class Parts:
    """The parts of a document that has the right shape, and every state that uses one."""

    document: Document
    written: Mapping[str, State]
    uses: Sequence[Use]
    wrong: set[Path] = field(default_factory=set)  # the uses that mean nothing

    def takes(self, part: str) -> list[str]:
        """Name what a part takes."""
        taken = self.written[part].get("takes", [])
        return [taken] if isinstance(taken, str) else list(taken)

    def states(self, part: str) -> Mapping[str, State]:
        """Give the states of a part, the one that is entered first."""
        states: Mapping[str, State] = self.written[part]["states"]
        return states

    def tell(self, path: Path, code: str, said: str, repair: str, *, key: bool = False) -> None:
        """Note a fault."""
        self.document.problems.append(self.document.problem(path, code, said, repair, key=key))


def found(document: Document) -> Parts:
    """Find the parts of a document, and tell whatever is wrong with them and with their uses."""
    written = document.data.get("parts", {})
    parts = Parts(document, written, list(uses(document.data)))
    for use in parts.uses:
        _check_use(parts, use)
    _check_circles(parts)
    for part in written:
        _check_part(parts, part)
    return parts


def left_out(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give a file without its parts, with an empty state in the place of each use."""
    unused = {use.path[-1] for use in uses(data)}
    states = {name: {} if name in unused else state for name, state in data["states"].items()}
    return {**{word: each for word, each in data.items() if word != "parts"}, "states": states}


def states_in(data: Mapping[str, Any]) -> Iterator[tuple[Path, State]]:
    """Every state that is written, in a part or for itself."""
    for part, each in data.get("parts", {}).items():
        yield from (
            (("parts", part, "states", name), state) for name, state in each["states"].items()
        )
    yield from ((("states", name), state) for name, state in data["states"].items())


def uses(data: Mapping[str, Any]) -> Iterator[Use]:
    """Every state that uses a part, or says a word of those that do."""
    return (Use(path, state) for path, state in states_in(data) if set(_BESIDE[:3]) & state.keys())


# --- one use -----------------------------------------------------------------------------------


def _check_use(parts: Parts, use: Use) -> None:
    """Does it name a part, and give what that takes, and nothing else?"""
    before = len(parts.document.problems)
    name, beside = use.path[-1], [word for word in use.state if word not in _BESIDE]
    if "use" not in use.state:
        word = next(word for word in _BESIDE if word in use.state)
        said = f'"{word}:" stands in "{name}", which uses no part'
        parts.tell((*use.path, word), "E226", said, "add `use: …`, or remove it", key=True)
    elif beside:
        said = f'"{name}" uses a part and has "{beside[0]}:" too'
        repair = "write that into the part, or into a state of its own"
        parts.tell((*use.path, beside[0]), "E226", said, repair, key=True)
    elif use.file in parts.document.lost:
        _tell_lost(parts, use)
    elif use.part not in parts.written:
        repair = _nearest(use.part, parts.written)
        parts.tell((*use.path, "use"), "E220", f'there is no part "{use.part}"', repair)
    else:
        _check_given(parts, use)
    if len(parts.document.problems) > before:
        parts.wrong.add(use.path)


def _tell_lost(parts: Parts, use: Use) -> None:
    """Say why the file of a part could not be brought in, unless its own faults say it."""
    said, repair = parts.document.lost[use.file]
    if said:
        name = use.file if len(use.file) <= LONGEST else f"{use.file[:LONGEST]}…"
        said = f'"{name}" cannot be brought in: {said}'
        parts.tell((*use.path, "use"), "E230", said, repair)
    parts.wrong.add(use.path)


def _check_given(parts: Parts, use: Use) -> None:
    taken = parts.takes(use.part)
    for name in taken:
        if name not in use.given:
            said = f'the part "{use.part}" takes "{name}", which is not given'
            parts.tell((*use.path, "use"), "E221", said, f"add `{name}: …` under `with:`")
    for name in use.state.get("with", {}):
        if name not in taken:
            said, repair = f'the part "{use.part}" takes no "{name}"', _nearest(name, taken)
            parts.tell((*use.path, "with", name), "E222", said, repair, key=True)
    if "then" not in use.state:
        said = f'nobody knows where to go when the part "{use.part}" is over'
        parts.tell((*use.path, "use"), "E221", said, "add `then: …`, the state that follows")


def _nearest(name: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    if is_name(name):
        return f"say which of its parts: `use: {name}{SIGN}street`"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(known)}" if known else "none is written"


# --- all of them -------------------------------------------------------------------------------


def _check_circles(parts: Parts) -> None:
    """A part that comes back to itself would never end; the use that closes the circle is told."""
    inner: dict[str | None, list[Use]] = {}
    for use in parts.uses:
        if use.path not in parts.wrong:
            inner.setdefault(use.inside, []).append(use)
    done: set[str] = set()
    for part in parts.written:
        _walk(parts, inner, (part,), done)


def _walk(
    parts: Parts, inner: Mapping[str | None, list[Use]], chain: tuple[str, ...], done: set[str]
) -> None:
    for use in inner.get(chain[-1], ()) if chain[-1] not in done else ():
        if use.part in chain:
            way = " uses ".join((*chain[chain.index(use.part) :], use.part))
            said = f'the part "{use.part}" uses itself: {way}'
            parts.tell((*use.path, "use"), "E223", said, "go to its state with `go:` instead")
            parts.wrong.add(use.path)
        elif len(chain) == DEEPEST:
            said = f"{DEEPEST} parts that use one another are too deep to be proved"
            parts.tell((*use.path, "use"), "E114", said, "write the innermost out")
            parts.wrong.add(use.path)
        else:
            _walk(parts, inner, (*chain, use.part), done)
    done.add(chain[-1])


def _check_part(parts: Parts, part: str) -> None:
    path = ("parts", part)
    if SIGN not in part and not any(
        use.state.get("use") == part and use.inside != part for use in parts.uses
    ):
        said = f'no state uses the part "{part}"'
        repair = f"add a state with `use: {part}`, or remove it"
        parts.tell(path, "E224", said, repair, key=True)
    if RETURN not in _led_to(parts.states(part)):
        said = f'nobody comes back from the part "{part}"'
        parts.tell(path, "E225", said, f"add a rule with `go: {RETURN}`", key=True)
    _check_taken(parts, part)


def _led_to(states: Mapping[str, State]) -> set[str]:
    """The states that a part leads to, by the names that it has for them."""
    rules = (rule for state in states.values() for rule in state.get("when", ()))
    worn_out = (state["tries"]["then"] for state in states.values() if "tries" in state)
    onward = (state.get("then") for state in states.values())
    return {*(rule.get("go") for rule in rules), *worn_out, *onward}


def _check_taken(parts: Parts, part: str) -> None:
    """Is what a part takes a name, its own and not in vain?"""
    used = set(_words(parts.states(part)))
    for at, name in enumerate(parts.takes(part)):
        path = ("parts", part, "takes", at)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            repair = "use small letters, digits and _"
            parts.tell(path, "E136", f'"{name}" cannot be a name', repair)
        elif name in (RETURN, *parts.states(part), *parts.takes(part)[:at]):
            said = f'"{name}" already means something else in the part "{part}"'
            parts.tell(path, "E108", said, "give it another name")
        elif name not in used:
            said = f'the part "{part}" takes "{name}" and makes no use of it'
            parts.tell(path, "E222", said, "mention it in the part, or do not take it")


def _words(node: Any) -> Iterator[str]:
    """Every word and every placeholder of what is written."""
    if isinstance(node, Mapping):
        for name, each in node.items():
            yield from () if name in ("use", "hear", "commands") else _words(each)
    elif isinstance(node, list):
        for each in node:
            yield from _words(each)
    elif node is not None:
        yield from (*str(node).split(), *PLACEHOLDER.findall(str(node)))
