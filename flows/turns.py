"""The one transaction: an event is kept, the books and the conversation move, replies are owed.

All of it is committed together or none of it. Nothing has been sent when it returns, and nothing
can be half done: what is owed stands in the outbox, what is to be paid in the payments.
"""

import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from engine.effect import Message, Text, pack
from engine.event import Event
from engine.machine import RuleBook
from engine.turn import Because, Turn
from flows import facts
from flows.library import Library
from flows.staleness import is_stale
from store import clock, conversations, customers, ids, inbox, orders, outbox, payments, timers
from store.database import DatabaseFault, transaction
from store.grounds import Grounds
from store.sharing import all_together, together
from store.tables import Conversation, Payment
from store.undoing import savepoint

NOT_FOR_CONVERSATIONS = ("silent", "unreadable", "payment.other", "order.created")
TIMER = "timer:"  # what the keys of events begin with that came due
FROM_CUSTOMERS = ("text", "choice", "location", "media")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event: done, repeat, unheard, silent, ignored, waiting, flood, …"""

    word: str
    notes: tuple[str, ...] = ()
    reference: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def receive(event: Event, *, now: datetime, library: Library, per_minute: int = 0) -> Outcome:
    """Let one event pass, once however often it is delivered.

    Raises BooksClosed when it could not be kept: then nothing happened, and the sender is to try
    again. A fault of ours never raises: the event is set aside with a reference for the operator,
    and the customer gets one apology.
    """
    return together(lambda: _received(event, now, library, per_minute))


def receive_all(
    events: Sequence[Event], *, now: datetime, library: Library, per_minute: int = 0
) -> list[Outcome | Exception]:
    """Let events pass that came together, as one after the other; gives what each told or raised.

    They share a commit.
    """
    library = library.asked_once()
    return all_together([partial(_received, each, now, library, per_minute) for each in events])


def _received(event: Event, now: datetime, library: Library, per_minute: int) -> Outcome:
    at = clock.ms(now)
    key = _key(event, at, library)
    if key is None or not inbox.keep(
        key, kind=event.name, phone=event.phone, data=event.data, now=at
    ):
        return Outcome("repeat")
    event = event if event.id == key else replace(event, id=key)
    if event.name == "status":
        if not outbox.tick(event.data["message_id"], event.data["status"]):
            inbox.mark(key, "early")  # it overtook the answer that tells us the message's id
        return Outcome("done")
    if event.name in NOT_FOR_CONVERSATIONS:
        inbox.mark(key, "ignored")
        return Outcome("ignored")
    if event.name.startswith("payment."):
        return _guarded(event, now, library, _payment)
    if per_minute and event.name in FROM_CUSTOMERS and _floods(event, at, per_minute, library):
        return Outcome("flood")
    return _guarded(event, now, library, _act)


def _key(event: Event, at: int, library: Library) -> str | None:
    """The inbox key; a message that has neither id nor time is known by its words for a moment."""
    if not event.id.startswith("wa?:"):
        return event.id
    conversations.hold(event.phone, state=library.live().flow.initial, now=at)  # one at a time
    return None if inbox.seen_lately(event.id, phone=event.phone, now=at) else f"{event.id}@{at}"


def _floods(event: Event, at: int, per_minute: int, library: Library) -> bool:
    """Is this number writing too fast? It is told once until it pauses; what it wrote is kept."""
    since = at - clock.MINUTE
    if inbox.heard_since(event.phone, since) <= per_minute:
        return False
    if not inbox.flooded_since(event.phone, since):
        book = library.live()
        conversation = conversations.hold(event.phone, state=book.flow.initial, now=at)
        _tell(conversation, book, "slow_down", event, at)
    inbox.mark(event.id, "flood")
    return True


# --- payments: the books first, then the conversation ------------------------------------------


def hear_payment(event: Event, *, now: datetime, library: Library) -> Outcome:
    """Let news of a payment that we asked for ourselves pass by the same door as a webhook.

    Its ``data`` says in ``source`` who told: ``poll`` or ``answer``.
    """
    with transaction():
        inbox.keep(event.id, kind=event.name, phone="", data=event.data, now=clock.ms(now))
        return _guarded(event, now, library, _payment)


def adopt_waiting(*, now: datetime, library: Library) -> list[Outcome]:
    """Let news of payments pass that came before their order was known."""
    outcomes = []
    for row in inbox.waiting():
        data = json.loads(row.body)
        with transaction():
            if payments.find(data["order_id"]) is None or not inbox.adopt(row.key):
                continue
            event = Event(row.key, "", row.kind, data)
            outcomes.append(_guarded(event, now, library, _payment))
    return outcomes


def apply_early_ticks(*, now: datetime) -> None:
    """Let ticks count that came before we knew their message's id at Ghala."""
    for row in inbox.early(now=clock.ms(now)):
        told = json.loads(row.body)
        if outbox.is_known(told["message_id"]):
            with transaction():
                outbox.tick(told["message_id"], told["status"])
                inbox.mark(row.key, "done")


def replay(*, now: datetime, library: Library) -> list[Outcome]:
    """Let events pass again that were set aside and a person asked for, each once."""
    outcomes = []
    for row in inbox.asked_again():
        event = Event(row.key, row.phone, row.kind, json.loads(row.body))
        work = _payment if event.name.startswith("payment.") and not event.phone else _act
        with transaction():
            if inbox.take_again(row.key):
                outcomes.append(_guarded(event, now, library, work))
    return outcomes


def _payment(event: Event, now: datetime, library: Library) -> Outcome:
    data = event.data
    news = payments.News(
        id=data["order_id"], kind=event.name.removeprefix("payment."),
        source=data.get("source", "webhook"),
        amount=data.get("amount"), currency=data.get("currency", ""),
        reference=data.get("reference", ""), reason=data.get("reason", ""),
        body=json.dumps(dict(data), ensure_ascii=False),
    )  # fmt: skip
    hold_conversation(news.id, book=library.live(), at=clock.ms(now))
    verdict = payments.hear(news, now=clock.ms(now))
    if verdict.payment is None:
        inbox.mark(event.id, "waiting", error="no such payment is known (yet)")
        return Outcome("waiting", (_homeless(news.id),))
    note = f"Payment {news.kind} for {verdict.payment.id}: {verdict.word}"
    if not verdict.told:
        return Outcome("done", (note,), details={"verdict": verdict.word})
    told = tell(
        f"payment.{verdict.told}", verdict.payment, cause=event.id, now=now, library=library
    )
    return replace(told, notes=(note, *told.notes), details={"verdict": verdict.word})


def _homeless(order: str) -> str:
    if not order:
        return "Payment news that names no order, kept for a person to look at"
    return f"Payment news for an unknown order: {order[:64]}, kept until that order is known"


def hold_conversation(payment_id: str, *, book: RuleBook, at: int) -> None:
    """Take the locks in the order that messages take them: the conversation, then its order."""
    phone = payments.phone_of(payment_id)
    if phone:
        conversations.hold(phone, state=book.flow.initial, now=at)


def tell(name: str, payment: Payment, *, cause: str, now: datetime, library: Library) -> Outcome:
    """Tell the customer's conversation what became of a payment; joins the transaction."""
    order = orders.find(payment.order_id)
    if order is None:
        raise LookupError(payment.order_id)
    phone, data = order.customer.phone_number, {"order": order.id, "payment": payment.id}
    inbox.keep(cause, kind=name, phone=phone, data=data, now=clock.ms(now))  # unless it was heard
    return _guarded(Event(cause, phone, name, data), now, library, _act)


# --- the conversation --------------------------------------------------------------------------


def happen(event: Event, *, now: datetime, library: Library) -> Outcome:
    """Let something pass that no customer sent: a reminder, an order placed by the shop."""
    with transaction():
        if not inbox.keep(
            event.id, kind=event.name, phone=event.phone, data=event.data, now=clock.ms(now)
        ):
            return Outcome("repeat")
        return _guarded(event, now, library, _act)


def reassure(phone: str, *, now: datetime, library: Library) -> None:
    """Owe a friendly word to somebody who wrote while the books were closed."""
    at = clock.ms(now)
    event = Event(f"back:{phone}:{at}", phone, "back", {})
    with transaction():
        book = library.live()
        if "back_again" in book.flow.messages:
            inbox.keep(event.id, kind=event.name, phone=phone, data={}, now=at)
            conversation = conversations.hold(phone, state=book.flow.initial, now=at)
            _tell(conversation, book, "back_again", event, at)


Work = Callable[[Event, datetime, Library], Outcome]


def _guarded(event: Event, now: datetime, library: Library, work: Work) -> Outcome:
    """Do the work; if that raises, undo it, keep the event, and apologise once."""
    try:
        with savepoint():
            return work(event, now, library)
    except DatabaseFault:
        raise  # the database is at fault, not the event: nothing is kept, the sender tries again
    except Exception as error:  # noqa: BLE001  whatever a callback raises must not block the number
        return _set_aside(event, error, now, library)


def _act(event: Event, now: datetime, library: Library) -> Outcome:
    at, book = clock.ms(now), library.live()
    conversation = conversations.hold(event.phone, state=book.flow.initial, now=at)
    if event.name == "timeout" and event.data["visit"] != conversation.visit:
        return Outcome("ignored")
    if event.name in FROM_CUSTOMERS:
        _greet(conversation, event, at)
    if conversations.is_silent(conversation, at) and _can_wait(event):
        return _leave_to_a_person(conversation, event, at)
    turn = _turn(event, conversation, book, now)
    turn.stale = is_stale(turn, conversation)
    was_heard = book.pass_(conversation, turn)
    _keep(conversation, turn, book, at)
    if not was_heard:
        inbox.mark(event.id, "unheard")
    return Outcome("done" if was_heard else "unheard", tuple(turn.notes))


def _can_wait(event: Event) -> bool:
    """Is it no news of money, nor anything that the shop itself does?"""
    return event.name in FROM_CUSTOMERS or event.id.startswith(TIMER)


def _leave_to_a_person(conversation: Conversation, event: Event, at: int) -> Outcome:
    """Keep what a customer says to the person who has taken over; a timer comes due later."""
    if event.id.startswith(TIMER):
        key = event.id.removeprefix(TIMER).rpartition(":")[0]
        body = {"event": event.name, **event.data}
        timers.start(key, phone=event.phone, body=body, due=conversation.silent_until)
    conversation.updated_at = at
    conversation.save()
    inbox.mark(event.id, "silent")
    return Outcome("silent")


def put(
    conversation: Conversation, event: Event, state: str, *, now: datetime, library: Library
) -> None:
    """Let a conversation that is held stand in another state; joins the transaction."""
    book = library.live()
    turn = _turn(event, conversation, book, now)
    book.put(conversation, turn, state)
    _keep(conversation, turn, book, clock.ms(now))


def _keep(conversation: Conversation, turn: Turn, book: RuleBook, at: int) -> None:
    """Write down where a turn has led, and owe what it said."""
    _settle_timers(conversation, turn, book, at)
    why = _why(conversation, turn)
    for message in turn.effects:
        _owe(conversation, message, turn.event, at, why)
        if why.missed_in:  # what was missed once is found once
            why = replace(why, missed_in=None)
    conversation.language, conversation.flow = turn.language, turn.flow.hash
    conversations.keep(conversation, memory=turn.memory, now=at)


def _why(conversation: Conversation, turn: Turn) -> Grounds:
    because = turn.because or Because("", "")
    return Grounds(
        turn.flow.hash, conversation.state, conversation.visit, because.line or None,
        because.words, turn.state if because.missed else None,
    )  # fmt: skip


def _greet(conversation: Conversation, event: Event, at: int) -> None:
    """Write a new customer down, and when they last wrote."""
    name = event.data.get("profile_name")
    if not conversation.heard_at or name:
        customers.known(event.phone, now=at, name=name)
    conversation.heard_at = at


def _turn(event: Event, conversation: Conversation, book: RuleBook, now: datetime) -> Turn:
    language = conversation.language or book.flow.languages[0]
    return Turn(
        event=event,
        flow=book.flow,
        memory=conversations.memory(conversation),
        language=language,
        now=now,
        token=ids.token(),
        facts=_facts(event, book, language),
    )


def _facts(event: Event, book: RuleBook, language: str) -> dict[str, Any]:
    """What an event about an order or a payment brings with it for the texts."""
    known: dict[str, Any] = {}
    order = orders.find(event.data["order"]) if "order" in event.data else None
    if order:
        known |= facts.about_order(order)
    payment = payments.find(event.data["payment"]) if "payment" in event.data else None
    if payment:
        known |= facts.about_payment(payment, book.flow, language=language)
    return known


def _settle_timers(conversation: Conversation, turn: Turn, book: RuleBook, at: int) -> None:
    """Stop the timers of the state that was left, start those of the one entered."""
    if turn.entered is None:
        return
    conversation.visit, conversation.entered_at = conversation.visit + 1, at
    if book.times[turn.state] or conversation.flow != turn.flow.hash:
        timers.stop_of(conversation.phone, f"{conversation.phone}|after|")
    for after in book.times[turn.entered]:
        timers.start(
            f"{conversation.phone}|after|{after.written}",
            phone=conversation.phone,
            body={"event": "timeout", "after": after.written, "visit": conversation.visit},
            due=at + after.seconds * clock.SECOND,
        )


def _owe(conversation: Conversation, message: Message, event: Event, at: int, why: Grounds) -> None:
    """Owe a message, until WhatsApp's 24 hours after the customer's last word are over."""
    expires = (conversation.heard_at or at) + clock.DAY
    outbox.put(conversation, pack(message), cause=event.id, now=at, expires=expires, why=why)


def _tell(
    conversation: Conversation, book: RuleBook, name: str, event: Event, at: int, **values: str
) -> None:
    """Owe what the shop says by itself, unless a person speaks with this customer."""
    if not conversations.is_silent(conversation, at):
        text = book.flow.messages[name]
        language = conversation.language or book.flow.languages[0]
        filled = text.fill({"shop": book.flow.shop.name, **values}, language=language)
        why = Grounds(book.flow.hash, conversation.state, conversation.visit, None, name)
        _owe(conversation, Text(filled), event, at, why)
    conversation.save()


def _set_aside(event: Event, error: Exception, now: datetime, library: Library) -> Outcome:
    reference = ids.token(8)
    said = "".join(traceback.format_exception(error))[-4000:]
    inbox.mark(event.id, "set_aside", error=said, reference=reference)
    if event.phone:
        _apologise(event, reference, now, library)
    return Outcome("set_aside", reference=reference)


def _apologise(event: Event, reference: str, now: datetime, library: Library) -> None:
    at, book = clock.ms(now), library.live()
    conversation = conversations.hold(event.phone, state=book.flow.initial, now=at)
    if "apology" in book.flow.messages:
        _tell(conversation, book, "apology", event, at, reference=reference)
