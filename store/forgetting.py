"""A customer who asks to be forgotten: what is personal goes, what was sold and paid stays."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Value, fn

from store import conversations, customers, interventions, orders, transcript
from store.database import transaction
from store.errors import NotToBeDone
from store.tables import (
    OPEN,
    Conversation,
    Customer,
    Inbox,
    Intervention,
    Order,
    Outbox,
    Payment,
    PaymentLog,
    Timer,
)

_NEVER_PAID = ("pending", "payment_failed")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted, what was kept, and the word that stands where the number stood."""

    token: str
    messages: int
    orders: int
    payments: int
    cancelled: int


def known(phone: str) -> dict[str, Any] | None:
    """All that the books hold about a number, for whoever asks what is kept about them."""
    customer, conversation = customers.by_phone(phone), conversations.find(phone)
    if customer is None and conversation is None:
        return None
    bought = _orders_of(customer)
    return {
        "phone": phone,
        "name": customer.name if customer else None,
        "since": customer.created_at if customer else None,
        "language": conversation.language if conversation else "",
        "answers": conversations.memory(conversation) if conversation else {},
        "orders": [orders.row(each.id) for each in bought],
        "payments": list(Payment.select().where(Payment.order.in_(bought)).dicts()),
        "messages": [
            {"by": said.by, "at": said.at, **said.what}
            for said in transcript.of(phone, limit=_all_of(phone))
        ],
    }


def _all_of(phone: str) -> int:
    return sum(int(table.select().where(table.phone == phone).count()) for table in (Inbox, Outbox))


def _orders_of(customer: Customer | None) -> list[Order]:
    query = Order.select().where(Order.customer == customer).order_by(Order.created_at)
    return list(query) if customer else []


def forget(phone: str, *, by: str, now: int) -> Forgotten:
    """Delete a customer's name, addresses and messages, and put a token where their number stood.

    Orders, payments and amounts stay. All of it happens or none. Raises NotToBeDone for a number
    that the books do not know, and while a payment is open.
    """
    with transaction():
        if customers.by_phone(phone) is None and conversations.find(phone) is None:
            raise NotToBeDone("the books know nobody of this number")
        conversations.hold(phone, state="", now=now)  # nobody speaks with them meanwhile
        customer = customers.known(phone, now=now)
        bought = [orders.hold(each.id) for each in _orders_of(customer)]
        _require_no_open_payment(bought)
        token = f"forgotten-{customer.id}"
        cancelled = sum(
            orders.cancel(each, now=now) for each in bought if each.status in _NEVER_PAID
        )
        messages = _erase_heard(phone, token) + _erase_said(phone, token)
        paid = _erase_from_books(customer, bought, phone, token)
        _erase_standing(phone, token)
        interventions.note("customer.forget", token, by=by, now=now)
    return Forgotten(token, messages, len(bought), paid, cancelled)


def _require_no_open_payment(bought: list[Order]) -> None:
    query = Payment.select().where(Payment.order.in_(bought), Payment.stage.in_(OPEN))
    if bought and (payment := query.first()):
        raise NotToBeDone(
            f"a payment of order {payment.order_id} is open: its money would have nobody to "
            "belong to. Wait until it has ended"
        )


# Each part of the books


def _erase_heard(phone: str, token: str) -> int:
    """Empty the mail in; a provider's id holds the number too, so each key becomes another."""
    keys = [row.key for row in Inbox.select(Inbox.key).where(Inbox.phone == phone)]
    for key in keys:
        became = _key(key, token)
        Outbox.update(cause=became).where(Outbox.phone == phone, Outbox.cause == key).execute()
        Inbox.update(
            key=became,
            phone=token,
            kind="text",
            body=transcript.DELETED_HEARD,
            outcome="done",
            error=None,
        ).where(Inbox.key == key).execute()
    for note in Intervention.select().where(Intervention.did == "inbox.replay"):
        if note.subject in keys:
            Intervention.update(subject=_key(note.subject, token)).where(
                Intervention.id == note.id
            ).execute()
    digits = phone.removeprefix("+")
    named = (Inbox.phone == "") & Inbox.body.contains(digits)
    Inbox.update(body="{}").where(named, ~Inbox.kind.startswith("payment.")).execute()
    Inbox.update(body=_without(Inbox.body, phone, token)).where(named).execute()
    return sum(key.startswith("wa") for key in keys)


def _key(key: str, token: str) -> str:
    """A key that is still the only one, and tells of nobody; a message's begins with wa."""
    begins = "wa:" if key.startswith("wa") else ""
    return f"{begins}{token}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _erase_said(phone: str, token: str) -> int:
    """Empty the mail out; what was still owed is not sent any more."""
    Outbox.update(status="expired", error="forgotten").where(
        Outbox.phone == phone, Outbox.status == "new"
    ).execute()
    numbered = fn.REPLACE(Outbox.key, f"{phone}:", f"{token}:")
    Intervention.update(subject=fn.REPLACE(Intervention.subject, phone, token)).where(
        (Intervention.subject == phone) | Intervention.subject.startswith(f"{phone}:")
    ).execute()
    said = Outbox.update(
        key=numbered,
        phone=token,
        body=transcript.DELETED_TOLD,
        provider_id=None,
        error=None,
        rule="",  # it may hold what was answered
        missed_in=None,
    ).where(Outbox.phone == phone)
    return int(said.execute())


def _erase_from_books(customer: Customer, bought: list[Order], phone: str, token: str) -> int:
    """Take the person out of the books; gives how many payments there are."""
    Customer.update(phone_number=token, name=None).where(Customer.id == customer.id).execute()
    if not bought:
        return 0
    Order.update(delivery_address=None).where(Order.id.in_(bought)).execute()
    mine = Payment.order.in_(bought)
    paid = Payment.update(phone_number=token, payment_url=None).where(mine).execute()
    PaymentLog.update(body=_without(PaymentLog.body, phone, token)).where(
        PaymentLog.payment_id.in_(Payment.select(Payment.id).where(mine))
    ).execute()
    return int(paid)


def _erase_standing(phone: str, token: str) -> None:
    """Empty the memory, and close WhatsApp's 24 hours: nobody writes to a token."""
    Timer.delete().where(Timer.phone == phone).execute()
    Conversation.update(phone=token, memory="{}", heard_at=0).where(
        Conversation.phone == phone
    ).execute()


def _without(text: Any, phone: str, token: str) -> Any:
    """A text with the number replaced, as far as it is written with its country."""
    for written in _spellings(phone):
        text = fn.REPLACE(text, Value(written), Value(token))
    return text


def _spellings(phone: str) -> Iterator[str]:
    yield phone
    yield phone.removeprefix("+")
