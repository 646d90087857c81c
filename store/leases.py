"""What somebody held who cannot go on with it, given back at once, so that nobody waits for it."""

from typing import Any

from store.database import transaction
from store.tables import Outbox, Payment


def take_over(*, now: int) -> int:
    """Free all that was being sent or asked about, and count it; only where no other process works.

    A message then goes again under its key, and a payment of unknown fate is asked about.
    """
    return _free(Outbox.lease_until > now, Payment.owner.is_null(False), now=now)


def let_go(owner: str, *, now: int) -> int:
    """Free what this owner held when the database failed it, and count it."""
    return _free(Outbox.owner == owner, Payment.owner == owner, now=now)


def _free(mail: Any, money: Any, *, now: int) -> int:
    letters = Outbox.update(lease_until=0).where(Outbox.status == "new", mail)
    payments = Payment.update(due_at=now, owner=None).where(
        Payment.stage.in_(("unknown", "pending")), money
    )
    with transaction():
        return int(letters.execute()) + int(payments.execute())
