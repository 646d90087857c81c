"""What comes due: reminders and the `after` of a state, as rows that anybody can see and cancel."""

from typing import Any

from store import statements
from store.packing import packed, unpacked
from store.tables import Timer


def start(key: str, *, phone: str, body: dict[str, Any], due: int) -> None:
    """Set a timer; one with the same key is set anew."""
    statements.run(statements.START_TIMER, (key, phone, packed(body), due))


def stop(prefix: str) -> None:
    """Cancel every timer whose key begins so."""
    Timer.delete().where(Timer.key.startswith(prefix)).execute()


def stop_of(phone: str, prefix: str) -> None:
    """Cancel a customer's timers whose key begins so, without a look at anybody else's."""
    statements.run(statements.STOP_TIMERS, (phone, len(prefix), prefix))


def due(*, now: int, limit: int = 50) -> list[tuple[str, str, dict[str, Any], int]]:
    """The timers that are due, oldest first: key, phone, body and when they were due."""
    rows = statements.run(statements.DUE_TIMERS, (now, limit)).fetchall()
    return [(key, phone, unpacked(body), due_at) for key, phone, body, due_at in rows]


def take(key: str, due_at: int) -> bool:
    """Fire a timer once: True for whoever takes it first."""
    taken = Timer.delete().where(Timer.key == key, Timer.due_at == due_at).execute()
    return bool(taken == 1)


def next_due() -> int | None:
    """When the next timer is due, in milliseconds."""
    (found,) = statements.run(statements.NEXT_TIMER).fetchone()
    return int(found) if found is not None else None
