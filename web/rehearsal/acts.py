"""What may happen at a line of a conversation, and how each of it is written."""

from typing import Any

from web import chat_commands
from web.chat_commands import Wrong
from web.rehearsal.script import Act

ACTORS = ("customer", "ghala", "shop", "wait")
SENDS = {
    "image": "image", "voice": "audio", "video": "video", "document": "document",
    "sticker": "sticker", "contact": "contacts",
}  # fmt: skip

_VERBS = {
    "customer": ("tap", "choose", "location", "send"),
    "ghala": ("paid", "failed", "late"),
    "shop": ("order", "charge"),
}
_EXAMPLES = {
    "customer": "write `hi`, `{tap: M-Pesa}`, `{choose: Premium Coffee}`, `{location: Kilimani}` "
    "or `{send: image}`",
    "ghala": "write `paid`, `failed`, `{failed: wrong PIN}`, `{paid: 2000}`, `{late: paid}` or "
    "`{late: 2000}`",
    "shop": "write `{order: prod_001, quantity: 2}` or `{charge: mpesa}`",
    "wait": "write `30m`, `2h` or `1d`",
}
_LATE = ("paid", "failed")  # or a sum that comes late


class Unclear(Exception):
    """What is written means nothing; `repair` says what would."""

    def __init__(self, told: str, repair: str) -> None:
        super().__init__(told)
        self.repair = repair


def act(actor: str, written: Any) -> Act:
    """Read what happens; raises Unclear."""
    if actor == "wait":
        return Act("wait", "time", _span(written))
    if isinstance(written, str):
        return _words(actor, written)
    if isinstance(written, dict):
        verbs = [name for name in written if name in _VERBS[actor]]
        if len(verbs) == 1 and len(written) == 1 + len(_more(actor, written)):
            value = str(written[verbs[0]] or "")
            return _checked(Act(actor, verbs[0], value, _more(actor, written)))
    raise Unclear(f"this is nothing that {actor} can do", _EXAMPLES[actor])


def _words(actor: str, written: str) -> Act:
    if actor == "customer":
        return Act(actor, "text", written)
    if actor == "ghala" and written in ("paid", "failed"):
        return Act(actor, written)
    raise Unclear(f'"{written}" is nothing that {actor} can do', _EXAMPLES[actor])


def _more(actor: str, written: dict[str, Any]) -> dict[str, str]:
    names = ("quantity", "address") if actor == "shop" else ()
    return {name: str(written[name]) for name in names if name in written}


def _checked(found: Act) -> Act:
    if found.verb == "send" and found.what not in SENDS:
        raise Unclear(f'"{found.what}" cannot stand here', f"write one of {', '.join(SENDS)}")
    if found.verb == "late" and found.what not in _LATE and not _is_number(found.what):
        raise Unclear(f'"{found.what}" cannot stand here', "write paid, failed, or a sum")
    numbers = [found.what] if found.verb == "paid" else [found.more.get("quantity", "1")]
    if not all(map(_is_number, numbers)):
        raise Unclear(f'"{numbers[0]}" is not a whole number', _EXAMPLES[found.by])
    return found


def _is_number(written: str) -> bool:
    return written.isdecimal() and written.isascii()


def _span(written: Any) -> str:
    try:
        chat_commands.seconds(str(written))
    except Wrong:
        raise Unclear(f'"{written}" is not a time', _EXAMPLES["wait"]) from None
    return str(written)
