"""The names a flow may use: actions and guards, with what each needs, gives and says."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from engine.flow import Flow

#: The longest text a placeholder can become: a number of characters, or told by the flow.
Bound = int | Callable[[Flow], int]

#: What an action takes whose argument names answers.
ANSWERS = "the names of answers"

Work = TypeVar("Work", bound=Callable[..., Any])


Bounds = Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class Word:
    """One action or guard: how a flow calls it, and what the checks may know of it.

    ``needs``   answers it reads: every path to it must have given them
    ``keeps``   those of them that an action remembers
    ``gives``   placeholders it fills for good, each with the longest it can become
    ``of_news``  does it give only those of them that the event has told?
    ``tells``   placeholders it fills for this turn's texts only
    ``drops``   answers it forgets; ``*`` forgets all
    ``proves``  answers that are certainly there when a guard holds
    ``denies``  answers that are certainly there when a guard does not hold
    ``exact``   does a guard hold as soon as what it proves is there?
    ``says``    texts under ``messages:`` that it sends
    ``takes``   what its plain argument is for; empty when it takes none. `ANSWERS`: it names
                answers, separated by spaces, which are read as `needs` are
    ``asks``    guards that the same rule must have asked with `if`
    ``asks_counted``  those that it must have asked in a shop that counts any of its products
    ``uncounted``  why a guard says no in a shop that counts none of its products
    ``books``   its move in the books, for the proof of the money (see `engine.checks.moves`)
    """

    name: str
    function: Callable[..., Any]
    needs: tuple[str, ...] = ()
    gives: Bounds = field(default_factory=dict)
    tells: Bounds = field(default_factory=dict)
    drops: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    takes: str = ""
    books: str = ""
    asks: tuple[str, ...] = ()
    asks_counted: tuple[str, ...] = ()
    exact: bool = False
    uncounted: str = ""
    of_news: bool = False
    denies: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()

    def given(self, known: Collection[str]) -> frozenset[str]:
        """What it fills for good where this much is known."""
        return frozenset(self.gives).intersection(known) if self.of_news else frozenset(self.gives)

    def reads(self, argument: str | None) -> tuple[str, ...]:
        """Every answer that it reads when called with this argument."""
        return (*self.needs, *(argument or "").split()) if self.takes == ANSWERS else self.needs

    @property
    def about(self) -> str:
        """The first sentence of its documentation."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every action and guard; what each event brings for the texts; what is always there.

    ``messages`` are the texts that the shop says by itself, each with what it may mention;
    ``meanings`` say in a sentence when each event happens; ``perhaps`` are placeholders that may
    be filled with nothing when an event or a word tells them. ``linked`` are the ways to pay on a
    page, whose address comes by an event of its own.
    """

    actions: Mapping[str, Word]
    guards: Mapping[str, Word]
    events: Mapping[str, Bounds] = field(default_factory=dict)
    always: Bounds = field(default_factory=dict)
    messages: Mapping[str, Bounds] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    perhaps: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()


def action(
    *,
    needs: tuple[str, ...] = (),
    gives: Bounds | None = None,
    tells: Bounds | None = None,
    drops: tuple[str, ...] = (),
    says: tuple[str, ...] = (),
    takes: str = "",
    books: str = "",
    asks: tuple[str, ...] = (),
    asks_counted: tuple[str, ...] = (),
    of_news: bool = False,
    keeps: tuple[str, ...] = (),
) -> Callable[[Work], Work]:
    """Mark a function ``(turn[, argument]) -> None`` as something a flow may `do`."""
    return _mark(
        "action", needs=needs, gives=gives or {}, tells=tells or {}, drops=drops, says=says,
        takes=takes, books=books, asks=asks, asks_counted=asks_counted, of_news=of_news,
        keeps=keeps,
    )  # fmt: skip


def guard(
    *,
    needs: tuple[str, ...] = (),
    tells: Bounds | None = None,
    proves: tuple[str, ...] = (),
    takes: str = "",
    books: str = "",
    exact: bool = False,
    uncounted: str = "",
    denies: tuple[str, ...] = (),
) -> Callable[[Work], Work]:
    """Mark a function ``(turn[, argument]) -> bool`` as something a flow may ask with `if`."""
    return _mark(
        "guard", needs=needs, tells=tells or {}, proves=proves, takes=takes, books=books,
        exact=exact, uncounted=uncounted, denies=denies,
    )  # fmt: skip


def collect(
    *modules: ModuleType,
    events: Mapping[str, Bounds] | None = None,
    always: Bounds | None = None,
    messages: Mapping[str, Bounds] | None = None,
    meanings: Mapping[str, str] | None = None,
    perhaps: frozenset[str] = frozenset(),
    linked: frozenset[str] = frozenset(),
) -> Vocabulary:
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
    words = found["action"], found["guard"]
    return Vocabulary(
        *words, events or {}, always or {}, messages or {}, meanings or {}, perhaps, linked
    )


def _mark(kind: str, **known: Any) -> Callable[[Work], Work]:
    def mark(function: Work) -> Work:
        word = Word(function.__name__, function, **known)
        function.duka_word = (kind, word)  # type: ignore[attr-defined]
        return function

    return mark


def bound(of: Bound, flow: Flow) -> int:
    """How long can this placeholder become in this flow?"""
    return of if isinstance(of, int) else of(flow)
