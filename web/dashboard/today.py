"""Today: the figures, the sales of the month, and what waits for somebody to look at it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Response

from store import clock, conversations, figures, inbox, lists, orders, outbox, overview
from web.dashboard import frame
from web.plural import waiting

bp = frame.blueprint("today")

DAYS = 30  # of sales in the chart
NEWEST = 8  # orders shown


def page() -> Response:
    """The first page; its body refreshes itself."""
    return frame.page("dashboard/today.html", **_figures())


@bp.get("/today")
def body() -> Response:
    """The first page's body alone."""
    return frame.page("dashboard/today_body.html", **_figures())


def _figures() -> dict[str, Any]:
    place = ZoneInfo(frame.flow().shop.timezone)
    now = frame.local(frame.shop().at(), place)
    midnight = clock.ms(now.replace(hour=0, minute=0, second=0, microsecond=0))
    first = midnight - (DAYS - 1) * clock.DAY
    days = overview.daily(first, DAYS)
    names = [now.date() - timedelta(days=DAYS - 1 - each) for each in range(DAYS)]
    placed = sum(each.placed for each in days)
    paid = sum(each.paid for each in days)
    newest = orders.page(limit=NEWEST)
    return {
        "totals": orders.totals(),
        "today": days[-1],
        "yesterday": days[-2],
        "month": overview.Sales(placed, paid, sum(each.revenue for each in days)),
        "conversion": round(100 * paid / placed) if placed else None,
        "new_customers": overview.new_customers(first),
        "being_paid": overview.being_paid(),
        "failed": overview.unpaid_after_failure(),
        "days": list(zip(names, days, strict=True)),
        "chart": _chart(names, days),
        "newest": newest,
        "further": lists.further(newest),
        "unsolved": overview.unsolved(),
        "troubles": _troubles(),
        "waiting": outbox.depth(),
    }


def _chart(names: list[Any], days: list[overview.Sales]) -> str:
    """What the browser draws, as text in an attribute."""
    return json.dumps({
        "labels": [f"{name:%-d %b}" for name in names],
        "revenue": [each.revenue for each in days],
        "placed": [each.placed for each in days],
    })  # fmt: skip


def _troubles() -> list[dict[str, Any]]:
    """What a person should look at, newest first: each with when, what, whose, and where to."""
    found = [
        *_flow_file(),
        *_key(),
        *(
            _trouble(row.updated_at, _ABOUT_MONEY.get(row.stage, "Payment under review"),
                     row.phone_number, row.failure_reason or row.transaction_ref or row.id,
                     f"/admin/orders/{row.order_id}")
            for row in overview.under_review()
        ),
        *(
            _trouble(row.asked_at, "Asks for a person", row.phone,
                     f"stands in {frame.plainly(row.state)}",
                     f"/admin/conversations/{quote(row.phone)}")
            for row in conversations.asking()
        ),
        *(
            _trouble(row.received_at, f"Set aside: {row.kind}", row.phone, row.reference,
                     again="/admin/inbox/replay", key=row.key)
            for row in inbox.set_aside(limit=10)
        ),
        *(
            _trouble(row.received_at, f"News of an unknown order: {row.kind}", "", row.key)
            for row in inbox.waiting(limit=10)
        ),
        *(
            _trouble(row.created_at, f"Message {row.status}", row.phone, row.error,
                     again=f"/admin/outbox/{row.id}/retry")
            for row in outbox.undelivered(limit=10)
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda each: int(each["at"]), reverse=True)[:20]


def _flow_file() -> Iterator[dict[str, Any]]:
    refused = frame.shop().refused
    if refused and refused.unread:
        what = "The flow file cannot be read: the last good flow goes on"
        yield _trouble(refused.at, what, "", refused.unread, "/admin/health")
    elif refused:
        first, *others = refused.faults
        told = f"line {first.line}: {first.message}"
        more = f", and {len(others)} more" if others else ""
        what = f"{first.file} has faults: the last good flow goes on"
        yield _trouble(refused.at, what, "", told + more, "/admin/health")


def _key() -> Iterator[dict[str, Any]]:
    many, newest = figures.key_refused()
    if newest is not None:
        name = frame.shop().settings.name_of_key
        what = f"{name} is refused: nothing can be sent"
        yield _trouble(newest, what, "", f"{waiting(many)} for a right one", "/admin/health#key")


_ABOUT_MONEY = {"surplus": "Paid twice or too late", "review": "Payment under review"}


def _trouble(
    at: int, what: str, phone: str, about: str | None, path: str = "", **again: str
) -> dict[str, Any]:
    told = {"at": at, "what": what, "phone": phone, "about": (about or "–")[:120], "path": path}
    return {**told, **again}
