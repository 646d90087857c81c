"""A page of somebody else cannot act here, although the browser knows the password."""

from urllib.parse import urlsplit

from flask import Response, jsonify, request

from web.logs import LOG

HARMLESS = ("GET", "HEAD", "OPTIONS")
OUR_HEADER = "X-Requested-With"  # no form and no link can send it; a foreign script may not


def or_refused() -> Response | None:
    """Refuse what would change something unless our own page asked for it."""
    if request.method in HARMLESS or _is_ours():
        return None
    LOG.warning("Refused an action that no page of the dashboard asked for: %s", request.path)
    refused: Response = jsonify(success=False, message="Only the dashboard's own pages may do this")
    refused.status_code = 403
    return refused


def _is_ours() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    asked_here = site in ("same-origin", "none") if site else _origin_is_ours()
    return asked_here and OUR_HEADER in request.headers


def _origin_is_ours() -> bool:
    """Of browsers that tell no site (or of none): the page's host is this one."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host
