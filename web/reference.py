"""What programs may ask of us: for programs as OpenAPI, for people as a page."""

from functools import partial

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from web import openapi
from web.health import installed
from web.shop import Shop

bp = Blueprint("reference", __name__)


@bp.get("/openapi.json")
def described() -> ResponseReturnValue:
    """The description for programs."""
    return jsonify(openapi.document(installed(), _ways()))


@bp.get("/docs")
def page() -> ResponseReturnValue:
    """The same for people."""
    shape = partial(openapi.shape, ways=_ways())
    return render_template("reference.html", routes=openapi.ROUTES, shape=shape,
                           refusals=openapi.refusals, what=openapi.WHAT,
                           schemes=openapi.SCHEMES)  # fmt: skip


def _ways() -> list[str]:
    """The ways to pay that the live flow names: no other is taken."""
    shop: Shop = current_app.extensions["duka"]
    return list(shop.library.live().flow.payments)
