"""Where each customer stands: the row that is held while an event passes."""

import json
from typing import Any

from store.database import locked
from store.tables import Conversation


def hold(phone: str, *, state: str, now: int) -> Conversation:
    """Find a conversation, or begin it in `state`, and hold its row until the transaction ends."""
    found: Conversation | None = locked(_of(phone)).get_or_none()
    if found is None:
        Conversation.insert(phone=phone, state=state, updated_at=now).on_conflict_ignore().execute()
        found = locked(_of(phone)).get()
    return found


def find(phone: str) -> Conversation | None:
    """Find a conversation, only to look at it."""
    found: Conversation | None = _of(phone).get_or_none()
    return found


def memory(conversation: Conversation) -> dict[str, Any]:
    """What was answered so far."""
    answers: dict[str, Any] = json.loads(conversation.memory)
    return answers


def keep(conversation: Conversation, *, memory: dict[str, Any], now: int) -> None:
    """Write down where the conversation stands now."""
    conversation.memory = json.dumps(memory, ensure_ascii=False, separators=(",", ":"))
    conversation.updated_at = now
    conversation.save()


def _of(phone: str) -> Any:
    return Conversation.select().where(Conversation.phone == phone)
