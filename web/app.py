"""The Flask application: routes, errors and headers."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from adapters.errors import Forged
from flows.library import Library
from flows.words import vocabulary
from store import database, ids, migrate
from store.errors import (
    AskedTooOften,
    BooksClosed,
    NotPayable,
    NotToBeDone,
    OutOfStock,
    UnknownOrder,
    UnknownProduct,
)
from web import (
    admin,
    bodies,
    dashboard,
    flow_file,
    guards,
    health,
    metrics,
    readiness,
    reference,
    rest,
    webhooks,
)
from web.bodies import BadRequest
from web.guessing import Guesses
from web.logs import LOG, begin
from web.settings import Settings, load
from web.shop import Shop, ghala_of

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
}


def create_app(settings: Settings | None = None, **given: Any) -> Flask:
    """Open the books, publish the flow file, answer requests.

    A broken flow leaves the last good one live, and raises FlowError where there is none.
    """
    settings = settings or load(**given)
    begin(settings.log_format)
    shop = open_shop(settings)
    flow_file.tell(shop)
    return app_of(shop)


def open_shop(settings: Settings) -> Shop:
    """Open the books, bring their tables up to date, and publish the flow file if it is good."""
    database.connect(settings.database_url)
    migrate.upgrade()
    library = Library(vocabulary())
    shop = Shop(settings, library, ghala_of(settings))
    flow_file.open_with(shop)
    database.close()  # this thread may be gone before the servers' own threads open theirs
    return shop


def app_of(shop: Shop, *, routes: "Routes | None" = None) -> Flask:
    """Make the application of an open shop, with all its routes unless others are given."""
    app = Flask("web")
    # One byte more: what names no length is cut here, and then is found too long by `bodies.raw`.
    app.config["MAX_CONTENT_LENGTH"] = bodies.LARGEST + 1
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["duka"] = shop
    if shop.settings.admin_per_minute:
        app.extensions["guesses"] = Guesses()
    (routes or all_routes)(app, shop.settings)
    _add_errors(app)
    app.after_request(_dressed)
    metrics.watch(app)
    if many := shop.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=many, x_proto=0, x_host=0
        )
    return app


Routes = Callable[[Flask, Settings], None]


def webhooks_alone(app: Flask, _: Settings) -> None:
    """What Ghala calls and nobody else: a rehearsal has neither browser nor other systems."""
    app.register_blueprint(webhooks.bp)


def all_routes(app: Flask, settings: Settings) -> None:
    """Everything the contract names, and the dashboard."""
    app.register_blueprint(health.bp)
    app.register_blueprint(readiness.bp)
    app.register_blueprint(reference.bp)
    app.register_blueprint(webhooks.bp)
    limits = {rest.bp: settings.rest_per_minute, admin.bp: settings.admin_per_minute}
    for blueprint, most in limits.items():
        check = guards.limit(blueprint.name, most)
        app.before_request_funcs.setdefault(blueprint.name, []).append(check)
        app.register_blueprint(blueprint)
    dashboard.register(app)


def _dressed(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


# --- errors: one table, no internals in any text -----------------------------------------------

_REFUSALS: dict[type[Exception], tuple[int, str]] = {
    UnknownProduct: (404, "Product not found"),
    UnknownOrder: (404, "Order not found"),
    OutOfStock: (409, "Not enough in stock"),
    NotPayable: (409, "Order is already paid, being paid, or closed"),
    AskedTooOften: (429, "This phone was asked to pay three times in ten minutes"),
}

_STATUSES = {
    429: "Too many requests",
    404: "Endpoint not found",
    405: "Method not allowed",
    413: "Request body too large",
}


def _add_errors(app: Flask) -> None:
    for kind in _REFUSALS:
        app.register_error_handler(kind, _refused)
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(NotToBeDone, _not_to_be_done)
    app.register_error_handler(Forged, _forged)
    app.register_error_handler(BooksClosed, _closed)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _refused(error: Exception) -> ResponseReturnValue:
    status, message = _REFUSALS[type(error)]
    return jsonify(success=False, message=message), status


def _bad_request(error: Exception) -> ResponseReturnValue:
    return jsonify(success=False, message=str(error)), 400


def _not_to_be_done(error: Exception) -> ResponseReturnValue:
    return jsonify(success=False, message=str(error)), 409


def _forged(error: Exception) -> ResponseReturnValue:
    LOG.warning("Refused a webhook with a bad signature on %s", request.path)
    return jsonify(success=False, message="Invalid signature"), 401


def _closed(error: Exception) -> ResponseReturnValue:
    reference = ids.token(8)
    LOG.error("The database cannot be reached or written, reference %s: %s", reference, error)
    if request.blueprint != "webhooks":
        return _internal(reference)
    answer: Response = jsonify(success=False, message="Try again")
    answer.headers["Retry-After"] = "1"
    return answer, 503


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    answer: Response = jsonify(success=False, message=_STATUSES.get(status, error.name))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "location"):
            answer.headers[name] = value
    return answer, status


def _broken(error: Exception) -> ResponseReturnValue:
    reference = ids.token(8)
    LOG.error("Internal error, reference %s", reference, exc_info=error)
    return _internal(reference)


def _internal(reference: str) -> ResponseReturnValue:
    return jsonify(success=False, message="Internal server error", reference=reference), 500
