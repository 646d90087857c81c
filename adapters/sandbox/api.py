"""Ghala's API: who calls, what is wanted, what the plan makes of it, what is done."""

import hmac
import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.sandbox import messages, orders
from adapters.sandbox.answer import PLAIN, Answer, Request, refusing, telling
from adapters.sandbox.desk import Desk
from adapters.sandbox.errors import Refused
from adapters.sandbox.plan import Fault, Rule, When
from adapters.sandbox.spoiling import spoilt
from adapters.sandbox.truth import Letter

MESSAGES, ORDERS = "/whatsapp/messages", "/orders"
V2 = "/messages"  # the same, as Ghala's second dialect asks for it; Meta's has a number before it
_OTHERS = re.compile(r"(/\d+)?/messages/?")
_LARGEST = 1024 * 1024
_NOTHING = Rule()


def answer(desk: Desk, request: Request) -> tuple[Answer, list[Letter]]:
    """Answer a call; with it, the letters that must be posted before the answer goes out."""
    named = request.path.rstrip("/")
    if _OTHERS.fullmatch(named):
        request = replace(request, path=MESSAGES)
    given, first = _answer(desk, request)
    return (_as_v2(given) if named == V2 else given), first


def _as_v2(given: Answer) -> Answer:
    """Word what was answered as the second dialect does."""
    try:
        told = given.json() if given.status == 200 and given.behaviour is PLAIN else {}
    except ValueError:
        return given  # spoilt by the plan
    if not isinstance(told, dict) or not told.get("messages"):
        return given
    name = told["messages"][0]["id"]
    body = {"id": name, "status": "sent", "wa_message_id": f"wamid.{name}"}
    return replace(given, body=json.dumps(body).encode())


def _answer(desk: Desk, request: Request) -> tuple[Answer, list[Letter]]:
    try:
        _authorised(desk, request)
        data = _asked(request)
        rule = _rule(desk, request, data)
        given, first = _done(desk, request, data, rule)
    except Refused as refused:
        rule, first = _NOTHING, []
        given = refusing(refused.status, refused.code, str(refused))
    seen = spoilt(given, _complete(desk, rule.then))
    desk.note(
        "asked",
        method=request.method,
        path=request.path,
        key=request.key,
        status=seen.status,
        then=rule.then.kind,
        error=seen.json()["error"]["message"] if given is seen and seen.status >= 400 else "",
    )
    return seen, first


def _authorised(desk: Desk, request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(key.encode(), desk.api_key.encode()) if desk.api_key else bool(key)
    if scheme.lower() != "bearer" or not right:
        raise Refused("Invalid or missing API key", status=401, code=190)


def _asked(request: Request) -> dict[str, Any]:
    """Read the body of a call to a route that exists; raises `Refused`."""
    path, method = request.path.rstrip("/"), request.method
    looks = path.startswith(f"{ORDERS}/") and path.count("/") == 2
    if not looks and path not in (MESSAGES, ORDERS):
        raise Refused("There is nothing at this address", status=404, code=404)
    if method != ("GET" if looks else "POST"):
        raise Refused(f"{method} is not possible here", status=405, code=405)
    return {} if looks else _json(request.body)


def _json(body: bytes) -> dict[str, Any]:
    if len(body) > _LARGEST:
        raise Refused("The body is too large", status=413)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("The body is not JSON") from error
    if not isinstance(data, dict):
        raise Refused("The body must be a JSON object")
    return data


def _done(
    desk: Desk, request: Request, data: dict[str, Any], rule: Rule
) -> tuple[Answer, list[Letter]]:
    """Do what is asked, now, later or not at all, as the rule has it."""
    path = request.path.rstrip("/")
    if path == MESSAGES:
        return _message(desk, request, messages.checked(desk, data), rule.then)
    if path == ORDERS:
        return _order(desk, request, orders.checked(data), rule)
    if not rule.then.acts or rule.then.lie == "unknown":
        return telling(200, {}), []
    return telling(200, orders.look(desk, path.removeprefix(f"{ORDERS}/"))), []


def _message(
    desk: Desk, request: Request, data: dict[str, Any], fault: Fault
) -> tuple[Answer, list[Letter]]:
    name = desk.ids.message()
    if not fault.acts:
        return telling(200, {}), []
    accept = partial(messages.accept, desk, data, key=request.key, name=name)
    if fault.kind != "late":
        return telling(200, accept()), []
    desk.later(f"late:{name}", fault.seconds, accept)
    return telling(200, messages.answer(name)), []


def _order(
    desk: Desk, request: Request, data: dict[str, Any], rule: Rule
) -> tuple[Answer, list[Letter]]:
    name = desk.ids.order()
    if not rule.then.acts:
        return telling(200, {}), []
    accept = partial(orders.accept, desk, data, key=request.key, name=name, hooks=rule.webhooks)
    if rule.then.kind == "late":
        desk.later(f"late:{name}", rule.then.seconds, accept)
        return telling(200, orders.answer(name, orders.payment_url(desk, data, name))), []
    order, first = accept()
    return telling(200, orders.answer(order.id, order.payment_url)), first


def _rule(desk: Desk, request: Request, data: dict[str, Any]) -> Rule:
    """Find the first rule of the plan that is for this request."""
    for number, rule in enumerate(desk.plan.rules):
        if not _fits(rule, request, data):
            continue
        desk.hits[number] = desk.hits.get(number, 0) + 1
        if _counts(rule.when, desk.hits[number]) and desk.ids.chance() < rule.when.chance:
            return rule
    return _NOTHING


def _fits(rule: Rule, request: Request, data: dict[str, Any]) -> bool:
    when = rule.when
    if not f"{request.path.rstrip('/')}/".startswith(f"{when.path.rstrip('/')}/"):
        return False
    if request.method != (when.method or ("POST" if rule.only_posts else request.method)):
        return False
    if when.payment_method and data.get("payment_method") != when.payment_method:
        return False
    customer = data.get("customer")
    phone = customer.get("phone") if isinstance(customer, dict) else data.get("to")
    return not when.phone or phone == when.phone


def _counts(when: When, hit: int) -> bool:
    return when.first <= hit and (when.last is None or hit <= when.last)


def _complete(desk: Desk, fault: Fault) -> Fault:
    """A redirect without an address goes where the journal would show that it was followed."""
    if fault.kind == "redirect" and not fault.location:
        return Fault("redirect", acts=False, status=302, location=f"{desk.url}/v1/followed")
    return fault
