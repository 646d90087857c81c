"""What Ghala tells us: customers' messages and what became of payments."""

import hmac

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from adapters.errors import Unreadable
from web import bodies
from web.logs import LOG
from web.settings import shown
from web.shop import Shop

bp = Blueprint("webhooks", __name__)


def _shop() -> Shop:
    shop: Shop = current_app.extensions["duka"]
    return shop


@bp.post("/api/messages/incoming")
def messages() -> ResponseReturnValue:
    """Customers wrote or tapped; a message that cannot be read is kept and the others count."""
    shop = _shop()
    signatures = request.headers.getlist(shop.ghala.signature_header)
    for event in shop.ghala.hear_messages(bodies.raw(), signatures, _headers(), _now(shop)):
        shop.receive(event)
    return jsonify(success=True, message="Messages processed")


@bp.get("/api/messages/incoming")
def handshake() -> ResponseReturnValue:
    """Meta asks whether this address is ours: the challenge goes back if the token is right."""
    token = shown(_shop().settings.whatsapp_verify_token)
    given = request.args.get("hub.verify_token", "")
    right = bool(token) and hmac.compare_digest(token.encode(), given.encode("utf-8", "replace"))
    if request.args.get("hub.mode") != "subscribe" or not right:
        LOG.warning("Refused a webhook handshake with a wrong token")
        return jsonify(success=False, message="Forbidden"), 403
    return Response(request.args.get("hub.challenge", ""), mimetype="text/plain")


@bp.post("/api/webhooks/ghala")
def payments() -> ResponseReturnValue:
    """Ghala tells what became of a payment."""
    shop = _shop()
    result: dict[str, object] = {}
    signatures = request.headers.getlist(shop.ghala.payment_signature_header)
    for event in shop.ghala.hear_payments(bodies.raw(), signatures, _headers(), _now(shop)):
        LOG.info("Webhook received: %s", event.data.get("event", event.name))
        outcome = shop.receive(event)
        result = {"event": event.name, "outcome": outcome.word, **outcome.details}
    return jsonify(success=True, message="Webhook processed successfully", result=result)


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _now(shop: Shop) -> float:
    return shop.now().timestamp()


@bp.errorhandler(Unreadable)
def unreadable(error: Unreadable) -> ResponseReturnValue:
    """Signed, but nothing that we can read, now or ever."""
    LOG.warning("Unreadable webhook: %s", error)
    return jsonify(success=False, message="Invalid message format"), 400
