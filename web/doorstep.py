"""The short way in for what customers write: the same door, without the walk through Flask.

The route in `webhooks` is the reference, and Flask's 280 µs are most of what a message costs
beside its turn. Only what is plainly right passes here; whatever is odd in any way goes to Flask
untouched, with its body, so every refusal, error and log line is Flask's.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adapters.errors import Forged, Unreadable
from engine.event import Event
from store.errors import BooksClosed
from web import manners
from web.shop import Shop

ROUTE = "/api/messages/incoming"
ANSWER = json.dumps({"success": True, "message": "Messages processed"}, separators=(",", ":"))
BODY = f"{ANSWER}\n".encode()  # as Flask writes it


class Letter(NamedTuple):
    """A request that may hold messages, and how to answer where they were kept."""

    body: bytes
    headers: Any  # RSGI's
    answer: Callable[[], None]  # from any thread


def may_be_letter(scope: Any) -> bool:
    """May it be what customers wrote?"""
    return bool(scope.path == ROUTE and scope.method == "POST")


_Heard = list[Event] | Exception | None


def pass_all(
    shop: Shop, letters: Sequence[Letter], closed: BooksClosed | None = None
) -> list[bool | Exception]:
    """Let all messages of some letters pass together, in their order, and answer the letters.

    Gives for each letter whether it was plainly right and is answered, or what its passing raised;
    with one that was not, nothing was done. Where the books are known to be `closed`, all are
    refused with that. The answers leave before the log is written, for who asks waits for no line.
    """
    now = shop.now().timestamp()
    heard = [_heard(each, shop, now) for each in letters]
    events = [event for found in heard if isinstance(found, list) for event in found]
    told = [closed] * len(events) if closed else shop.receive_all(events)
    each_told = iter(told)
    outcomes = [_outcome(found, each_told) for found in heard]
    for letter, outcome in zip(letters, outcomes, strict=True):
        if outcome is True:
            letter.answer()
    manners.step_aside()
    shop.settle_all(events, told)
    return outcomes


def _outcome(events: _Heard, told: Iterator[object]) -> bool | Exception:
    if events is None:
        return False
    if isinstance(events, Exception):
        return events
    outcomes = [next(told) for _ in events]
    return next((each for each in outcomes if isinstance(each, Exception)), True)


def _heard(letter: Letter, shop: Shop, now: float) -> _Heard:
    """Verify and read a letter; None leaves it to Flask. What it raises is its own alone."""
    try:
        signatures = letter.headers.get_all(shop.ghala.signature_header.lower())
        return shop.ghala.hear_messages(letter.body, signatures, _Headers(letter.headers), now)
    except (Forged, Unreadable):
        return None
    except Exception as error:  # noqa: BLE001  those who came with it are not to suffer for it
        return error


class _Headers(Mapping[str, str]):
    """The headers by their names in lower case; one that came twice is one, parted by commas."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def __getitem__(self, name: str) -> str:
        found = self._given.get_all(name)
        if not found:
            raise KeyError(name)
        return ",".join(found)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._given.keys()))

    def __len__(self) -> int:
        return len(set(self._given.keys()))
