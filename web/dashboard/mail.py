"""What went wrong on the way in or out, tried once more from the page that tells of it."""

from flask import Response, request

from store import inbox, outbox
from store.errors import NotToBeDone
from web.dashboard import acting, frame

bp = frame.blueprint("mail")

LONGEST_KEY = 400  # characters of what names an event


@bp.post("/outbox/<int(max=9223372036854775807):number>/retry")
def retry(number: int) -> Response:
    """A message that was given up is owed once more."""
    if not outbox.retry(number, by=acting.who(), now=frame.shop().at()):
        raise NotToBeDone("It is on its way again, or the customer has not written for 24 hours")
    return acting.done(f"To be sent once more: message {number}")


@bp.post("/inbox/replay")
def replay() -> Response:
    """An event that was set aside passes again."""
    key = request.form.get("key", "")[:LONGEST_KEY]
    if not inbox.replay(key, by=acting.who(), now=frame.shop().at()):
        raise NotToBeDone("This is not set aside any more")
    return acting.done("An event that was set aside is to pass again")
