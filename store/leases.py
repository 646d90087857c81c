"""What a process that died still held, given back at once, so that nobody waits for it."""

from store.database import transaction
from store.tables import Outbox, Payment


def take_over(*, now: int) -> int:
    """Free all that was being sent or asked about, and count it; only where no other process works.

    A message then goes again under its key, and a payment of unknown fate is asked about.
    """
    with transaction():
        mail = Outbox.update(lease_until=0).where(Outbox.status == "new", Outbox.lease_until > now)
        money = Payment.update(due_at=now, owner=None).where(
            Payment.stage.in_(("unknown", "pending")), Payment.owner.is_null(False)
        )
        return int(mail.execute()) + int(money.execute())
