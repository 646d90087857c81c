"""A stage to try things on: it can be brought back to where it stood, and delivers once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.sandbox.truth import Fact
from store import database
from web.playing import Play
from web.rehearsal.stage import Stage
from web.worker import Worker


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

    def kept(self) -> Scene | None:
        """All there is now; None while Ghala has still something to do."""
        facts = self.sandbox.facts()
        if facts is None:
            return None
        database.close()  # then all of it stands in the one file
        books = self.books.read_bytes()
        return Scene(books, facts, self._ear.heard(), self._aside, self.clock.time)

    def go_back(self, scene: Scene) -> None:
        """Let everything be as it was then."""
        database.close()
        self.books.write_bytes(scene.books)
        database.connect(f"sqlite:///{self.books}", lasting=False)
        self.clock.time = scene.time
        self.sandbox.believe(scene.facts)
        self._ear.recall(scene.heard)
        self._aside = scene.aside
        self._worker = Worker(self.shop)

    def _reload(self) -> None:
        """Nothing is held between two lines but what `go_back` brings back."""

    def _deliver(self, url: str, body: bytes, headers: Any) -> int:
        return Play._deliver(self, url, body, headers)  # once: tests deliver everything twice
