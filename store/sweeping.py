"""Old messages are deleted after so many days, a few at a time, by whoever walks along the mail."""

from dataclasses import dataclass
from typing import Any

from peewee import Tuple

from store.database import transaction
from store.tables import Inbox, Outbox
from store.transcript import DELETED_HEARD, DELETED_TOLD

AT_ONCE = 200  # rows of each side
_IN_HAND = ("waiting", "set_aside", "again", "early")


@dataclass(frozen=True, slots=True)
class Place:
    """How far the walk has come; a new walk begins at the oldest, and finds little to do."""

    heard: tuple[int, str] = (-1, "")
    told: int = 0


def sweep(place: Place, *, before: int) -> Place:
    """Delete what was said before this time, a few messages further on; gives the new place.

    News of payments, and whatever a person must still see to, stay as they are.
    """
    if not (_heard_next(place.heard, before).exists() or _is_old(place.told, before)):
        return place  # as nearly always: no writer has to wait for that
    with transaction():
        return Place(_sweep_heard(place.heard, before), _sweep_told(place.told, before))


def _heard_next(since: tuple[int, str], before: int) -> Any:
    place: Any = Tuple(Inbox.received_at, Inbox.key)
    return Inbox.select(Inbox.key, Inbox.received_at).where(
        Inbox.received_at >= since[0], Inbox.received_at < before, place > Tuple(*since)
    )


def _told_next(since: int) -> Any:
    return Outbox.select(Outbox.id, Outbox.created_at).where(Outbox.id > since).order_by(Outbox.id)


def _is_old(since: int, before: int) -> bool:
    first = _told_next(since).first()
    return first is not None and first.created_at < before


def _sweep_heard(since: tuple[int, str], before: int) -> tuple[int, str]:
    walk = _heard_next(since, before).order_by(Inbox.received_at, Inbox.key)
    rows = list(walk.limit(AT_ONCE))
    if not rows:
        return since
    Inbox.update(kind="text", body=DELETED_HEARD).where(
        Inbox.key.in_([row.key for row in rows]),
        Inbox.phone != "",
        Inbox.outcome.not_in(_IN_HAND),
        Inbox.body != DELETED_HEARD,
    ).execute()
    return rows[-1].received_at, rows[-1].key


def _sweep_told(since: int, before: int) -> int:
    old = [row.id for row in _told_next(since).limit(AT_ONCE) if row.created_at < before]
    if not old:
        return since
    Outbox.update(body=DELETED_TOLD).where(
        Outbox.id.in_(old), Outbox.status != "new", Outbox.body != DELETED_TOLD
    ).execute()
    return int(old[-1])
