"""Where conversations are played: books filled once for each flow, then copied for each of them."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.flow import Flow
from flows.library import Library
from flows.words import vocabulary
from store import database, migrate, shelf
from web import beside
from web.rehearsal.script import Setting
from web.rehearsal.stage import Stage
from web.rehearsal.watching import Witness

OPENING = datetime(2026, 1, 16, 13, 30)  # noqa: DTZ001  a Friday, by the shop's own clock

Kind = TypeVar("Kind", bound=Stage)
Stock = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Books with a flow in them, the library that knows it, and the flow as it is played."""

    books: Path
    library: Library
    flow: Flow


@dataclass(slots=True)
class Theatre:
    """Opens a stage for each conversation; `folder` holds the books, and is gone at the end."""

    folder: Path
    witness: Witness = field(default_factory=Witness)
    _opened: dict[tuple[Path, Stock], Opened] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def stage(self, flow: Path, setting: Setting) -> AbstractContextManager[Stage]:
        """Open books of their own for one conversation; raises FlowError for a broken flow."""
        return self.of(Stage, flow, setting)

    @contextmanager
    def of(self, kind: type[Kind], flow: Path, setting: Setting) -> Iterator[Kind]:
        """Open a stage of some kind; raises FlowError."""
        opened = self.opened(flow, setting.stock)
        books = self.folder / f"{next(self._numbers)}.db"
        shutil.copyfile(opened.books, books)
        zone = ZoneInfo(opened.flow.shop.timezone)
        at = (setting.starts or OPENING).replace(tzinfo=zone).astimezone(UTC)
        try:
            yield kind(flow, books, library=opened.library, at=at, witness=self.witness)
        finally:
            database.close()
            books.unlink()

    def opened(self, flow: Path, stock: Stock = ()) -> Opened:
        """Fill books with a flow, once; raises FlowError for a broken one."""
        key = (flow.resolve(), stock)
        if key not in self._opened:
            proved = self.opened(flow).books if stock else None
            books = self.folder / f"opened-{len(self._opened)}.db"
            if proved:
                shutil.copyfile(proved, books)
            library = Library(vocabulary(), self.witness.book(dict(stock)))
            if not proved:
                _publish(flow, books, library)
            self._opened[key] = _opened(dict(stock), books, library)
        return self._opened[key]


def _publish(flow: Path, books: Path, library: Library) -> None:
    database.connect(f"sqlite:///{books}", lasting=False)
    try:
        migrate.upgrade()
        library.publish(beside.read(flow), file=str(flow), now=OPENING.replace(tzinfo=UTC))
    finally:
        database.close()


def _opened(stock: dict[str, int], books: Path, library: Library) -> Opened:
    database.connect(f"sqlite:///{books}", lasting=False)
    try:
        with database.transaction():
            shelf.recount(stock)
        return Opened(books, library, library.live().flow)
    finally:
        database.close()


@contextmanager
def theatre() -> Iterator[Theatre]:
    """Open a theatre whose books are gone at the end."""
    with TemporaryDirectory(prefix="duka-") as folder:
        yield Theatre(Path(folder))
