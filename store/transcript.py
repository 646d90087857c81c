"""What was said, in both directions, read back from the mail in and the mail out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from store import grounds
from store.grounds import Grounds
from store.packing import unpacked
from store.tables import Conversation, Inbox, Outbox

#: What stands for a message that was deleted, as either side keeps it.
DELETED_HEARD = '{"text":"(deleted)"}'
DELETED_TOLD = '{"type":"text","body":"(deleted)"}'


@dataclass(frozen=True, slots=True)
class Said:
    """One message: by whom, what, when, and what became of it."""

    by: str  # customer, bot or shop: a person instead of the bot
    at: int  # ms
    what: dict[str, Any]
    standing: str
    why: Grounds | None = None


def of(phone: str, *, limit: int = 200) -> list[Said]:
    """The last messages of a number, oldest first."""
    heard = (
        Inbox.select()
        .where(Inbox.phone == phone, Inbox.key.startswith("wa"))
        .order_by(Inbox.received_at.desc())
        .limit(limit)
    )
    told = Outbox.select().where(Outbox.phone == phone).order_by(Outbox.id.desc()).limit(limit)
    both = [_heard(row)[1] for row in reversed(list(heard))]
    both += [_told(row) for row in reversed(list(told))]
    return sorted(both, key=lambda said: said.at)[-limit:]


def last_words(phones: Collection[str]) -> dict[str, Said]:
    """The last message of each number that has any, in two looks for all of them."""
    said = [_heard(row) for row in Inbox.select().where(Inbox.key.in_(_latest_heard(phones)))]
    said += [
        (row.phone, _told(row))
        for row in Outbox.select().where(Outbox.id.in_(_latest_told(phones)))
    ]
    return dict(sorted(said, key=lambda each: each[1].at))


def _latest_heard(phones: Collection[str]) -> Any:
    heard = Inbox.alias()
    mine = (heard.phone == Conversation.phone) & heard.key.startswith("wa")
    latest = heard.select(heard.key).where(mine).order_by(heard.received_at.desc()).limit(1)
    return Conversation.select(latest).where(Conversation.phone.in_(phones))


def _latest_told(phones: Collection[str]) -> Any:
    told = Outbox.alias()
    mine = told.phone == Conversation.phone
    latest = told.select(told.id).where(mine).order_by(told.id.desc()).limit(1)
    return Conversation.select(latest).where(Conversation.phone.in_(phones))


def _heard(row: Inbox) -> tuple[str, Said]:
    what = {"type": row.kind, **unpacked(row.body)}
    return row.phone, Said("customer", row.received_at, what, row.outcome)


def _told(row: Outbox) -> Said:
    standing = row.tick or row.status
    return Said(_speaker(row), row.created_at, unpacked(row.body), standing, grounds.of(row))


def _speaker(row: Outbox) -> str:
    return "shop" if row.cause.startswith("person:") else "bot"
