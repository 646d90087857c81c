"""One conversation on the product's real path, forgotten and read again between any two lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.event import Event
from engine.flow import Flow
from flows import turns
from flows.library import Library
from store import conversations, database, inbox
from web.playing import Play
from web.rehearsal import doing
from web.rehearsal.listening import Ear
from web.rehearsal.script import Step
from web.rehearsal.watching import Passage, Witness
from web.worker import Worker


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one line: what the shop said, where the conversation stands, what went wrong."""

    step: Step
    said: tuple[str, ...]
    state: str
    troubles: tuple[str, ...]
    passages: tuple[Passage, ...]


class Stage(Play):
    """A shop on books that were opened beforehand, where everything is delivered twice."""

    def __init__(
        self, flow: Path, books: Path, *, library: Library, at: datetime, witness: Witness
    ) -> None:
        self._witness, self.books = witness, books
        super().__init__(flow, books, library=library, at=at)
        self._ear = Ear(self)
        self._aside = 0

    def play(self, step: Step, *, language: str = "") -> Played:
        """Let one line happen; raises NotPossible, Wrong or BookError for what cannot happen."""
        self._reload()
        if language:
            self.greet_in(language, step.phone)
        self._witness.take()
        if step.act.by != "wait":
            self.clock.time += timedelta(seconds=1)
        doing.perform(self, step)
        passages = self._witness.take()
        troubles = (*self._again(passages), *self._troubles())
        found = conversations.find(step.phone)
        state = found.state if found else self.flow.initial
        return Played(step, tuple(self._ear.news(step.phone)), state, troubles, tuple(passages))

    def _opened(self, flow: Path) -> Flow:
        return self.shop.library.live().flow

    def _reload(self) -> None:
        """Forget all but the books, as a restart would."""
        database.close()
        self._worker = Worker(self.shop)

    def _deliver(self, url: str, body: bytes, headers: Any) -> int:
        """Deliver twice, as a provider may: the second time nothing must happen."""
        first = super()._deliver(url, body, headers)
        super()._deliver(url, body, headers)
        return first

    def _again(self, passages: list[Passage]) -> Iterator[str]:
        """Let each timer that fired fire once more; it must be known already."""
        for event in [each.event for each in passages if each.event.id.startswith("timer:")]:
            if self._happens(event) != "repeat":
                yield f"{event.name} happened twice"

    def _happens(self, event: Event) -> str:
        return turns.happen(event, now=self.clock.time, library=self.shop.library).word

    def _troubles(self) -> Iterator[str]:
        """What a fault in the shop's own code set aside."""
        aside = inbox.errors()
        for error in reversed(aside[: len(aside) - self._aside]):
            yield error.strip().splitlines()[-1]
        self._aside = len(aside)
