"""Is it ready? What a load balancer asks before it sends anybody here, and a person after."""

import shutil
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from store import clock, database, figures, migrate
from store.clock import SECOND
from web.shop import Shop

bp = Blueprint("readiness", __name__)

ROOM = 100 * 1024 * 1024  # bytes without which the books cannot be kept


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """Say whether messages can be kept and answered: books, tables, flow and disk; else 503."""
    shop: Shop = current_app.extensions["duka"]
    now = shop.at()
    checks = examine(shop, now)
    is_ready = all(each["ok"] for each in checks.values())
    body = jsonify(
        success=is_ready, message="Ready" if is_ready else "Not ready",
        timestamp=clock.iso(now), checks=checks,
    )  # fmt: skip
    return body, 200 if is_ready else 503


def examine(shop: Shop, now: int) -> dict[str, dict[str, Any]]:
    """Look at each thing that a turn stands on; nothing here is a secret."""
    url = shop.settings.database_url
    checks: dict[str, dict[str, Any]] = {"database": {"ok": database.answers()}}
    if database.is_sqlite_url(url):
        checks["disk"] = _disk(Path(database.file_of(url)).absolute().parent)
    if not checks["database"]["ok"]:
        return checks
    checks["tables"] = {"ok": not migrate.missing()}
    if checks["tables"]["ok"]:
        live, queue = figures.live_flow(), figures.queue()
        checks["flow"] = {
            "ok": live is not None, "version": live[0] if live else None,
            "faults_in_file": len(shop.refused.faults) if shop.refused else 0,
            "file_unread": shop.refused.unread if shop.refused else "",
        }  # fmt: skip
        checks["queue"] = {
            "ok": True, "waiting": queue.waiting, "oldest_seconds": queue.age(now) // SECOND,
        }  # fmt: skip
        checks["key"] = {"ok": True, "refused": figures.key_refused()[0]}
    return checks


def _disk(folder: Path) -> dict[str, Any]:
    free = shutil.disk_usage(folder).free
    return {"ok": free >= ROOM, "free_mb": free // (1024 * 1024)}
