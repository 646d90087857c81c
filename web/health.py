"""Is it alive? For load balancers, monitors and people."""

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from store import clock, database, outbox
from web.shop import Shop

bp = Blueprint("health", __name__)


def installed() -> str:
    """The version that is installed."""
    try:
        return version("duka")
    except PackageNotFoundError:
        return "unknown"


def _shop() -> Shop:
    shop: Shop = current_app.extensions["duka"]
    return shop


def _timestamp() -> str | None:
    return clock.iso(_shop().at())


@bp.get("/")
def home() -> ResponseReturnValue:
    """Say who is here."""
    return jsonify(
        success=True, message="Duka is open", timestamp=_timestamp(), version=installed()
    )


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Say whether the database answers and how much mail waits to be sent."""
    answers = database.answers()
    queue = {"status": "ok", "waiting": outbox.depth()} if answers else {"status": "unknown"}
    line = _shop().line
    told = {"redis": "ok" if line.is_up else "down"} if line else {}  # down: slower, no worse
    body = jsonify(
        success=answers,
        message="Healthy" if answers else "The database does not answer",
        timestamp=_timestamp(),
        version=installed(),
        database="ok" if answers else "down",
        queue=queue,
        **told,
    )
    return body, 200 if answers else 503


@bp.get("/api/webhooks/health")
def webhooks() -> ResponseReturnValue:
    """Say that webhooks are heard."""
    return jsonify(success=True, message="Webhooks are heard", timestamp=_timestamp())
