"""Where each customer stands: the row that is held while an event passes."""

import json
from typing import Any

from store import statements
from store.tables import Conversation

_COLUMNS = (
    "phone", "state", "memory", "language", "visit", "seq", "flow", "heard_at", "updated_at",
)  # fmt: skip


def hold(phone: str, *, state: str, now: int) -> Conversation:
    """Find a conversation, or begin it in `state`, and hold its row until the transaction ends."""
    found = _held(phone)
    if found is None:
        Conversation.insert(phone=phone, state=state, updated_at=now).on_conflict_ignore().execute()
        found = _held(phone)
    if found is None:
        raise LookupError(phone)
    return found


def _held(phone: str) -> Conversation | None:
    row = statements.run(statements.FIND_CONVERSATION, (phone,), held=True).fetchone()
    return Conversation(**dict(zip(_COLUMNS, row, strict=True))) if row else None


def find(phone: str) -> Conversation | None:
    """Find a conversation, only to look at it."""
    found: Conversation | None = Conversation.get_or_none(Conversation.phone == phone)
    return found


def memory(conversation: Conversation) -> dict[str, Any]:
    """What was answered so far."""
    answers: dict[str, Any] = json.loads(conversation.memory)
    return answers


def keep(conversation: Conversation, *, memory: dict[str, Any], now: int) -> None:
    """Write down where the conversation stands now."""
    conversation.memory = json.dumps(memory, ensure_ascii=False, separators=(",", ":"))
    conversation.updated_at = now
    values = [getattr(conversation, name) for name in (*_COLUMNS[1:], "phone")]
    statements.run(statements.KEEP_CONVERSATION, values)
