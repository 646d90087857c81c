"""The shop in figures, as the books tell them at this moment: for readiness, metrics and alarms."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from store import tallies
from store.outbox import GIVEN_UP, KEY_REFUSED
from store.tables import (
    IS_GIVEN_UP,
    IS_NOT_DONE,
    ActiveFlow,
    Conversation,
    Inbox,
    Outbox,
    Payment,
    Timer,
)

TROUBLED = ("set_aside", "waiting")  # heard, and not acted on yet


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages owed: how many, and since when the oldest; `None` = none is."""

    waiting: int
    oldest_at: int | None

    def age(self, now: int) -> int:
        """How long the oldest has been waiting, in milliseconds."""
        return max(0, now - self.oldest_at) if self.oldest_at is not None else 0


def queue() -> Queue:
    """The messages owed to customers."""
    found = Outbox.select(fn.COUNT(Outbox.id), fn.MIN(Outbox.created_at))
    waiting, oldest = found.where(Outbox.status == "new").scalar(as_tuple=True)
    return Queue(int(waiting), oldest)


def orders() -> dict[tuple[str, ...], int]:
    """How many orders there are by status and payment status."""
    found: Counter[tuple[str, ...]] = Counter()
    for kind in tallies.kinds():
        found[kind.status, kind.payment_status] += kind.orders
    return dict(found)


def revenue() -> dict[str, int]:
    """What was paid, in whole units of each currency."""
    found: Counter[str] = Counter()
    for kind in tallies.kinds():
        if kind.payment_status == "paid":
            found[kind.currency] += kind.amount
    return dict(found)


def payments() -> dict[tuple[str, ...], int]:
    """How many payments there are by status and method."""
    return dict(_counted(Payment.select(), Payment.status, Payment.payment_method))


def given_up() -> dict[str, int]:
    """How many messages were given up, by why: refused for good, or too late."""
    some = Outbox.select().where(IS_GIVEN_UP)
    return dict.fromkeys(GIVEN_UP, 0) | {each[0]: n for each, n in _counted(some, Outbox.status)}


def troubled() -> dict[str, int]:
    """How many events were heard and could not be acted on, by why."""
    some = Inbox.select().where(IS_NOT_DONE, Inbox.outcome.in_(TROUBLED))
    return dict.fromkeys(TROUBLED, 0) | {each[0]: n for each, n in _counted(some, Inbox.outcome)}


def conversations() -> dict[str, int]:
    """How many customers stand in each state."""
    everybody = Conversation.select()
    return {each[0]: n for each, n in _counted(everybody, Conversation.state)}


def _counted(rows: Any, *by: Any) -> list[tuple[Any, int]]:
    """Each combination of the columns, and how many rows have it."""
    found = rows.select(*by, fn.COUNT(SQL("*"))).group_by(*by).tuples()
    return [(tuple(each[:-1]), int(each[-1])) for each in found]


def timers_due(now: int) -> int:
    """How many reminders and timeouts are overdue."""
    return int(Timer.select().where(Timer.due_at <= now).count())


def last_heard_at() -> int | None:
    """When Ghala told us anything last."""
    heard = Inbox.select(Inbox.received_at).where(~Inbox.key.startswith("timer:"))
    found: int | None = heard.order_by(Inbox.received_at.desc()).limit(1).scalar()
    return found


def live_flow() -> tuple[str, int] | None:
    """The version of the live flow, and since when it is; `None` before the first."""
    found: Any = ActiveFlow.select(ActiveFlow.flow, ActiveFlow.since).tuples().first()
    return (str(found[0]), int(found[1])) if found else None


LATELY = 1000  # messages


def tries_lately() -> tuple[int, int]:
    """Of the tries to hand the last messages to Ghala: how many there were, and how many failed.

    The message's own count leaves out a try with a key that is refused; here it is one.
    """
    told = (Outbox.attempts, Outbox.status, Outbox.error)
    rows: Any = Outbox.select(*told).order_by(Outbox.id.desc()).limit(LATELY).tuples()
    found = [(int(tries) + _is_refused(status, error), status) for tries, status, error in rows]
    tries = sum(each for each, _ in found)
    return tries, tries - sum(status == "sent" for each, status in found if each)


def _is_refused(status: str, error: str | None) -> bool:
    return status == "new" and (error or "").startswith(KEY_REFUSED)


def key_refused() -> tuple[int, int | None]:
    """How many messages wait because our key was refused, and when the newest of them was owed."""
    mine = Outbox.select(fn.COUNT(Outbox.id), fn.MAX(Outbox.created_at))
    waits = (Outbox.status == "new") & Outbox.error.startswith(KEY_REFUSED)
    many, newest = mine.where(waits).scalar(as_tuple=True)
    return int(many), newest
