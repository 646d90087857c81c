"""What people and tests ask of the sandbox: phones, payments, the card page, plan and journal."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from adapters.sandbox import NotPossible, Sandbox
from web import faultplan

LANGUAGES = ("en", "sw")


def page() -> ResponseReturnValue:
    """Show the phones."""
    shown = {"shop": current().shop, "language": _language(), "admin": _admin()}
    return render_template("sandbox/phone.html", **shown)


def phones() -> Response:
    """List the phones."""
    return jsonify(shop=current().shop, phones=current().phones())


def phone(number: str) -> Response:
    """Show what changed on a phone."""
    after = request.args.get("after", 0, type=int)
    return jsonify(current().phone(number, after=after))


def switch_on(number: str) -> Response:
    """Switch on a phone."""
    current().add(number)
    return jsonify(success=True)


def say(number: str) -> ResponseReturnValue:
    """Send a message from a phone."""
    return jsonify(success=True, id=current().say(number, **_body())), 201


def decide(name: str) -> Response:
    """Approve, refuse or ignore a payment."""
    body = _body()
    told = {each: str(body[each]) for each in ("pin", "reason") if each in body}
    return jsonify(success=True, data=current().decide(name, str(body.get("do")), **told))


def card(name: str) -> str:
    """Show the page on which a card is paid."""
    shown = {"shop": current().shop, "language": _language()}
    return render_template("sandbox/pay.html", payment=current().payment(name), **shown)


def pay(name: str) -> str:
    """Pay or decline by card, once."""
    if current().payment(name)["status"] == "pending":
        reason = "Card declined" if request.form.get("do") == "refuse" else ""
        current().decide(name, request.form.get("do", ""), reason=reason)
    return card(name)


def plan() -> Response:
    """Show the fault plan as its author wrote it."""
    return Response(current().plan.text, mimetype="text/plain")


def replan() -> Response:
    """Put another fault plan in force."""
    current().plan = faultplan.read(request.get_data(as_text=True))
    return jsonify(success=True, rules=len(current().plan.rules))


def journal() -> Response:
    """List the facts."""
    after = request.args.get("after", 0, type=int)
    facts = current().journal(after=after)
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


def current() -> Sandbox:
    """Tell which sandbox this application serves."""
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
    return "/admin" if here else f"{current().duka_url}/admin"
