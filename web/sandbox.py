"""The sandbox on the web: Ghala's API, the phones in the browser, and what tests ask for."""

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from adapters.sandbox import NotPossible, Sandbox
from engine.errors import FlowError
from web import rehearsing, spoilt

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def blueprint(sandbox: Sandbox) -> Blueprint:
    """Mount a sandbox under ``/sandbox``: the API below ``/sandbox/v1``, the phones, the plan."""
    bp = Blueprint(
        "sandbox",
        "web",
        url_prefix="/sandbox",
        static_folder="static/sandbox",
        static_url_path="/static",
        template_folder="templates",
    )
    for path, method, view in rehearsing.ROUTES:
        bp.add_url_rule(path, view_func=view, methods=[method], strict_slashes=False)
    bp.add_url_rule("/v1/<path:path>", view_func=api, methods=_VERBS)
    bp.record_once(lambda state: state.app.extensions.update(sandbox=sandbox))
    bp.before_request(_from_here)
    bp.after_request(_dressed)
    bp.register_error_handler(NotPossible, _not_possible)
    bp.register_error_handler(FlowError, _bad_plan)
    return bp


def app(sandbox: Sandbox) -> Flask:
    """Make the application of a sandbox that stands alone; the API is at ``/v1`` too."""
    alone = Flask("web", static_folder=None)
    alone.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    alone.register_blueprint(blueprint(sandbox))
    alone.add_url_rule("/v1/<path:path>", "v1", api, methods=_VERBS)
    alone.register_error_handler(HTTPException, _http)
    return alone


def server(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """Make a threaded server of a sandbox alone, one that can break a connection; port 0 is any."""
    return make_server(host, port, app(sandbox), threaded=True, request_handler=_Quiet)


class _Quiet(WSGIRequestHandler):
    """Serves with kept connections, and without a log line a request: the journal has them."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def api(path: str) -> Response:
    """Answer as Ghala would."""
    headers = dict(request.headers)
    given = rehearsing.current().answer(request.method, f"/{path}", headers, request.get_data())
    return spoilt.response(given)


def _from_here() -> None:
    """Let no page of somebody else press the buttons."""
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden


def _dressed(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _not_possible(error: NotPossible) -> ResponseReturnValue:
    return jsonify(success=False, message=str(error)), error.status


def _bad_plan(error: FlowError) -> ResponseReturnValue:
    mistakes = list(map(str, error.problems))
    return jsonify(success=False, message=str(error), mistakes=mistakes), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    return jsonify(success=False, message=error.name), error.code or 500
