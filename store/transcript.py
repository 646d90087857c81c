"""What was said, in both directions, read back from the mail in and the mail out."""

import json
from dataclasses import dataclass
from typing import Any

from store import grounds
from store.grounds import Grounds
from store.tables import Inbox, Outbox

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
    both = [
        Said("customer", row.received_at, {"type": row.kind, **json.loads(row.body)}, row.outcome)
        for row in reversed(list(heard))
    ]
    both += [_told(row) for row in reversed(list(told))]
    return sorted(both, key=lambda said: said.at)[-limit:]


def _told(row: Outbox) -> Said:
    standing = row.tick or row.status
    return Said(_speaker(row), row.created_at, json.loads(row.body), standing, grounds.of(row))


def _speaker(row: Outbox) -> str:
    return "shop" if row.cause.startswith("person:") else "bot"
