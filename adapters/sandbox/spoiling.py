"""The answers of a provider that has a bad day: one function a fault."""

import json
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from adapters.sandbox.answer import Answer, Behaviour, refusing
from adapters.sandbox.plan import Fault

_RESET = Behaviour("reset")
_HTML = b"<html><body><h1>Welcome to nginx!</h1></body></html>"


def spoilt(answer: Answer, fault: Fault) -> Answer:
    """Give what the caller sees of a good answer under a fault."""
    return SPOILING[fault.kind](answer, fault)


def _status(answer: Answer, fault: Fault) -> Answer:
    name = HTTPStatus(fault.status).phrase if fault.status in _KNOWN else "Error"
    headers = {"Retry_After": fault.retry_after} if fault.retry_after else {}
    return refusing(fault.status, _CODES.get(fault.status, fault.status), name, **headers)


def _lie(answer: Answer, fault: Fault) -> Answer:
    if fault.lie == "unknown":
        return refusing(404, 404, "Order not found")
    told = {**answer.json(), "payment_status": fault.lie}
    if fault.lie != "success":
        told.pop("transaction_reference", None)
    return replace(answer, body=json.dumps(told).encode())


def _wrong_types(answer: Answer, fault: Fault) -> Answer:
    return replace(answer, body=json.dumps(_bent(answer.json())).encode())


def _bent(value: Any) -> Any:
    """Turn texts into numbers, numbers into lists, lists into texts, and keep the names."""
    if isinstance(value, dict):
        return {name: _bent(each) for name, each in value.items()}
    if isinstance(value, str):
        return 12345
    return "none" if isinstance(value, list) else [value]


def _redirect(answer: Answer, fault: Fault) -> Answer:
    return Answer(302, {"Location": fault.location}, b"")


def _reached(kind: str) -> Callable[[Answer, Fault], Answer]:
    """Spoil only the way of an answer, not the answer."""
    return lambda answer, fault: replace(
        answer, behaviour=Behaviour(kind, fault.seconds, fault.size)
    )


SPOILING: dict[str, Callable[[Answer, Fault], Answer]] = {
    "ok": lambda answer, fault: answer,
    "status": _status,
    "reset": lambda answer, fault: replace(answer, body=b"", behaviour=_RESET),
    "late": _reached("slow"),
    "slow": _reached("slow"),
    "drip": _reached("drip"),
    "truncated": _reached("truncated"),
    "huge": _reached("huge"),
    "garbage": lambda answer, fault: Answer(200, {"Content-Type": "text/html"}, _HTML),
    "wrong_types": _wrong_types,
    "redirect": _redirect,
    "lie": _lie,
}
_KNOWN = {status.value for status in HTTPStatus}
#: The provider's own numbers for what an HTTP status means.
_CODES = {401: 190, 403: 10, 429: 130429, 500: 131000, 503: 131016}
