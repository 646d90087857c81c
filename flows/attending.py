"""A person speaks with a customer instead of the bot: takes over, writes, gives back, moves on.

While a person speaks the bot is silent: what the customer writes is kept, timers wait, and only
news of money still passes, for whoever has paid is owed a receipt. The bot speaks again when it is
given back to, or half an hour after the person's last word.
"""

from collections.abc import Mapping
from datetime import datetime

from engine.checks import defined
from engine.effect import Text, pack
from engine.event import Event
from engine.limits import TEXT, units
from flows import turns
from flows.library import Library
from store import clock, conversations, inbox, interventions, outbox
from store.database import transaction
from store.errors import NotToBeDone
from store.tables import Conversation

PATIENCE = 30 * clock.MINUTE  # of the bot, after a person's last word


def take_over(phone: str, *, by: str, now: datetime) -> None:
    """Let the bot be silent; raises NotToBeDone when nobody ever wrote from this number."""
    at = clock.ms(now)
    with transaction():
        conversations.silence(_held(phone), until=at + PATIENCE)
        interventions.note("conversation.take_over", phone, by=by, now=at)


def give_back(phone: str, *, by: str, now: datetime) -> None:
    """Let the bot speak again, from where the conversation stands; again is no harm."""
    at = clock.ms(now)
    with transaction():
        conversation = _held(phone)
        if conversations.is_silent(conversation, at):
            conversations.silence(conversation, until=0)
            interventions.note("conversation.give_back", phone, by=by, now=at)


def write(phone: str, words: str, *, token: str, by: str, now: datetime) -> None:
    """Owe the customer what a person wrote, once for each token.

    Raises NotToBeDone when the bot is speaking, when WhatsApp's 24 hours since the customer's last
    word are over, and for words that are empty or longer than WhatsApp allows.
    """
    at, words = clock.ms(now), words.strip()
    if not words or units(words) > TEXT:
        raise NotToBeDone(f"A message has 1 to {TEXT:,} characters")
    with transaction():
        conversation = _held(phone)
        if not conversations.is_silent(conversation, at):
            raise NotToBeDone("The bot is speaking: take the conversation over first")
        _require_window(conversation, at)
        cause = f"person:{phone}:{token}"
        if inbox.keep(cause, kind="person", phone=phone, data={"by": by}, now=at):
            message = pack(Text(words))
            until = conversation.heard_at + clock.DAY
            outbox.put(conversation, message, cause=cause, now=at, expires=until)
            conversation.silent_until = at + PATIENCE
            conversation.save(only=[Conversation.seq, Conversation.silent_until])


def send_back(
    phone: str, state: str, *, token: str, by: str, now: datetime, library: Library
) -> None:
    """Put a conversation into another state, whose words the customer is told, once for each token.

    The bot speaks again. Raises NotToBeDone for a state that needs answers which were not given,
    and when WhatsApp's 24 hours since the customer's last word are over.
    """
    at = clock.ms(now)
    with transaction():
        conversation = _held(phone)
        _require_window(conversation, at)
        if state not in places(conversation, library):
            raise NotToBeDone("There the bot would ask about answers that were not given")
        moved = Event(f"move:{phone}:{token}", phone, "moved", {"state": state, "by": by})
        if inbox.keep(moved.id, kind=moved.name, phone=phone, data=moved.data, now=at):
            conversations.silence(conversation, until=0)
            interventions.note(f"conversation.move: {state}", phone, by=by, now=at)
            turns.put(conversation, moved, state, now=now, library=library)


def places(conversation: Conversation, library: Library) -> list[str]:
    """The states of the live flow whose answers are all there, in the order of the file."""
    flow, there = library.live().flow, conversations.memory(conversation).keys()
    given: Mapping[str, frozenset[str]] = defined.given_at(flow, library.vocabulary)
    return [name for name, needed in given.items() if needed <= there and not flow.states[name].end]


def _held(phone: str) -> Conversation:
    if conversations.find(phone) is None:
        raise NotToBeDone("Nobody has written from this number")
    return conversations.hold(phone, state="", now=0)


def _require_window(conversation: Conversation, at: int) -> None:
    """What is said later than a day after the customer's last word is never delivered."""
    if conversation.heard_at + clock.DAY <= at:
        raise NotToBeDone("The customer has not written for 24 hours: WhatsApp lets nobody answer")
