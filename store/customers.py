"""Who buys: one row for each phone number."""

from typing import Any

from peewee import JOIN, Case, fn

from store import statements
from store.tables import Customer, Order


def known(phone: str, *, now: int, name: str | None = None) -> Customer:
    """Find a customer by phone number, or write them down; a new name replaces the old."""
    customer = statements.one(statements.FIND_BY_PHONE, (phone,), Customer)
    if customer is None or (name and customer.name != name):
        customer = statements.one(statements.KEEP_CUSTOMER, (phone, name or None, now), Customer)
    if customer is None:
        raise LookupError(phone)
    return customer


def all_with_totals(*, limit: int = 1000) -> list[dict[str, Any]]:
    """List customers, newest first, each with `order_count` and `total_spent` (paid only)."""
    paid = Case(None, [(Order.payment_status == "paid", Order.total_amount)], 0)
    rows = (
        Customer.select(
            Customer,
            fn.COUNT(Order.id).alias("order_count"),
            fn.COALESCE(fn.SUM(paid), 0).alias("total_spent"),
        )
        .join(Order, JOIN.LEFT_OUTER)
        .group_by(Customer.id)
        .order_by(Customer.created_at.desc(), Customer.id.desc())
        .limit(limit)
    )
    found: Any = rows.dicts()
    return [{**row, "total_spent": int(row["total_spent"])} for row in found]


def by_phone(phone: str) -> Customer | None:
    """Find a customer by their number, only to look at them."""
    found: Customer | None = Customer.get_or_none(Customer.phone_number == phone)
    return found


def by_id(number: int) -> Customer | None:
    """Find a customer by the number they have in the books."""
    found: Customer | None = Customer.get_or_none(Customer.id == number)
    return found
