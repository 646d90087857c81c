"""The conversations: who was spoken with last, and each as it stands on the customer's phone."""

from flask import Response, abort

from store import conversations, customers, standing, transcript
from web.dashboard import frame, listing

bp = frame.blueprint("conversations")

SAID = 200  # messages of a conversation shown


@bp.get("/conversations")
def page() -> Response:
    """A page of the list."""
    wish = listing.wish()
    rows = standing.conversations(wish, after=listing.after(), limit=frame.PAGE + 1)
    shown = rows[: frame.PAGE]
    return frame.page(
        "dashboard/conversations.html", wish=wish, rows=shown, older=listing.older(rows),
        last={row["id"]: transcript.of(row["id"], limit=1) for row in shown},
        states=tuple(frame.flow().states),
    )  # fmt: skip


@bp.get("/conversations/<phone>")
def one(phone: str) -> Response:
    """One conversation, oldest message first."""
    return frame.page("dashboard/conversation.html", **_talk(phone))


@bp.get("/conversations/<phone>/said")
def said(phone: str) -> Response:
    """The messages alone, for a page that keeps itself fresh."""
    return frame.page("dashboard/conversation_body.html", **_talk(phone))


def _talk(phone: str) -> dict[str, object]:
    found = conversations.find(phone) or abort(404)
    return {
        "conversation": found,
        "customer": customers.by_phone(phone),
        "said": transcript.of(phone, limit=SAID),
    }
