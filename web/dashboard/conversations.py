"""The conversations: who was spoken with last, and each as it stands on the customer's phone."""

from flask import Response, abort, request

from adapters.phones import mask
from flows import attending
from store import clock, conversations, customers, ids, interventions, standing, transcript
from web.dashboard import acting, frame, listing

bp = frame.blueprint("conversations")

SAID = 200  # messages of a conversation shown
TOKEN = 40  # characters of what makes a form's message one


@bp.get("/conversations")
def page() -> Response:
    """A page of the list."""
    wish = listing.wish()
    rows = standing.conversations(wish, after=listing.after(), limit=frame.PAGE + 1)
    shown = rows[: frame.PAGE]
    return frame.page(
        "dashboard/conversations.html", wish=wish, rows=shown, older=listing.older(rows),
        last=transcript.last_words([row["id"] for row in shown]),
        states=tuple(frame.flow().states),
    )  # fmt: skip


@bp.get("/conversations/<phone>")
def one(phone: str) -> Response:
    """One conversation, oldest message first."""
    return frame.page("dashboard/conversation.html", **_talk(phone, ids.token()))


@bp.get("/conversations/<phone>/said")
def said(phone: str) -> Response:
    """What was said and who speaks now, for a page that keeps itself fresh."""
    token = request.args.get("token", "")[:TOKEN]  # the page's own: its form stays the same form
    return frame.page("dashboard/conversation_body.html", **_talk(phone, token))


def _talk(phone: str, token: str) -> dict[str, object]:
    found, now = conversations.find(phone) or abort(404), frame.shop().at()
    until = found.heard_at + clock.DAY
    return {
        "conversation": found,
        "customer": customers.by_phone(phone),
        "said": transcript.of(phone, limit=SAID),
        "silent": conversations.is_silent(found, now),
        "window": until if until > now else None,
        "done": interventions.about(phone),
        "places": attending.places(found, frame.shop().library),
        "token": token,
    }


# --- a person speaks -----------------------------------------------------------------------------


@bp.post("/conversations/<phone>/take-over")
def take_over(phone: str) -> Response:
    """A person speaks from now on; what they have typed by now stays where it is."""
    attending.take_over(phone, by=acting.who(), now=frame.shop().now())
    acting.done(f"Taken over: {mask(phone)}")
    return frame.page("dashboard/conversation_body.html", **_talk(phone, _token()))


@bp.post("/conversations/<phone>/give-back")
def give_back(phone: str) -> Response:
    """The bot speaks again."""
    attending.give_back(phone, by=acting.who(), now=frame.shop().now())
    return acting.done(f"Given back to the bot: {mask(phone)}")


@bp.post("/conversations/<phone>/write")
def write(phone: str) -> Response:
    """Send what a person wrote."""
    attending.write(
        phone,
        request.form.get("words", ""),
        token=_token(),
        by=acting.who(),
        now=frame.shop().now(),
    )
    return acting.done(f"Written by hand: {mask(phone)}")


@bp.post("/conversations/<phone>/move")
def move(phone: str) -> Response:
    """Put the conversation into another state."""
    attending.send_back(
        phone, request.form.get("state", ""), token=_token(), by=acting.who(),
        now=frame.shop().now(), library=frame.shop().library,
    )  # fmt: skip
    return acting.done(f"Moved by hand: {mask(phone)}")


def _token() -> str:
    """What makes a form that is sent twice one thing; a form without it is one each time."""
    return request.form.get("token", "")[:TOKEN] or ids.token()
