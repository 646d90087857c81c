"""The mail out: what is owed to customers, in order for each, until it is delivered or refused."""

from dataclasses import dataclass
from typing import Any

from store import grounds, interventions, statements
from store.clock import DAY, MINUTE
from store.database import transaction
from store.due import FARTHEST
from store.grounds import Grounds
from store.packing import packed
from store.tables import IS_GIVEN_UP, Conversation, Outbox
from store.transcript import DELETED_TOLD

GIVEN_UP = ("dead", "expired")
KEY_REFUSED = "our key is refused: "  # how the error of a message that waits for a right key begins
LONGEST_LEASE = 10 * MINUTE  # no claim lasts so long: this one is of a clock that was set back


def put(
    conversation: Conversation,
    message: dict[str, Any],
    *,
    cause: str,
    now: int,
    expires: int = 0,
    why: Grounds | None = None,
) -> None:
    """Owe a message; its key is the conversation's next number, the same for every try."""
    conversation.seq += 1
    key, phone = f"{conversation.phone}:{conversation.seq}", conversation.phone
    expires = expires or now + DAY
    values = (key, phone, packed(message), cause, now, expires, now, *grounds.kept(why))
    statements.run(statements.OWE_MESSAGE, values)


def is_any_due(now: int) -> bool:
    """May there be a message to send? Nothing is claimed by this."""
    clock = (now, now + FARTHEST, now, now + LONGEST_LEASE)
    return bool(statements.run(statements.IS_ANY_TO_SEND, clock).fetchone())


def claim(*, owner: str, now: int, lease: int) -> Outbox | None:
    """Take the message that is due for longest, of a customer who has no older one waiting."""
    clock = (now, now + FARTHEST, now, now + LONGEST_LEASE)
    return statements.one(statements.CLAIM_MESSAGE, (now + lease, owner, *clock), Outbox)


def still_mine(row: Outbox, *, owner: str, now: int, lease: int) -> bool:
    """Renew the lease just before sending; False: another worker has it by now."""
    return bool(_change(row, owner, lease_until=now + lease))


def sent(row: Outbox, *, owner: str, provider_id: str | None, now: int) -> None:
    """Write down that Ghala has it."""
    statements.run(statements.NOTE_SENT, (provider_id, now, row.id, owner))


def later(row: Outbox, *, owner: str, due: int, error: str, counted: bool = True) -> None:
    """Try again then; a try that was only held back is not counted."""
    attempts = row.attempts if counted else row.attempts - 1
    _change(row, owner, due_at=due, lease_until=0, error=error[:300], attempts=attempts)


def dead(row: Outbox, *, owner: str, error: str, status: str = "dead") -> None:
    """Give it up, for the operator to see: refused for good, or too late."""
    _change(row, owner, status=status, lease_until=0, error=error[:300])


def _change(row: Outbox, owner: str, **change: Any) -> int:
    """Change a row as long as this owner holds it; 0 when somebody else has taken it."""
    changed = Outbox.update(**change).where(
        Outbox.id == row.id, Outbox.owner == owner, Outbox.status == "new"
    )
    return int(changed.execute())


_TICKS = {"sent": 1, "delivered": 2, "read": 3, "failed": 4}


def tick(provider_id: str, status: str) -> bool:
    """Note what the phone reported, never lowered by what came before; False: no such message."""
    lower = [each for each, rank in _TICKS.items() if rank < _TICKS.get(status, 0)]
    raised = Outbox.update(tick=status).where(
        Outbox.provider_id == provider_id, Outbox.tick.is_null() | Outbox.tick.in_(lower)
    )
    return bool(raised.execute()) or is_known(provider_id)


def is_known(provider_id: str) -> bool:
    """Is there a message that Ghala knows by this id?"""
    return bool(Outbox.select().where(Outbox.provider_id == provider_id).exists())


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that was sent: what it said, and where the conversation stood then."""

    state: str
    visit: int
    body: str


def asked(provider_id: str, *, phone: str) -> Asked | None:
    """The message to this number that Ghala knows by this id; None where its state is unknown."""
    row = statements.run(statements.FIND_ASKED, (provider_id, phone)).fetchone()
    return Asked(*row) if row and row[0] is not None else None


def retry(number: int, *, by: str, now: int) -> bool:
    """Owe a message once more that was given up, under its own key; False when it was not.

    Also False when its words were deleted meanwhile, and when WhatsApp's 24 hours since the
    customer's last word are over: they must write first, or it would only be given up again.
    """
    with transaction():
        row = Outbox.get_or_none(Outbox.id == number, IS_GIVEN_UP)
        if row is None or row.body == DELETED_TOLD or (until := _window_of(row.phone)) <= now:
            return False
        again = Outbox.update(
            status="new", due_at=now, lease_until=0, owner=None, attempts=0, expires_at=until
        ).where(Outbox.id == number, IS_GIVEN_UP)
        if not again.execute():
            return False
        interventions.note("outbox.retry", row.key, by=by, now=now)
    return True


def _window_of(phone: str) -> int:
    """Until when this customer may be written to."""
    found: Conversation | None = Conversation.get_or_none(Conversation.phone == phone)
    return found.heard_at + DAY if found else 0


def undelivered(*, limit: int = 10) -> list[Outbox]:
    """Messages that were given up, newest first, for the operator."""
    lost = Outbox.select().where(IS_GIVEN_UP)
    return list(lost.order_by(Outbox.id.desc()).limit(limit))


def depth() -> int:
    """How many messages are waiting to be sent."""
    return int(Outbox.select().where(Outbox.status == "new").count())


def next_due() -> int | None:
    """When the next waiting message is due or its lease ends, in milliseconds."""
    (found,) = statements.run(statements.NEXT_MESSAGE).fetchone()
    return int(found) if found is not None else None
