"""Orders: placed once, priced by us, paid by exactly their total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store import customers, money, shelf, statements, tallies
from store.errors import UnknownOrder
from store.tables import Customer, Order

PAYABLE = ("pending", "payment_failed")


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product; `price` in minor units each."""

    product_id: str
    name: str
    quantity: int
    price: int


def place(
    order_id: str,
    phone: str,
    lines: Sequence[Line],
    *,
    currency: str,
    address: str | None,
    now: int,
    name: str | None = None,
    source: str = "chat",
) -> Order:
    """Write an order down, `pending`, and take its goods from the shelf; raises OutOfStock."""
    customer = customers.known(phone, now=now, name=name)
    for line in lines:
        shelf.take(line.product_id, line.quantity)
    first = lines[0]
    total = sum(line.quantity * line.price for line in lines)
    order = _written(
        order_id, customer.id, *_columns(first, currency), money.units(total, currency), currency,
        address, source, now, now,
    )  # fmt: skip
    order.customer = customer
    for number, line in enumerate(lines):
        statements.run(statements.ADD_LINE, (order_id, number, *_columns(line, currency)))
    return order


def _columns(line: Line, currency: str) -> tuple[str, str, int, int]:
    return line.product_id, line.name, line.quantity, money.units(line.price, currency)


def _written(*values: Any) -> Order:
    order = statements.one(statements.PLACE_ORDER, values, Order)
    if order is None:
        raise LookupError(values[0])
    return order


def find(order_id: str) -> Order | None:
    """Find an order with its customer."""
    order = statements.one(statements.FIND_ORDER, (order_id,), Order)
    if order is None:
        return None
    whose = statements.one(statements.FIND_CUSTOMER, (order.customer_id,), Customer)
    if whose:
        order.customer = whose
    return order


def hold(order_id: str) -> Order:
    """Find an order and hold its row until the transaction ends; raises UnknownOrder."""
    found = statements.one(statements.FIND_ORDER, (order_id,), Order, held=True)
    if found is None:
        raise UnknownOrder(order_id)
    return found


def of_customer(order_id: str, phone: str) -> Order | None:
    """Find an order if it is this number's own; another's is as unknown as none."""
    order = find(order_id)
    return order if order and order.customer.phone_number == phone else None


def lines(order: Order) -> list[Line]:
    """The lines of an order, prices in minor units."""
    return [
        Line(product_id, name, quantity, money.minor(price, order.currency))
        for product_id, name, quantity, price in statements.run(statements.LINES, (order.id,))
    ]


def standing(order: Order) -> str:
    """Tell what became of an order: payable, being_paid, paid, cancelled or under_review."""
    if order.payment_status == "paid":
        return "paid"
    if order.status in ("cancelled",):
        return "cancelled"
    if order.status == "needs_review":
        return "under_review"
    return "being_paid" if _is_being_paid(order) else "payable"


def _is_being_paid(order: Order) -> bool:
    (attempts,) = statements.run(statements.OPEN_ATTEMPTS, (order.id,)).fetchone()
    return bool(attempts)


def cancel(order: Order, *, now: int) -> bool:
    """Cancel an order that is not paid and not being paid; tell whether it was."""
    if standing(order) != "payable":
        return False
    moved = (
        Order.update(status="cancelled", updated_at=now)
        .where(Order.id == order.id, Order.status.in_(PAYABLE))
        .execute()
    )
    if moved:
        for line in lines(order):
            shelf.give_back(line.product_id, line.quantity)
    return bool(moved == 1)


# --- for the merchant's own systems ------------------------------------------------------------


def _listed() -> Any:
    return Order.select(Order, Customer.phone_number, Customer.name.alias("customer_name")).join(
        Customer
    )


def row(order_id: str) -> dict[str, Any] | None:
    """An order as a row of plain values with `phone_number` and `customer_name`."""
    found = _listed().where(Order.id == order_id).dicts().first()
    return _plain(found) if found else None


def page(*, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """A page of orders, newest first."""
    rows = _listed().order_by(Order.created_at.desc(), Order.id.desc()).limit(limit).offset(offset)
    return [_plain(found) for found in rows.dicts()]


def ids(*, limit: int) -> list[str]:
    """The ids of the first orders, oldest first."""
    return [id_ for (id_,) in statements.run(statements.ORDER_IDS, (limit,))]


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in found.items() if key != "customer"},
            "customer_id": found["customer"]}  # fmt: skip


def totals() -> dict[str, int]:
    """The shop's figures: orders, paid orders, their revenue, customers, pending orders."""
    kinds = tallies.kinds()
    paid = [kind for kind in kinds if kind.payment_status == "paid"]
    return {
        "totalOrders": sum(kind.orders for kind in kinds),
        "completedOrders": sum(kind.orders for kind in paid),
        "totalRevenue": sum(kind.amount for kind in paid),
        "totalCustomers": Customer.select().count(),
        "pendingOrders": sum(kind.orders for kind in kinds if kind.status == "pending"),
    }
