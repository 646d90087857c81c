"""The payments: found, filtered, exported, given back, accepted, asked about again."""

from collections.abc import Iterator

from flask import Response, request

from flows import deciding
from store import decisions, lists
from web.dashboard import acting, frame, listing

bp = frame.blueprint("payments")

STATUSES = ("pending", "success", "failed", "expired", "needs_review")
COLUMNS = ("payment", "order", "begun", "phone", "method", "amount", "currency", "status",
           "stage", "reference", "ghala", "reason")  # fmt: skip


@bp.get("/payments")
def page() -> Response:
    """A page of the list."""
    wish = listing.wish()
    rows = lists.payments(wish, after=listing.after(), limit=frame.PAGE + 1)
    return frame.page(
        "dashboard/payments.html", wish=wish, rows=rows[: frame.PAGE], older=listing.older(rows),
        statuses=STATUSES, methods=tuple(frame.flow().payments),
    )  # fmt: skip


@bp.get("/payments.csv")
def table() -> Response:
    """The same list, whole, for a spreadsheet."""
    return listing.as_csv("payments", COLUMNS, _cells(listing.wish()))


def _cells(wish: lists.Wish) -> Iterator[list[object]]:
    stamp = listing.stamp()
    for row in lists.all_of(lists.payments, wish):
        yield [
            row["id"], row["order"], stamp(row["created_at"]), row["phone_number"],
            row["payment_method"], row["amount"], row["currency"], row["status"], row["stage"],
            row["transaction_ref"], row["ghala_payment_id"], row["failure_reason"],
        ]  # fmt: skip


@bp.post("/payments/<payment_id>/refund")
def refund(payment_id: str) -> Response:
    """The money was given back."""
    reason = request.form.get("reason", "")
    decisions.refund(payment_id, by=acting.who(), reason=reason, now=frame.shop().at())
    return acting.done(f"Given back by hand: {payment_id}")


@bp.post("/payments/<payment_id>/accept")
def accept(payment_id: str) -> Response:
    """The money under review counts as the order's price."""
    shop, reason = frame.shop(), request.form.get("reason", "")
    deciding.accept(
        payment_id, by=acting.who(), reason=reason, now=shop.now(), library=shop.library
    )
    return acting.done(f"Accepted by hand: {payment_id}")


@bp.post("/payments/<payment_id>/ask")
def ask(payment_id: str) -> Response:
    """Ghala is asked now what became of it."""
    decisions.ask_again(payment_id, by=acting.who(), now=frame.shop().at())
    return acting.done(f"To be asked about again: {payment_id}")
