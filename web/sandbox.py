"""The sandbox on the web: Ghala's API, the phones in the browser, and what tests ask for."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from adapters.sandbox import NotPossible, Plan, PlanError, Sandbox, read
from engine import loader
from engine.errors import FlowError
from web import spoilt

LANGUAGES = ("en", "sw")

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
    for path, method, view in ROUTES:
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


def read_plan(text: str, *, file: str = "plan.yaml") -> Plan:
    """Read a fault plan from YAML or JSON; raises `FlowError` with every mistake and its line."""
    document = loader.load(text, file=file)
    problems = list(document.problems)
    try:
        planned = read(document.data)
    except PlanError as error:
        problems += [
            document.problem(each.path, "S001", each.message, each.repair)
            for each in error.mistakes
        ]
    if problems:
        raise FlowError(problems)
    return planned.written(text)


class _Quiet(WSGIRequestHandler):
    """Serves with kept connections, and without a log line a request: the journal has them."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


# --- Ghala's API --------------------------------------------------------------------------------


def api(path: str) -> Response:
    """Answer as Ghala would."""
    headers = dict(request.headers)
    given = _sandbox().answer(request.method, f"/{path}", headers, request.get_data())
    return spoilt.response(given)


# --- phones and payments ------------------------------------------------------------------------


def page() -> ResponseReturnValue:
    """Show the phones."""
    shown = {"shop": _sandbox().shop, "language": _language(), "admin": _admin()}
    return render_template("sandbox/phone.html", **shown)


def phones() -> Response:
    """List the phones."""
    return jsonify(shop=_sandbox().shop, phones=_sandbox().phones())


def phone(number: str) -> Response:
    """Show what changed on a phone."""
    after = request.args.get("after", 0, type=int)
    return jsonify(_sandbox().phone(number, after=after))


def switch_on(number: str) -> Response:
    """Switch on a phone."""
    _sandbox().add(number)
    return jsonify(success=True)


def say(number: str) -> ResponseReturnValue:
    """Send a message from a phone."""
    return jsonify(success=True, id=_sandbox().say(number, **_body())), 201


def decide(name: str) -> Response:
    """Approve, refuse or ignore a payment."""
    body = _body()
    told = {each: str(body[each]) for each in ("pin", "reason") if each in body}
    return jsonify(success=True, data=_sandbox().decide(name, str(body.get("do")), **told))


def card(name: str) -> str:
    """Show the page on which a card is paid."""
    shown = {"shop": _sandbox().shop, "language": _language()}
    return render_template("sandbox/pay.html", payment=_sandbox().payment(name), **shown)


def pay(name: str) -> str:
    """Pay or decline by card, once."""
    if _sandbox().payment(name)["status"] == "pending":
        reason = "Card declined" if request.form.get("do") == "refuse" else ""
        _sandbox().decide(name, request.form.get("do", ""), reason=reason)
    return card(name)


# --- plan and journal ---------------------------------------------------------------------------


def plan() -> Response:
    """Show the fault plan as its author wrote it."""
    return Response(_sandbox().plan.text, mimetype="text/plain")


def replan() -> Response:
    """Put another fault plan in force."""
    _sandbox().plan = read_plan(request.get_data(as_text=True))
    return jsonify(success=True, rules=len(_sandbox().plan.rules))


def journal() -> Response:
    """List the facts."""
    after = request.args.get("after", 0, type=int)
    facts = _sandbox().journal(after=after)
    return jsonify(facts=facts, next=facts[-1]["n"] if facts else after)


ROUTES: tuple[tuple[str, str, Callable[..., ResponseReturnValue]], ...] = (
    ("/", "GET", page),
    ("/phones", "GET", phones),
    ("/phones/<number>", "GET", phone),
    ("/phones/<number>", "PUT", switch_on),
    ("/phones/<number>/say", "POST", say),
    ("/payments/<name>", "POST", decide),
    ("/pay/<name>", "GET", card),
    ("/pay/<name>", "POST", pay),
    ("/plan", "GET", plan),
    ("/plan", "PUT", replan),
    ("/journal", "GET", journal),
)


def _sandbox() -> Sandbox:
    held: Sandbox = current_app.extensions["sandbox"]
    return held


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise NotPossible("Send a JSON object, as application/json")
    return body


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def _admin() -> str:
    """Find the dashboard: in this process where it has one, else at the Duka the sandbox serves."""
    here = any(rule.rule == "/admin" for rule in current_app.url_map.iter_rules())
    return "/admin" if here else f"{_sandbox().duka_url}/admin"


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
