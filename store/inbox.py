"""The mail in: everything heard, kept once, in the transaction of what it caused."""

from collections.abc import Mapping
from typing import Any

from store import interventions, statements
from store.clock import HOUR
from store.database import transaction
from store.packing import packed
from store.tables import IS_NOT_DONE, Inbox

#: Without any id or time, the same words from the same number within this time are one message.
WINDOW = 3_000  # ms


def keep(key: str, *, kind: str, phone: str, data: Mapping[str, Any], now: int) -> bool:
    """Write an event down; False tells that it was here before, and nothing more is to be done."""
    values = (key, kind, phone, packed(data), now, now)
    kept = statements.run(statements.KEEP_HEARD, values)
    return bool(kept.rowcount == 1)


def seen_lately(prefix: str, *, phone: str, now: int) -> bool:
    """Was a message of this number with this beginning of a key heard within the window?"""
    found = Inbox.select().where(
        Inbox.phone == phone, Inbox.received_at > now - WINDOW, Inbox.key.startswith(f"{prefix}@")
    )
    return bool(found.exists())


def mark(key: str, outcome: str, *, error: str | None = None, reference: str | None = None) -> None:
    """Say what became of an event: done, unheard, ignored, silent, waiting, flood, …"""
    statements.run(statements.MARK_HEARD, (outcome, error, reference, key))


def waiting(*, limit: int = 100) -> list[Inbox]:
    """The latest news of payments that no order is known for yet, oldest first.

    What waits for long is some stranger's; it must not stand in the way of what came just now.
    """
    return statements.several(statements.WAITING, (limit,), Inbox)[::-1]


def waits(key: str) -> bool:
    """Is it news of a payment that no order is known for yet?"""
    found = Inbox.select().where(Inbox.key == key, Inbox.outcome == "waiting")
    return bool(found.exists())


def adopt(key: str) -> bool:
    """Take one of them up; True for whoever takes it first."""
    taken = Inbox.update(outcome="done").where(Inbox.key == key, Inbox.outcome == "waiting")
    return bool(taken.execute() == 1)


def heard_since(phone: str, since: int) -> int:
    """How many messages of a number were heard since then."""
    (count,) = statements.run(statements.COUNT_HEARD, (phone, since)).fetchone()
    return int(count)


def flooded_since(phone: str, since: int) -> bool:
    """Was a message of a number too many since then?"""
    flood = Inbox.select().where(
        Inbox.phone == phone, Inbox.received_at >= since, Inbox.outcome == "flood"
    )
    return bool(flood.exists())


def set_aside(*, limit: int = 50) -> list[Inbox]:
    """Events that could not be acted on, newest first, for the operator."""
    return list(
        Inbox.select()
        .where(IS_NOT_DONE, Inbox.outcome == "set_aside")
        .order_by(Inbox.received_at.desc())
        .limit(limit)
    )


def errors() -> list[str]:
    """What went wrong with those events, newest first."""
    return [error or "a fault" for (error,) in statements.run(statements.ASIDE)]


def apologies() -> list[str]:
    """The reference that each customer was given who was told of a fault, oldest first."""
    return [reference for (reference,) in statements.run(statements.APOLOGISED_AS)]


def replay(key: str, *, by: str, now: int) -> bool:
    """Ask that an event that was set aside passes again; False when it is none (any more).

    It passes as if it came now, once however often it is asked for; the worker sees to it.
    """
    with transaction():
        asked = Inbox.update(outcome="again").where(Inbox.key == key, Inbox.outcome == "set_aside")
        if not asked.execute():
            return False
        interventions.note("inbox.replay", key, by=by, now=now)
    return True


def asked_again(*, limit: int = 20) -> list[Inbox]:
    """Events that a person wants to pass again, oldest first."""
    return statements.several(statements.ASKED_AGAIN, (limit,), Inbox)


def take_again(key: str) -> bool:
    """Take one of them up; True for whoever takes it first."""
    taken = Inbox.update(outcome="done", error=None, reference=None).where(
        Inbox.key == key, Inbox.outcome == "again"
    )
    return bool(taken.execute() == 1)


EARLY = HOUR  # for so long the message may become known that a tick speaks of


def early(*, now: int, limit: int = 200) -> list[Inbox]:
    """Ticks of late whose message was not known when they came, oldest first."""
    return statements.several(statements.EARLY, (now - EARLY, limit), Inbox)
