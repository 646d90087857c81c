"""What customers sent that no rule of a state heard but its `otherwise`."""

from dataclasses import dataclass
from typing import Any

from store import statements
from store.packing import unpacked

LAST = """
SELECT mail.phone, heard.kind, heard.body, mail.created_at
FROM outbox AS mail JOIN inbox AS heard ON heard.key = mail.cause
WHERE mail.missed_in = ? ORDER BY mail.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Missed:
    """One message that was not understood: whose, what, and when."""

    phone: str
    what: dict[str, Any]
    at: int  # ms


def latest(state: str, *, limit: int = 20) -> list[Missed]:
    """What was not understood in a state, the newest first."""
    rows = statements.run(LAST, (state, limit)).fetchall()
    return [Missed(phone, {"type": kind, **unpacked(body)}, at) for phone, kind, body, at in rows]
