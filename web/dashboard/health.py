"""Health: what to look at first when customers say that nobody answers."""

from typing import Any

from flask import Response

from store import database, figures, migrate
from web import readiness
from web.dashboard import frame

bp = frame.blueprint("health")


@bp.get("/health")
def page() -> Response:
    """The page; its body refreshes itself."""
    return frame.page("dashboard/health.html", **_found())


@bp.get("/health/body")
def body() -> Response:
    """The page's body alone."""
    return frame.page("dashboard/health_body.html", **_found())


def _found() -> dict[str, Any]:
    shop = frame.shop()
    now = shop.at()
    queue = figures.queue()
    return {
        "key": shop.settings.name_of_key,
        "checks": readiness.examine(shop, now),
        "kind": "PostgreSQL" if database.is_postgres() else "SQLite",
        "lacking": migrate.missing(),
        "queue": queue,
        "age": queue.age(now),
        "given_up": figures.given_up(),
        "troubled": figures.troubled(),
        "tries": figures.tries_lately(),
        "heard_at": figures.last_heard_at(),
        "overdue": figures.timers_due(now),
        "live": figures.live_flow(),
        "redis": shop.line.is_up if shop.line else None,
    }
