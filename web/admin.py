"""The figures, recent orders and customers: as JSON, and as a page that refreshes itself."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from adapters.phones import mask
from store import clock, customers, inbox, money, orders, outbox
from store.tables import Inbox
from web.bodies import number
from web.guards import admin_needed
from web.rest import readable

bp = Blueprint("admin", __name__)


@bp.get("/api/admin/stats")
@admin_needed
def stats() -> ResponseReturnValue:
    """The shop's figures; revenue counts paid orders."""
    return jsonify(success=True, data=orders.totals())


@bp.get("/api/admin/orders/recent")
@admin_needed
def recent() -> ResponseReturnValue:
    """The newest orders."""
    limit = number("limit", 10, least=1, most=200)
    return jsonify(success=True, data=[readable(row) for row in orders.page(limit=limit)])


@bp.get("/api/admin/customers")
@admin_needed
def people() -> ResponseReturnValue:
    """The customers, with how much each has ordered and paid."""
    return jsonify(success=True, data=[readable(row) for row in customers.all_with_totals()])


@bp.get("/admin")
@admin_needed
def page() -> ResponseReturnValue:
    """The dashboard."""
    flow = current_app.extensions["duka"].library.live().flow
    currency = flow.shop.currency
    return render_template(
        "admin.html",
        shop=flow.shop,
        totals=orders.totals(),
        orders=[readable(row) for row in orders.page(limit=20)],
        customers=customers.all_with_totals(limit=20),
        troubles=[_trouble(row) for row in inbox.set_aside(limit=10)],
        waiting=outbox.depth(),
        amount=lambda units: money.text(money.minor(units, currency), currency, grouped=True),
        mask=mask,
    )


def _trouble(row: Inbox) -> dict[str, str | None]:
    return {
        "at": clock.iso(row.received_at), "kind": row.kind, "phone": mask(row.phone),
        "reference": row.reference,
    }  # fmt: skip
