"""The customers: found, exported, and each with what they ordered."""

from collections.abc import Iterator

from flask import Response, abort

from store import customers, lists
from web.dashboard import frame, listing

bp = frame.blueprint("customers")

COLUMNS = ("phone", "name", "since", "orders", "spent", "last order")


@bp.get("/customers")
def page() -> Response:
    """A page of the list."""
    wish = listing.wish()
    rows = lists.customers(wish, after=listing.after(), limit=frame.PAGE + 1)
    return frame.page(
        "dashboard/customers.html", wish=wish, rows=rows[: frame.PAGE], older=listing.older(rows)
    )


@bp.get("/customers.csv")
def table() -> Response:
    """The same list, whole, for a spreadsheet."""
    return listing.as_csv("customers", COLUMNS, _cells(listing.wish()))


def _cells(wish: lists.Wish) -> Iterator[list[object]]:
    stamp = listing.stamp()
    for row in lists.all_of(lists.customers, wish):
        yield [
            row["phone_number"], row["name"], stamp(row["created_at"]), row["order_count"],
            row["total_spent"], stamp(row["last_order"]),
        ]  # fmt: skip


@bp.get("/customers/<int:customer_id>")
def one(customer_id: int) -> Response:
    """One customer and their orders."""
    found = customers.by_id(customer_id) or abort(404)
    rows = lists.of_customer(found.id, limit=frame.PAGE)
    return frame.page(
        "dashboard/customer.html", customer=found, rows=rows, further=lists.further(rows)
    )
