"""What a person does on a page: who it was, and the page drawn anew when it is done."""

from flask import Response, request

from web.dashboard import frame
from web.logs import LOG


def who() -> str:
    """Who is signed in."""
    given = request.authorization
    return (given.username if given else None) or "admin"


def done(note: str) -> Response:
    """Log it, wake the worker, and let the browser draw the page anew."""
    LOG.info("%s", note)
    frame.shop().wake()
    answer = Response(status=204)
    answer.headers["HX-Refresh"] = "true"
    return answer
