"""How the shop is doing: sales by day, and what waits for somebody to look at it."""

from dataclasses import dataclass
from typing import Any

from peewee import OP, SQL, Case, Expression, fn

from store.clock import DAY
from store.tables import OPEN, Customer, Inbox, Order, Outbox, Payment


@dataclass(frozen=True, slots=True)
class Sales:
    """The orders placed within a time, those of them that are paid, and what these brought."""

    placed: int = 0
    paid: int = 0
    revenue: int = 0


def sales(since: int, until: int) -> Sales:
    """What was ordered from `since` until just before `until`."""
    paid = Order.payment_status == "paid"
    within = (Order.created_at >= since) & (Order.created_at < until)
    placed = Order.select().where(within).count()
    found = Order.select(fn.COUNT(Order.id), fn.COALESCE(fn.SUM(Order.total_amount), 0)).where(
        within, paid
    )
    many, revenue = found.scalar(as_tuple=True)
    return Sales(int(placed), int(many), int(revenue))


def being_paid() -> tuple[int, int]:
    """How many payments are open, and of how much money."""
    found = Payment.select(
        fn.COUNT(Payment.id), fn.COALESCE(fn.SUM(Payment.amount), 0)
    ).where(Payment.stage.in_(OPEN))  # fmt: skip
    many, total = found.scalar(as_tuple=True)
    return int(many), int(total)


def new_customers(since: int) -> int:
    """Who wrote for the first time since then."""
    return int(Customer.select().where(Customer.created_at >= since).count())


def under_review(*, limit: int = 10) -> list[Payment]:
    """Payments that a person must look at, newest first."""
    found = Payment.select().where(Payment.status == "needs_review")
    return list(found.order_by(Payment.updated_at.desc()).limit(limit))


def daily(since: int, days: int) -> list[Sales]:
    """The sales of so many whole days, oldest first; `since` is the first one's midnight."""
    day = Expression(Order.created_at - since, OP.DIV, DAY).alias("day")  # whole days: no float
    paid = Order.payment_status == "paid"
    rows: Any = (
        Order.select(
            day,
            fn.COUNT(SQL("*")),
            fn.SUM(Case(None, [(paid, 1)], 0)),
            fn.SUM(Case(None, [(paid, Order.total_amount)], 0)),
        )
        .where(Order.created_at >= since, Order.created_at < since + days * DAY)
        .group_by(day)
    )
    found = {int(at): Sales(*map(int, rest)) for at, *rest in rows.tuples()}
    return [found.get(each, Sales()) for each in range(days)]


def unsolved() -> dict[str, int]:
    """How many of each wait for a person: events set aside, messages given up, money in review."""
    lost = Outbox.select().where(Outbox.status.in_(("dead", "expired")))
    return {
        "review": Payment.select().where(Payment.status == "needs_review").count(),
        "set_aside": Inbox.select().where(Inbox.outcome == "set_aside").count(),
        "undelivered": lost.count(),
    }
