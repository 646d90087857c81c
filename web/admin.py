"""The figures, recent orders and customers: as JSON, and as a page that refreshes itself."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from adapters.phones import mask
from store import clock, customers, inbox, money, orders, outbox
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
    shop = current_app.extensions["duka"]
    flow = shop.library.live().flow
    currency = flow.shop.currency
    return render_template(
        "admin.html",
        shop=flow.shop,
        number=shop.settings.whatsapp_business_number,
        totals=orders.totals(),
        orders=[readable(row) for row in orders.page(limit=20)],
        customers=customers.all_with_totals(limit=20),
        troubles=_troubles(),
        waiting=outbox.depth(),
        amount=lambda units: money.text(money.minor(units, currency), currency, grouped=True),
        mask=mask,
    )


def _troubles() -> list[dict[str, str | None]]:
    """What a person should look at, newest first."""
    found = [
        *(
            _trouble(row.received_at, row.kind, row.phone, row.reference)
            for row in inbox.set_aside(limit=10)
        ),
        *(
            _trouble(row.received_at, f"{row.kind}, unknown order", "", row.key)
            for row in inbox.waiting(limit=10)
        ),
        *(
            _trouble(row.created_at, f"message {row.status}", row.phone, row.error)
            for row in outbox.undelivered(limit=10)
        ),
    ]
    return sorted(found, key=lambda each: each["at"] or "", reverse=True)


def _trouble(at: int, what: str, phone: str, reference: str | None) -> dict[str, str | None]:
    return {
        "at": clock.iso(at), "kind": what, "phone": mask(phone) if phone else "–",
        "reference": (reference or "")[:80],
    }  # fmt: skip
