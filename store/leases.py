"""What somebody held who cannot go on with it, given back at once, so that nobody waits for it."""

from typing import Any

from store.database import database, is_postgres, transaction
from store.tables import Outbox, Payment


def take_over(*, now: int) -> int:
    """Free all that was being sent or asked about, and count it; only where no other process works.

    A message then goes again under its key, and a payment of unknown fate is asked about.
    """
    return _free(Outbox.lease_until > now, Payment.owner.is_null(False), now=now)


def let_go(owner: str, *, now: int) -> int:
    """Free what this owner held when the database failed it, and count it."""
    return _free(Outbox.owner == owner, Payment.owner == owner, now=now)


# --- who is alive, on PostgreSQL: each process holds a lock while its connection stands ----------

_ALIVE = 7_236_912  # any number, as long as it is always the same


def owner_name(process: int, thread: str) -> str:
    """What a thread claims under: its process is known by it."""
    return f"{process}.{thread}"


def sign_in(process: int) -> bool:
    """Show that this process is alive, until this thread's connection ends; again is no harm."""
    if not is_postgres():
        return True
    asked = database.execute_sql("SELECT pg_try_advisory_lock(%s, %s)", (_ALIVE, process))
    return bool(asked.fetchone()[0])


def bury_the_dead(*, mine: int, now: int) -> int:
    """Free what was claimed by processes that are not alive any more, and count it.

    Not by ours: whoever holds a lock is given it a second time.
    """
    if not is_postgres():
        return 0
    return sum(_bury(process, now=now) for process in _claimants(now) if process != mine)


def _claimants(now: int) -> list[int]:
    """The processes that hold something."""
    letters = Outbox.select(Outbox.owner).where(Outbox.status == "new", Outbox.lease_until > now)
    payments = Payment.select(Payment.owner).where(
        Payment.stage.in_(("unknown", "pending")), Payment.owner.is_null(False)
    )
    owners = {row.owner for query in (letters, payments) for row in query.distinct()}
    numbers = {str(owner).partition(".")[0] for owner in owners if "." in str(owner)}
    return sorted(int(each) for each in numbers if each.isdecimal())


def _bury(process: int, *, now: int) -> int:
    """Whose lock can be taken does not hold it: it is dead, or has lost its connection."""
    with transaction():
        asked = database.execute_sql("SELECT pg_try_advisory_xact_lock(%s, %s)", (_ALIVE, process))
        if not asked.fetchone()[0]:
            return 0
        own = f"{process}."
        return _free(Outbox.owner.startswith(own), Payment.owner.startswith(own), now=now)


def _free(mail: Any, money: Any, *, now: int) -> int:
    letters = Outbox.update(lease_until=0).where(Outbox.status == "new", mail)
    payments = Payment.update(due_at=now, owner=None).where(
        Payment.stage.in_(("unknown", "pending")), money
    )
    with transaction():
        return int(letters.execute()) + int(payments.execute())
