"""What a turn tried, for whoever asks why: each rule in its order, and what its guards said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.flow import Call, Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """A guard that was asked: what it could look at, and whether the rule may go on."""

    call: Call
    values: Mapping[str, Any]
    holds: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried in a state: where it would lead, whether it heard, whom it asked."""

    rule: Rule
    go: str | None
    heard: bool
    asked: tuple[Asked, ...] = ()
    typed: str = ""  # the word, as words are compared

    @property
    def wins(self) -> bool:
        """Did it hear, and did every guard agree?"""
        return self.heard and all(each.holds for each in self.asked)
