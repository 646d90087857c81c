"""Lists for the merchant: searched, filtered, and read a page at a time from where one ended.

A page begins after a row, not after a number of rows, so the thousandth is as fast as the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Tuple, fn

from store.database import is_postgres
from store.tables import Customer, Order, OrderLine, Payment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list should hold; empty means all. `phone` is the words read as a number, if any."""

    words: str = ""
    phone: str = ""
    status: str = ""
    method: str = ""
    since: int | None = None
    until: int | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The row that a page ended with."""

    at: int
    id: str


def orders(wish: Wish, *, after: Mark | None = None, limit: int = 50) -> list[Row]:
    """A page of orders with `phone_number` and `customer_name`."""
    query = Order.select(Order, Customer.phone_number, Customer.name.alias("customer_name"))
    query = _within(query.join(Customer), Order, wish, after)
    if wish.status == "delivered":
        query = query.where(Order.delivered_at.is_null(False))
    elif wish.status:
        query = query.where(Order.status == wish.status)
    if wish.method:
        query = query.where(Order.payment_method == wish.method)
    if wish.words:
        query = query.where(_is_order(wish))
    return list(query.limit(limit).dicts())


def payments(wish: Wish, *, after: Mark | None = None, limit: int = 50) -> list[Row]:
    """A page of payments."""
    query = _within(Payment.select(), Payment, wish, after)
    if wish.status:
        query = query.where(Payment.status == wish.status)
    if wish.method:
        query = query.where(Payment.payment_method == wish.method)
    if wish.words:
        query = query.where(
            Payment.id.in_((wish.words, wish.words.upper()))
            | (Payment.order == wish.words.upper())
            | (Payment.order == wish.words)
            | Payment.transaction_ref.in_((wish.words, wish.words.upper()))
            | (Payment.ghala_payment_id == wish.words)
            | Payment.order.in_(Order.select(Order.id).where(Order.customer.in_(people(wish))))
        )
    return list(query.limit(limit).dicts())


def customers(wish: Wish, *, after: Mark | None = None, limit: int = 50) -> list[Row]:
    """A page of customers, each with `order_count`, `total_spent` (paid only) and `last_order`."""
    query = _within(Customer.select(), Customer, wish, after)
    if wish.words:
        query = query.where(Customer.id.in_(people(wish)))
    found: list[Row] = list(query.limit(limit).dicts())
    totals = _totals([row["id"] for row in found])
    return [{**row, **totals.get(row["id"], _NOTHING)} for row in found]


def of_customer(customer_id: int, *, limit: int = 50) -> list[Row]:
    """The newest orders of one customer."""
    found: Any = Order.select().where(Order.customer == customer_id)
    return list(found.order_by(Order.created_at.desc(), Order.id.desc()).limit(limit).dicts())


def all_of(read: Any, wish: Wish, *, step: int = 500) -> Iterator[Row]:
    """Every row of a list, read page by page as it is asked for."""
    after = None
    while page := read(wish, after=after, limit=step):
        yield from page
        after = mark(page[-1])


def mark(row: Row) -> Mark:
    """Where a page that ends with this row ends."""
    return Mark(row["created_at"], str(row["id"]))


_NOTHING: Row = {"order_count": 0, "total_spent": 0, "last_order": None}


def _totals(ids: list[int]) -> dict[int, Row]:
    paid = fn.SUM(Order.total_amount).filter(Order.payment_status == "paid")
    rows: Any = (
        Order.select(Order.customer, fn.COUNT(Order.id), fn.COALESCE(paid, 0),
                     fn.MAX(Order.created_at))
        .where(Order.customer.in_(ids)).group_by(Order.customer).tuples()
    )  # fmt: skip
    return {
        who: {"order_count": int(many), "total_spent": int(spent), "last_order": last}
        for who, many, spent, last in rows
    }


def _within(query: Any, table: Any, wish: Wish, after: Mark | None) -> Any:
    """The period, the order of the rows, and the row to go on after."""
    if wish.since is not None:
        query = query.where(table.created_at >= wish.since)
    if wish.until is not None:
        query = query.where(table.created_at < wish.until)
    place = Tuple(table.created_at, table.id)
    if after is not None:
        number = int(after.id) if table is Customer else after.id
        there = Tuple(after.at, number)
        query = query.where(place > there if wish.oldest_first else place < there)
    if wish.oldest_first:
        return query.order_by(table.created_at, table.id)
    return query.order_by(table.created_at.desc(), table.id.desc())


def _is_order(wish: Wish) -> Any:
    """Its id, its customer, or what one of its payments is known by."""
    written = (wish.words, wish.words.upper())
    paid = Payment.select(Payment.order).where(
        Payment.transaction_ref.in_(written) | (Payment.ghala_payment_id == wish.words)
    )
    theirs = Order.select(Order.id).where(Order.customer.in_(people(wish)))
    named = wish.words.upper()[:4] + wish.words[4:]  # ORD-<time>-<letters that count>
    # One set to look up: of several conditions SQLite would try them on every order there is.
    return Order.id.in_(theirs | paid | Order.select(Order.id).where(Order.id == named))


def people(wish: Wish) -> Any:
    """Who has this number, or a name that begins so."""
    begins = (wish.words, wish.words.title(), wish.words.lower(), wish.words.upper())
    named = Customer.phone_number == wish.phone
    name: Any = Customer.name.collate('"C"') if is_postgres() else Customer.name
    for each in dict.fromkeys(begins):
        named |= (name >= each) & (name < each + "\U0010ffff")
    return Customer.select(Customer.id).where(named)


def lines(order_id: str) -> list[Row]:
    """The lines of an order, prices in whole units."""
    found: Any = OrderLine.select().where(OrderLine.order == order_id).order_by(OrderLine.number)
    return list(found.dicts())


def further(orders: list[Row]) -> dict[str, int]:
    """How many products each order holds beyond its first; orders of one product are left out."""
    many = fn.COUNT(OrderLine.number)
    rows: Any = (
        OrderLine.select(OrderLine.order, many)
        .where(OrderLine.order.in_([each["id"] for each in orders]))
        .group_by(OrderLine.order).having(many > 1).tuples()
    )  # fmt: skip
    return {order: int(found) - 1 for order, found in rows}
