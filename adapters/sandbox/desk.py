"""What every part of the sandbox works with: the journal, the agenda, the plan and the keys."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.sandbox.agenda import Agenda
from adapters.sandbox.ids import Ids
from adapters.sandbox.journal import Journal
from adapters.sandbox.plan import Plan
from adapters.sandbox.truth import Fact, Truth

Post = Callable[[str, bytes, dict[str, str]], int]


@dataclass(slots=True)
class Desk:
    """The state of one sandbox; whoever changes it holds the lock."""

    journal: Journal
    agenda: Agenda
    ids: Ids
    now: Callable[[], datetime]
    post: Post
    duka_url: str
    secret: str
    api_key: str
    url: str
    tries: int
    statuses: bool
    plan: Plan
    dialect: str = "v1"
    meta_secret: str = ""  # signs messages in the dialect ``meta``
    hits: dict[int, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def truth(self) -> Truth:
        """What the facts add up to."""
        return self.journal.truth

    def note(self, name: str, **fields: Any) -> Fact:
        """Write a fact into the journal."""
        return self.journal.note(name, **fields)

    def time(self) -> float:
        """Tell the time as seconds."""
        return self.now().timestamp()

    def later(self, lane: str, seconds: float, act: Callable[[], object]) -> None:
        """Have something done under the lock after so many seconds."""

        def once() -> None:
            with self.lock:
                act()

        self.agenda.add(lane, self.time() + seconds, once)
