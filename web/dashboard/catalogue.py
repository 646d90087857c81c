"""The catalogue and the promotions, as the flow file states them."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from engine.flow import Flow
from store import shelf
from web.dashboard import frame

bp = frame.blueprint("catalogue")


@bp.get("/catalogue")
def page() -> Response:
    """What is sold, and what is offered."""
    flow = frame.flow()
    today = frame.local(frame.shop().at(), ZoneInfo(flow.shop.timezone)).date()
    return frame.page(
        "dashboard/catalogue.html", products=[*flow.catalog.values()], left=shelf.left,
        promotions=[_offer(flow, each, today) for each in flow.promotions],
        written=lambda text: text.template(flow.languages[0]).source,
    )  # fmt: skip


def _offer(flow: Flow, name: str, today: date) -> dict[str, Any]:
    offer = flow.promotions[name]
    over = offer.until is not None and date.fromisoformat(offer.until) < today
    return {"offer": offer, "over": over}
