"""Where the customers stand: their conversations as a list, and how many are in each state."""

from typing import Any

from peewee import JOIN, Tuple, fn

from store.lists import Mark, Row, Wish, people
from store.tables import Conversation, Customer


def conversations(wish: Wish, *, after: Mark | None = None, limit: int = 50) -> list[Row]:
    """A page of conversations, the last spoken in first; `status` is the state they stand in."""
    query: Any = Conversation.select(
        Conversation.phone.alias("id"), Conversation.state, Conversation.language,
        Conversation.updated_at.alias("created_at"), Conversation.heard_at, Customer.name,
    ).join(Customer, JOIN.LEFT_OUTER, on=(Customer.phone_number == Conversation.phone))  # fmt: skip
    if wish.since is not None:
        query = query.where(Conversation.updated_at >= wish.since)
    if wish.until is not None:
        query = query.where(Conversation.updated_at < wish.until)
    if wish.status:
        query = query.where(Conversation.state == wish.status)
    if wish.words:
        named = Customer.select(Customer.phone_number).where(Customer.id.in_(people(wish)))
        query = query.where((Conversation.phone == wish.phone) | Conversation.phone.in_(named))
    place = Tuple(Conversation.updated_at, Conversation.phone)
    if after is not None:
        there = Tuple(after.at, after.id)
        query = query.where(place > there if wish.oldest_first else place < there)
    order: tuple[Any, ...] = (Conversation.updated_at, Conversation.phone)
    if not wish.oldest_first:
        order = tuple(each.desc() for each in order)
    return list(query.order_by(*order).limit(limit).dicts())


def by_state(since: int) -> dict[str, int]:
    """How many of those who were spoken with since then stand in each state."""
    rows: Any = (
        Conversation.select(Conversation.state, fn.COUNT(Conversation.phone))
        .where(Conversation.updated_at >= since)
        .group_by(Conversation.state)
        .tuples()
    )
    return {state: int(many) for state, many in rows}
