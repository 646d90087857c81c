"""What the engine refuses, sorted by who must act.

EngineError
├── FlowError      the author: every fault of the file at once
└── CannotDraw     the operator: a library or a font that a picture needs is not installed
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: What is told of a flow and does not keep it from going live.
WARNINGS = frozenset({"E139", "E224"})


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a flow file: where it is, what is wrong, what would be right.

    `way` is the shortest way on which it shows, a step each: ``in payment: choose payment``.
    """

    line: int  # from 1
    column: int  # from 1
    code: str  # "E402"; stays the same for ever
    message: str
    repair: str = ""
    file: str = "flows.yaml"
    way: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_warning(self) -> bool:
        """Does it harm no customer?"""
        return self.code in WARNINGS

    def __str__(self) -> str:
        said = f"warning: {self.message}" if self.is_warning else self.message
        told = f"{self.file}:{int(self.line)}:{self.column} {self.code} {said}"
        return f"{told} → {self.repair}" if self.repair else told


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort faults as one reads: file by file, from top to bottom."""
    return sorted(problems, key=lambda each: (each.file, each))


def faults(problems: Iterable[Problem]) -> list[Problem]:
    """Leave the warnings out: what is left keeps a flow from going live."""
    return [each for each in problems if not each.is_warning]


class EngineError(Exception):
    """Anything the engine refuses; catch this at the edge."""


class FlowError(EngineError):
    """The flow file cannot be used; `problems` names every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        super().__init__("\n".join(map(str, self.problems)))


class CannotDraw(EngineError):
    """A picture cannot be drawn on this machine: what is missing, and what brings it."""

    def __init__(self, lacks: str, *, todo: str) -> None:
        super().__init__(f"{lacks} → {todo}")
        self.lacks, self.todo = lacks, todo
