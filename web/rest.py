"""The shop's orders for the merchant's own systems."""

from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from adapters.errors import BadNumber
from adapters.phones import e164
from flows import selling
from store import orders
from store.clock import iso
from web.bodies import BadRequest, NewOrder, NewPayment, body, number
from web.guards import key_needed
from web.shop import Shop

bp = Blueprint("rest", __name__, url_prefix="/api/orders")


def _shop() -> Shop:
    shop: Shop = current_app.extensions["duka"]
    return shop


@bp.post("")
@key_needed
def place() -> ResponseReturnValue:
    """Place an order for a customer, who is sent the payment buttons."""
    wish, shop = body(NewOrder), _shop()
    order, outcome = selling.place_order(
        [(wish.productId, wish.quantity)],
        phone=_phone(wish.phoneNumber, shop),
        address=wish.deliveryAddress or None,
        name=wish.customerName or None,
        now=shop.now(),
        library=shop.library,
    )
    shop.log(*outcome.notes)
    shop.wake()
    return jsonify(success=True, message="Order created successfully", data=_created(order)), 201


def _created(order: Any) -> dict[str, Any]:
    return {
        "id": order.id, "customerId": order.customer_id, "productId": order.product_id,
        "productName": order.product_name, "quantity": order.quantity,
        "unitPrice": order.unit_price, "totalAmount": order.total_amount,
        "currency": order.currency, "deliveryAddress": order.delivery_address,
    }  # fmt: skip


@bp.get("")
@key_needed
def page() -> ResponseReturnValue:
    """A page of orders, newest first."""
    limit = number("limit", 50, least=1, most=200)
    offset = number("offset", 0, least=0, most=100_000_000)
    rows = [readable(row) for row in orders.page(limit=limit, offset=offset)]
    pagination = {"limit": limit, "offset": offset, "count": len(rows)}
    return jsonify(success=True, data=rows, pagination=pagination)


@bp.get("/<order_id>")
@key_needed
def one(order_id: str) -> ResponseReturnValue:
    """One order."""
    row = orders.row(order_id)
    if row is None:
        return _unknown()
    return jsonify(success=True, data=readable(row))


@bp.post("/<order_id>/payment")
@key_needed
def pay(order_id: str) -> ResponseReturnValue:
    """Ask a phone to pay an order."""
    wish, shop = body(NewPayment), _shop()
    if wish.paymentMethod not in shop.library.live().flow.payments:
        known = ", ".join(shop.library.live().flow.payments)
        raise BadRequest(f"paymentMethod must be one of {known}")
    phone = _phone(wish.phoneNumber, shop)
    payment = selling.request_payment(
        order_id, method=wish.paymentMethod, phone=phone, now=shop.now()
    )
    shop.log(f"Payment initiated: {payment.id} by {wish.paymentMethod}")
    shop.wake()
    data = {
        "id": payment.id, "orderId": order_id, "amount": payment.amount,
        "currency": payment.currency, "paymentMethod": payment.payment_method,
        "status": payment.status,
    }  # fmt: skip
    return jsonify(success=True, message="Payment initiated successfully", data=data)


def _phone(given: str, shop: Shop) -> str:
    try:
        return e164(given, country=shop.library.live().flow.shop.country)
    except BadNumber as error:
        raise BadRequest("phoneNumber is not a valid phone number") from error


def _unknown() -> ResponseReturnValue:
    return jsonify(success=False, message="Order not found"), 404


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its times as text."""
    return {key: iso(value) if key.endswith("_at") else value for key, value in row.items()}
