"""Who may come in: the merchant's key, the admin's password, and how often an address may ask."""

import hmac
import logging
import threading
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from web.guessing import WITHIN, Guesses
from web.logs import LOG
from web.settings import Settings, shown

View = Callable[..., ResponseReturnValue]


def _settings() -> Settings:
    settings: Settings = current_app.extensions["duka"].settings
    return settings


def same(given: str, right: str) -> bool:
    """Compare in constant time; an unset secret equals nothing."""
    return bool(right) & hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def is_admin() -> bool:
    """Did the request bring the admin's name and password? Both unset: nobody does.

    After ten wrong ones nothing is compared for five minutes: 429.
    """
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    guesses: Guesses | None = current_app.extensions.get("guesses")
    address, name = request.remote_addr or "", (given.username or "")[:100]
    if guesses and guesses.are_too_many(address, name):
        LOG.warning("Too many wrong passwords, last from %s: %s", address, request.path)
        raise TooManyRequests(retry_after=WITHIN)
    found = _is_right(given.username or "", given.password or "")
    if guesses:
        if found:
            guesses.right(address)
        else:
            guesses.wrong(address, name)
    return found


def _is_right(name: str, password: str) -> bool:
    settings = _settings()
    known = same(name, settings.admin_username or "")
    return same(password, shown(settings.admin_password)) and known


def has_key() -> bool:
    """Did the request bring the merchant's key?"""
    given = request.authorization
    bearer = given.token if given is not None and given.type == "bearer" else None
    return same(bearer or "", shown(_settings().api_key))


def key_needed(view: View) -> View:
    """Let in who has the key or is the admin."""

    @wraps(view)
    def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
        if not (has_key() or is_admin()):
            LOG.warning("Refused a request without a valid key: %s", request.path)
            return jsonify(success=False, message="Unauthorized"), 401
        return view(*args, **named)

    return guarded


def admin_needed(view: View) -> View:
    """Let in the admin; the browser asks for name and password."""

    @wraps(view)
    def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
        return admin_or_refused() or view(*args, **named)

    return guarded


def admin_or_refused() -> Response | None:
    """None for the admin; for others the answer that makes a browser ask for the password."""
    if is_admin():
        return None
    # A browser asks without a password first: that is how signing in begins, and no attack.
    level = logging.WARNING if request.authorization else logging.INFO
    LOG.log(level, "Refused a request to the admin pages: %s", request.path)
    refused: Response = jsonify(success=False, message="Unauthorized")
    refused.status_code = 401
    refused.headers["WWW-Authenticate"] = 'Basic realm="Duka", charset="UTF-8"'
    return refused


class Window:
    """Counts requests by address within the present minute; 0 lets everybody through."""

    def __init__(self, most: int) -> None:
        self._most, self._minute, self._counts = most, 0, dict[str, int]()
        self._lock = threading.Lock()

    def is_full(self, address: str) -> bool:
        """Count one more request; tell whether it is one too many."""
        if not self._most:
            return False
        with self._lock:
            minute = int(monotonic() // 60)
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[address] = self._counts.get(address, 0) + 1
            return self._counts[address] > self._most


def limit(name: str, most: int) -> Callable[[], ResponseReturnValue | None]:
    """A check before each request of a blueprint: so many a minute and address, then 429.

    Where Redis joins the processes they count together, and each by itself in any case.
    """
    window = Window(most)

    def check() -> ResponseReturnValue | None:
        address, line = request.remote_addr or "", current_app.extensions["duka"].line
        shared = bool(most and line and line.is_full(f"{name} {address}", most))
        if not window.is_full(address) and not shared:
            return None
        refused: Response = jsonify(success=False, message="Too many requests")
        refused.status_code = 429
        refused.headers["Retry-After"] = "60"
        return refused

    return check
