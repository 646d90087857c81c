"""The facts in their order, in memory and, as lines of JSON, in a file that outlives a restart."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.sandbox.truth import Fact, Truth


class Journal:
    """An append-only list of facts; the truth is what they add up to."""

    def __init__(self, path: Path | None, now: Callable[[], datetime]) -> None:
        self.truth = Truth()
        self._facts: list[Fact] = []
        self._now = now
        self._file = None
        if path:
            self._read(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")

    def note(self, name: str, **fields: Any) -> Fact:
        """Add a fact, with its number and the time, and believe it."""
        now = self._now()
        number, stamp = self.truth.last + 1, now.timestamp()
        at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fact = {"n": number, "at": at, "stamp": stamp, "fact": name, **fields}
        if self._file:
            # One write and a flush, no fsync: it need only survive this process, not the power.
            self._file.write(json.dumps(fact) + "\n")
            self._file.flush()
        self._keep(fact)
        return fact

    def after(self, number: int) -> list[Fact]:
        """List the facts later than that number."""
        return self._facts[max(number, 0) :]

    def believe(self, facts: Iterable[Fact]) -> None:
        """Know these facts and no others."""
        self.truth, self._facts = Truth(), []
        for fact in facts:
            self._keep(fact)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()

    def _keep(self, fact: Fact) -> None:
        self._facts.append(fact)
        self.truth.believe(fact)

    def _read(self, path: Path) -> None:
        if not path.exists():
            return
        whole = path.read_bytes().rpartition(b"\n")
        # A last line without its end was being written when the process died: it never counted.
        if whole[2]:
            path.write_bytes(whole[0] + whole[1])
        for line in whole[0].splitlines():
            self._keep(json.loads(line))
