"""The names a flow may use: actions and guards, with what each needs, gives and says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from engine.flow import Flow

#: The longest text a placeholder can become: a number of characters, or told by the flow.
Bound = int | Callable[[Flow], int]

Work = TypeVar("Work", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Word:
    """One action or guard: how a flow calls it, and what the checks may know of it.

    `gives` maps each placeholder that is filled afterwards to the longest it can become;
    `says` names the texts under ``messages:`` that it sends; `takes` tells what its plain
    argument is for, empty when it takes none.
    """

    name: str
    function: Callable[..., Any]
    needs: frozenset[str] = frozenset()
    gives: Mapping[str, Bound] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    takes: str = ""

    @property
    def about(self) -> str:
        """The first sentence of its documentation."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every action and guard by name, and the placeholders that any event may fill."""

    actions: Mapping[str, Word]
    guards: Mapping[str, Word]
    facts: Mapping[str, Bound] = field(default_factory=dict)


def action(
    *,
    needs: tuple[str, ...] = (),
    gives: Mapping[str, Bound] | None = None,
    says: tuple[str, ...] = (),
    takes: str = "",
) -> Callable[[Work], Work]:
    """Mark a function ``(turn[, argument]) -> None`` as something a flow may `do`."""
    return _mark("action", needs, gives or {}, says, takes)


def guard(
    *, needs: tuple[str, ...] = (), gives: Mapping[str, Bound] | None = None, takes: str = ""
) -> Callable[[Work], Work]:
    """Mark a function ``(turn[, argument]) -> bool`` as something a flow may ask with `if`."""
    return _mark("guard", needs, gives or {}, (), takes)


def collect(*modules: ModuleType, facts: Mapping[str, Bound] | None = None) -> Vocabulary:
    """Gather what the modules marked; a name that stands twice raises ValueError."""
    found: dict[str, dict[str, Word]] = {"action": {}, "guard": {}}
    for module in modules:
        for function in vars(module).values():
            if not hasattr(function, "duka_word") or function.__module__ != module.__name__:
                continue
            kind, word = function.duka_word
            if word.name in found["action"] or word.name in found["guard"]:
                raise ValueError(f"{module.__name__}.{word.name}: this name is taken")
            found[kind][word.name] = word
    return Vocabulary(found["action"], found["guard"], facts or {})


def _mark(
    kind: str, needs: tuple[str, ...], gives: Mapping[str, Bound], says: tuple[str, ...], takes: str
) -> Callable[[Work], Work]:
    def mark(function: Work) -> Work:
        word = Word(function.__name__, function, frozenset(needs), gives, says, takes)
        function.duka_word = (kind, word)  # type: ignore[attr-defined]
        return function

    return mark


def bound(of: Bound, flow: Flow) -> int:
    """How long can this placeholder become in this flow?"""
    return of if isinstance(of, int) else of(flow)
