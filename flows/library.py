"""The flow versions that are live, compiled once each and shared by all conversations."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from engine import bundle, checks, reader
from engine.bundle import Source
from engine.flow import Flow
from engine.machine import RuleBook
from engine.vocabulary import Vocabulary
from store import clock, flow_versions, shelf
from store.database import transaction


@dataclass(slots=True)
class Library:
    """Knows the rule book of each version by its hash; the database says which one is live."""

    vocabulary: Vocabulary
    compile: Callable[[Flow, Vocabulary], RuleBook] = RuleBook
    _books: dict[str, RuleBook] = field(default_factory=dict)
    _compiling: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, source: Source, *, file: str, now: datetime) -> Flow:
        """Prove a flow and make it the live one; a broken one raises FlowError, nothing changes."""
        flow = checks.proved(source, self.vocabulary, file=file)
        text = bundle.of(source).text()
        self._books[flow.hash] = self.compile(flow, self.vocabulary)
        with transaction():
            flow_versions.publish(flow.hash, text, now=clock.ms(now))
            counted = {p.id: p.stock for p in flow.catalog.values() if p.stock is not None}
            shelf.count(counted)
        return flow

    def prove_live(self, *, file: str) -> Flow:
        """Prove the live flow once more, for what it names may have gone with an upgrade.

        Raises LookupError where none was ever live, and FlowError where it is good no longer.
        """
        digest = self._live()
        flow = checks.proved(bundle.kept(flow_versions.text_of(digest)), self.vocabulary, file=file)
        self._books[digest] = self.compile(flow, self.vocabulary)
        return flow

    def asked_once(self) -> "Library":
        """The same for works that share a transaction: the books are asked once what is live."""
        return _AskedOnce(self.vocabulary, self.compile, self._books, self._compiling)

    def live(self) -> RuleBook:
        """Give the rule book of the live version, compiling it if another process published it."""
        digest = self._live()
        return self._books.get(digest) or self._compiled(digest)

    def _live(self) -> str:
        digest = flow_versions.active_hash()
        if digest is None:
            raise LookupError("no flow was published yet")
        return digest

    def _compiled(self, digest: str) -> RuleBook:
        with self._compiling:
            if digest not in self._books:
                known = bundle.kept(flow_versions.text_of(digest))
                flow = reader.read(known, self.vocabulary)
                self._books[digest] = self.compile(flow, self.vocabulary)
            return self._books[digest]


@dataclass(slots=True)
class _AskedOnce(Library):
    _digest: str = ""

    def _live(self) -> str:
        self._digest = self._digest or Library._live(self)
        return self._digest
