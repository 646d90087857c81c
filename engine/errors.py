"""What the engine refuses, sorted by who must act.

EngineError
└── FlowError      the author: every fault of the file at once
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a flow file: where it is, what is wrong, what would be right."""

    line: int  # from 1
    column: int  # from 1
    code: str  # "E402"; stays the same for ever
    message: str
    repair: str = ""
    file: str = "flows.yaml"

    def __str__(self) -> str:
        told = f"{self.file}:{int(self.line)}:{self.column} {self.code} {self.message}"
        return f"{told} → {self.repair}" if self.repair else told


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort faults as one reads: file by file, from top to bottom."""
    return sorted(problems, key=lambda each: (each.file, each))


class EngineError(Exception):
    """Anything the engine refuses; catch this at the edge."""


class FlowError(EngineError):
    """The flow file cannot be used; `problems` names every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        super().__init__("\n".join(map(str, self.problems)))
