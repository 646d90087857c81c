"""Money that a person accepts by hand: the books first, then the conversation, as for a webhook."""

from datetime import datetime

from flows import turns
from flows.library import Library
from store import clock, decisions
from store.database import transaction


def accept(payment_id: str, *, by: str, reason: str, now: datetime, library: Library) -> None:
    """Let money under review count, and send the customer the receipt; raises NotToBeDone."""
    with transaction():
        turns.hold_conversation(payment_id, book=library.live(), at=clock.ms(now))
        payment = decisions.accept(payment_id, by=by, reason=reason, now=clock.ms(now))
        cause = f"decision:{payment.id}:accept"
        turns.tell("payment.success", payment, cause=cause, now=now, library=library)
