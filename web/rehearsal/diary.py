"""What happened in a chat, line by line, for `/why` and for `/save`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from store import conversations
from web import beside
from web.playing import Play
from web.rehearsal import names, why, writing
from web.rehearsal.listening import Ear
from web.rehearsal.script import Act, Setting, Step
from web.rehearsal.watching import Passage, Witness


class Diary:
    """Remembers each act of a chat, what was said to it, and what was tried in it."""

    def __init__(self, shop: Play, witness: Witness, *, language: str = "") -> None:
        self._shop, self._witness, self._ear = shop, witness, Ear(shop)
        zone = ZoneInfo(shop.flow.shop.timezone)
        starts = shop.clock.time.astimezone(zone).replace(tzinfo=None)
        self._setting = Setting(starts, language)
        self._lines: list[tuple[Step, tuple[str, ...]]] = []
        self._passages: list[Passage] = []

    @contextmanager
    def noting(self, act: Act, phone: str) -> Iterator[None]:
        """Note what happens within; what cannot happen is not noted."""
        self._witness.take()
        yield
        self._passages = self._witness.take()
        found = conversations.find(phone)
        state = found.state if found else ""
        (what,) = names.hide([act.what], self._shop)
        hidden = Act(act.by, act.verb, what, act.more)
        step = Step(hidden, phone=phone, state=state)
        self._lines.append((step, tuple(self._ear.news(phone))))

    def why(self) -> Iterator[str]:
        """Tell why the shop did what it did last."""
        file = self._shop.flow.file
        source = beside.read(Path(file)).lines(file)
        if not self._lines:
            yield "Nothing was said yet: say something, and /why tells which line answered."
        elif not self._passages:
            yield "Nothing came of the last line, so that no rule was tried."
        for passage in self._passages:
            yield from why.told(passage, self._shop.flow, source)

    def save(self, file: Path) -> int:
        """Write all of it as a test, and tell how many lines it has; never over another file."""
        text = writing.whole("As it was said in the terminal.", self._setting, self._lines)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        return len(self._lines)
