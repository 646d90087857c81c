"""The orders: found, filtered, exported, looked at one by one, delivered, cancelled."""

from collections.abc import Iterator

from flask import Response, abort, request

from store import decisions, lists, orders, payments, transcript
from web.dashboard import acting, frame, listing

bp = frame.blueprint("orders")

STATUSES = ("pending", "completed", "payment_failed", "cancelled", "needs_review", "delivered")
COLUMNS = ("order", "placed", "phone", "name", "product", "quantity", "total", "currency",
           "status", "payment", "method", "address", "delivered")  # fmt: skip
SAID = 12  # messages of the conversation shown


@bp.get("/orders")
def page() -> Response:
    """A page of the list."""
    wish = listing.wish()
    rows = lists.orders(wish, after=listing.after(), limit=frame.PAGE + 1)
    return frame.page(
        "dashboard/orders.html", wish=wish, rows=rows[: frame.PAGE], older=listing.older(rows),
        further=lists.further(rows), statuses=STATUSES, methods=tuple(frame.flow().payments),
    )  # fmt: skip


@bp.get("/orders.csv")
def table() -> Response:
    """The same list, whole, for a spreadsheet."""
    return listing.as_csv("orders", COLUMNS, _cells(listing.wish()))


def _cells(wish: lists.Wish) -> Iterator[list[object]]:
    stamp = listing.stamp()
    for row in lists.all_of(lists.orders, wish):
        yield [
            row["id"], stamp(row["created_at"]), row["phone_number"], row["customer_name"],
            row["product_name"], row["quantity"], row["total_amount"], row["currency"],
            row["status"], row["payment_status"], row["payment_method"], row["delivery_address"],
            stamp(row["delivered_at"]),
        ]  # fmt: skip


@bp.get("/orders/<order_id>")
def one(order_id: str) -> Response:
    """All that is known of one order."""
    order = orders.find(order_id) or abort(404)
    attempts = payments.of_order(order.id)
    said = transcript.of(order.customer.phone_number, limit=SAID)
    return frame.page(
        "dashboard/order.html", order=order, lines=lists.lines(order.id), attempts=attempts,
        log=payments.log_of([each.id for each in attempts]), standing=orders.standing(order),
        decided=decisions.about(order.id), said=said,
    )  # fmt: skip


@bp.post("/orders/<order_id>/deliver")
def deliver(order_id: str) -> Response:
    """The goods were handed over."""
    decisions.deliver(order_id, by=acting.who(), now=frame.shop().at())
    return acting.done(f"Delivered: {order_id}")


@bp.post("/orders/<order_id>/cancel")
def cancel(order_id: str) -> Response:
    """The order is wanted no more."""
    reason = request.form.get("reason", "")
    decisions.cancel(order_id, by=acting.who(), reason=reason, now=frame.shop().at())
    return acting.done(f"Cancelled by hand: {order_id}")
