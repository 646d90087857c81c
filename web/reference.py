"""What programs may ask of us: for programs as OpenAPI, for people as a page."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from web import openapi
from web.health import installed

bp = Blueprint("reference", __name__)


@bp.get("/openapi.json")
def described() -> ResponseReturnValue:
    """The description for programs."""
    return jsonify(openapi.document(installed()))


@bp.get("/docs")
def page() -> ResponseReturnValue:
    """The same for people."""
    return render_template("reference.html", routes=openapi.ROUTES, shape=openapi.shape,
                           what=openapi.WHAT, schemes=openapi.SCHEMES)  # fmt: skip
