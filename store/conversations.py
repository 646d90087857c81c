"""Where each customer stands: the row that is held while an event passes."""

from typing import Any

from peewee import SQL

from store import statements
from store.packing import packed, unpacked
from store.tables import Conversation

_KEPT = (
    "state", "memory", "language", "visit", "seq", "flow", "heard_at", "updated_at", "entered_at",
    "phone",
)  # fmt: skip


def hold(phone: str, *, state: str, now: int) -> Conversation:
    """Find a conversation, or begin it in `state`, and hold its row until the transaction ends."""
    found = find(phone, held=True)
    if found is None:
        begun = (phone, state, now)
        found = statements.one(statements.BEGIN_CONVERSATION, begun, Conversation)
    found = found or find(phone, held=True)  # somebody else has begun it
    if found is None:
        raise LookupError(phone)
    return found


def find(phone: str, *, held: bool = False) -> Conversation | None:
    """Find a conversation to look at it; its row is `held` by who is going to change it."""
    return statements.one(statements.FIND_CONVERSATION, (phone,), Conversation, held=held)


def memory(conversation: Conversation) -> dict[str, Any]:
    """What was answered so far."""
    answers: dict[str, Any] = unpacked(conversation.memory)
    return answers


def keep(conversation: Conversation, *, memory: dict[str, Any], now: int) -> None:
    """Write down where the conversation stands now."""
    conversation.memory = packed(memory)
    conversation.updated_at = now
    values = [getattr(conversation, name) for name in _KEPT]
    statements.run(statements.KEEP_CONVERSATION, values)


# --- a person instead of the bot -----------------------------------------------------------------


def is_silent(conversation: Conversation, now: int) -> bool:
    """Has a person taken over, so that the bot is to say nothing?"""
    return bool(conversation.silent_until > now)


def silence(conversation: Conversation, *, until: int) -> None:
    """Let the bot say nothing before then, and somebody be there who was asked for."""
    conversation.silent_until, conversation.asked_at = until, 0
    conversation.save(only=[Conversation.silent_until, Conversation.asked_at])


def ask_for_a_person(phone: str, *, now: int) -> None:
    """Let it be known that a customer wants to speak with a person; the first time counts."""
    asked = Conversation.update(asked_at=now)
    asked.where(Conversation.phone == phone, Conversation.asked_at == 0).execute()


def asking(*, limit: int = 10) -> list[Conversation]:
    """Who waits for a person, and for how long; the longest first."""
    waiting = Conversation.select().where(SQL("asked_at > 0"))  # as its index says it
    return list(waiting.order_by(Conversation.asked_at).limit(limit))
