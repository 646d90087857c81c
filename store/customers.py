"""Who buys: one row for each phone number."""

from typing import Any

from peewee import JOIN, Case, fn

from store.tables import Customer, Order


def known(phone: str, *, now: int, name: str | None = None) -> Customer:
    """Find a customer by phone number, or write them down; a new name replaces the old."""
    customer: Customer | None = Customer.get_or_none(Customer.phone_number == phone)
    if customer is None:
        row = {"phone_number": phone, "name": name, "created_at": now}
        Customer.insert(row).on_conflict_ignore().execute()
        customer = Customer.get(Customer.phone_number == phone)
    if name and customer.name != name:
        customer.name = name
        customer.save(only=[Customer.name])
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
