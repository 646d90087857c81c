"""A stage to try things on: it can be brought back to where it stood, and delivers once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.sandbox.truth import Fact
from store import database, payments
from web.charging import ask_one, post_one
from web.delivery import deliver_one
from web.pace import Pace
from web.playing import Play
from web.rehearsal.script import Step
from web.rehearsal.stage import Played, Stage
from web.worker import fire_timers

_OWNER = "rehearsal"


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a conversation at one moment: the books, what Ghala knows, the time."""

    books: bytes
    facts: tuple[Fact, ...]
    heard: dict[str, int]
    aside: int
    time: datetime


class Trial(Stage):
    """A stage for a search. What it finds is played as ever when it is played as a test."""

    _pace = Pace(0, 0)

    def play(self, step: Step, *, language: str = "") -> Played:
        """Let one line happen, in one commit: in a search nobody is there to be told before."""
        with database.transaction():
            return super().play(step, language=language)

    def kept(self) -> Scene | None:
        """All there is now; None while Ghala has still something to do."""
        facts = self.sandbox.facts()
        if facts is None:
            return None
        books = database.copied()
        return Scene(books, facts, self._ear.heard(), self._aside, self.clock.time)

    def go_back(self, scene: Scene) -> None:
        """Let everything be as it was then."""
        database.put_back(scene.books)
        self.clock.time = scene.time
        self.sandbox.believe(scene.facts)
        self._ear.recall(scene.heard)
        self._aside = scene.aside

    def _reload(self) -> None:
        """Nothing is held between two lines but what `go_back` brings back."""

    def _settle(self) -> None:
        """Do what can be due in a shop that has one worker and no faults, and nothing beside."""
        self.sandbox.catch_up()
        while self._works() or self.sandbox.catch_up():
            pass

    def _works(self) -> bool:
        """Send all there is to send, then ask for money; True when that may have led to more."""
        fire_timers(self.shop)
        while deliver_one(self.shop, self._pace, owner=_OWNER):
            pass
        due = payments.next_due(now=self.shop.at())
        busy = False
        if due is not None and due <= self.shop.at():
            for step in (post_one, ask_one):
                busy = step(self.shop, owner=_OWNER) or busy
        return busy

    def _deliver(self, url: str, body: bytes, headers: Any) -> int:
        return Play._deliver(self, url, body, headers)  # once: tests deliver everything twice
