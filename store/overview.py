"""How the shop is doing: sales by day, and what waits for somebody to look at it."""

from dataclasses import dataclass, replace

from peewee import fn

from store import tallies
from store.tables import IS_GIVEN_UP, IS_NOT_DONE, IS_OPEN, Customer, Inbox, Outbox, Payment


@dataclass(frozen=True, slots=True)
class Sales:
    """The orders placed within a time, those of them that are paid, and what these brought."""

    placed: int = 0
    paid: int = 0
    revenue: int = 0

    def and_more(self, many: int, money: int, *, paid: bool) -> "Sales":
        """With so many more orders, and their money if it came."""
        if not paid:
            return replace(self, placed=self.placed + many)
        return Sales(self.placed + many, self.paid + many, self.revenue + money)


def being_paid() -> tuple[int, int]:
    """How many payments are open, and of how much money."""
    found = Payment.select(
        fn.COUNT(Payment.id), fn.COALESCE(fn.SUM(Payment.amount), 0)
    ).where(IS_OPEN)  # fmt: skip
    many, total = found.scalar(as_tuple=True)
    return int(many), int(total)


def unpaid_after_failure() -> tuple[int, int]:
    """How many orders wait for money after their payment failed, and of how much money."""
    kinds = [kind for kind in tallies.kinds() if kind.status == "payment_failed"]
    return sum(kind.orders for kind in kinds), sum(kind.amount for kind in kinds)


def new_customers(since: int) -> int:
    """Who wrote for the first time since then."""
    return int(Customer.select().where(Customer.created_at >= since).count())


def under_review(*, limit: int = 10) -> list[Payment]:
    """Payments that a person must look at, newest first."""
    found = Payment.select().where(Payment.status == "needs_review")
    return list(found.order_by(Payment.updated_at.desc()).limit(limit))


def daily(since: int, days: int) -> list[Sales]:
    """The sales of so many whole days, oldest first; `since` is the first one's midnight."""
    found = [Sales()] * days
    for day, payment_status, placed, revenue in tallies.by_day(since, days):
        found[day] = found[day].and_more(placed, revenue, paid=payment_status == "paid")
    return found


def unsolved() -> dict[str, int]:
    """How many of each wait for a person: events set aside, messages given up, money in review."""
    aside = Inbox.select().where(IS_NOT_DONE, Inbox.outcome == "set_aside")
    return {
        "review": Payment.select().where(Payment.status == "needs_review").count(),
        "set_aside": aside.count(),
        "undelivered": Outbox.select().where(IS_GIVEN_UP).count(),
    }
