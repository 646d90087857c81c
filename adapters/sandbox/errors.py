"""What the sandbox refuses, sorted by who must act.

SandboxError
├── Refused      the caller of the API: a status, a code and the reason
├── NotPossible  the person at the phone or the test: no such button, already decided
└── PlanError    the author of a fault plan: every mistake at once, with what would be right
"""

from collections.abc import Sequence
from dataclasses import dataclass


class SandboxError(Exception):
    """Anything the sandbox refuses; catch this at the edge."""


class Refused(SandboxError):
    """The API answers no: an HTTP status, the provider's code and why."""

    def __init__(self, message: str, *, status: int = 400, code: int = 100) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class NotPossible(SandboxError):
    """A person cannot do that on this phone, or not any more."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Mistake:
    """One fault of a plan: the way to it, what is wrong, what would be right."""

    path: tuple[str | int, ...]
    message: str
    repair: str = ""

    def __str__(self) -> str:
        way = ".".join(str(each + 1) if isinstance(each, int) else each for each in self.path)
        told = f"{way}: {self.message}" if way else self.message
        return f"{told} → {self.repair}" if self.repair else told


class PlanError(SandboxError):
    """The fault plan cannot be used; `mistakes` names every one of them."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)
