"""The figures, recent orders and customers as JSON, and the way into the dashboard."""

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from store import customers, orders
from web import metrics
from web.bodies import number
from web.dashboard import today
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
    """The dashboard's first page."""
    return today.page()


@bp.get("/metrics")
@admin_needed
def figures() -> ResponseReturnValue:
    """The figures that Prometheus collects."""
    return Response(metrics.told(current_app.extensions["duka"]), mimetype=metrics.MIMETYPE)
