"""From a file to a script: every fault of it at once, each with its line."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters import phones
from adapters.errors import BadNumber
from engine.errors import FlowError
from engine.loader import Document, load
from web.rehearsal.acts import ACTORS, Unclear, act
from web.rehearsal.script import USUAL_PHONE, Script, Setting, Step

_SETTINGS = ("starts", "language", "stock")
_WORDS = ("bot", "state", "phone")
_MOMENT = "%Y-%m-%d %H:%M"


def read(file: Path) -> Script:
    """Read a conversation; raises FlowError with every fault of the file."""
    document = load(file.read_bytes(), file=str(file))
    reader = _Reader(document)
    script = reader.script(file)
    if document.problems:
        raise FlowError(document.problems)
    return script


class _Reader:
    """Reads one document, noting what cannot be understood in its problems."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def script(self, file: Path) -> Script:
        data = self._document.data
        if not isinstance(data, list) or not data:
            self._fault((), "T101", "this is not a conversation", "start with `- customer: hi`")
            data = []
        has_setting = bool(data) and isinstance(data[0], dict) and data[0].keys() & {*_SETTINGS}
        setting = self._setting(data[0]) if has_setting else Setting()
        steps = [
            self._step(entry, at)
            for at, entry in enumerate(data)
            if not (has_setting and at == 0 and not data[0].keys() & {*ACTORS})
        ]
        return Script(file, self._document, setting, tuple(step for step in steps if step))

    # --- how it begins --------------------------------------------------------------------------

    def _setting(self, entry: Mapping[str, Any]) -> Setting:
        return Setting(
            starts=self._moment(entry.get("starts")),
            language=str(entry.get("language") or ""),
            stock=tuple(self._stock(entry.get("stock") or {})),
        )

    def _moment(self, written: Any) -> datetime | None:
        if written is None:
            return None
        try:
            return datetime.strptime(str(written), _MOMENT)  # noqa: DTZ007  the shop's own clock
        except ValueError:
            told = f'"{written}" is no moment'
            self._fault((0, "starts"), "T102", told, "write it as 2026-01-16 13:30")
            return None

    def _stock(self, written: Any) -> list[tuple[str, int]]:
        counts = written.items() if isinstance(written, dict) else [("", written)]
        if all(product and str(many).isdecimal() for product, many in counts):
            return [(product, int(many)) for product, many in counts]
        self._fault((0, "stock"), "T103", "no stock can be read here", "write {prod_001: 1}")
        return []

    # --- what happens ---------------------------------------------------------------------------

    def _step(self, entry: Any, at: int) -> Step | None:
        if not isinstance(entry, dict):
            self._fault((at,), "T104", "something must happen here", "such as `- customer: hi`")
            return None
        self._unknown(entry, at)
        actors = [name for name in ACTORS if name in entry]
        if len(actors) != 1:
            told = " and ".join(actors) if actors else "nothing"
            said = f"{told} happens in this entry"
            self._fault((at,), "T105", said, f"give it one of {', '.join(ACTORS)}")
            return None
        [actor] = actors
        try:
            happens = act(actor, entry[actor])
        except Unclear as error:
            self._fault((at, actor), "T106", str(error), error.repair)
            return None
        return Step(
            happens, at, self._document.place((at, actor), key=True)[0],
            self._phone(entry.get("phone"), at), self._bot(entry, at),
            str(entry.get("state") or ""),
        )  # fmt: skip

    def _unknown(self, entry: Mapping[str, Any], at: int) -> None:
        known = (*ACTORS, *_WORDS, *(_SETTINGS if at == 0 else ()))
        for name in [name for name in entry if name not in known]:
            told = f'"{name}" is not a word of a conversation'
            if name in _SETTINGS:
                told = f'"{name}" stands only in the first entry'
            self._fault((at, name), "T107", told, f"there are {', '.join(known)}", key=True)

    def _bot(self, entry: Mapping[str, Any], at: int) -> tuple[str, ...] | None:
        said = entry.get("bot")
        if said is None:
            return None
        texts = said if isinstance(said, list) else [said]
        for number, text in enumerate(texts):
            if not isinstance(text, str):
                repair = 'write the text in quotes: "Pay: now"'
                self._fault((at, "bot", number), "T108", "a text is expected here", repair)
        return tuple(map(str, texts))

    def _phone(self, written: Any, at: int) -> str:
        if written is None:
            return USUAL_PHONE
        try:
            return phones.e164(str(written), country="KE")
        except BadNumber as error:
            self._fault((at, "phone"), "T109", str(error), f"such as {USUAL_PHONE}")
            return USUAL_PHONE

    def _fault(
        self, path: tuple[str | int, ...], code: str, said: str, repair: str, *, key: bool = False
    ) -> None:
        self._document.problems.append(self._document.problem(path, code, said, repair, key=key))
