"""Figures for Prometheus: the shop's from its books when they are asked for, the process's own."""

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from adapters.errors import AdapterError
from store import database, figures, migrate
from store.clock import SECOND
from web.logs import LOG
from web.shop import Shop

MIMETYPE = CONTENT_TYPE_LATEST
LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

#: What this process did since it began. No label ever holds what a customer wrote, or who it was.
PROCESS = CollectorRegistry()
ProcessCollector(registry=PROCESS)
REQUESTS = Counter(
    "duka_http_requests", "Requests answered.", ("route", "method", "status"), registry=PROCESS
)
TIMES = Histogram(
    "duka_http_seconds", "How long an answer took.", ("route",),
    registry=PROCESS, buckets=LATENCIES,
)  # fmt: skip
CALLS = Counter(
    "duka_ghala_calls", "Calls to Ghala by what came of them.", ("call", "outcome"),
    registry=PROCESS,
)  # fmt: skip


def told(shop: Shop) -> bytes:
    """All figures as Prometheus reads them."""
    return generate_latest(_registry(shop))


def listen(shop: Shop) -> None:
    """Tell the figures on a port of their own, if one is set."""
    settings = shop.settings
    if not settings.metrics_port:
        return
    try:
        start_http_server(settings.metrics_port, settings.metrics_host, _registry(shop))
    except OSError as error:
        LOG.warning("METRICS_PORT %d: %s; another process of ours?", settings.metrics_port, error)
    else:
        LOG.info("Figures for Prometheus on %s:%d", settings.metrics_host, settings.metrics_port)


def _registry(shop: Shop) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(PROCESS)
    made.register(Books(shop))
    return made


# --- the process --------------------------------------------------------------------------------


def watch(app: Flask) -> None:
    """Count the requests of an application, and how long each took."""
    app.before_request(_begun)
    app.after_request(_answered)


def _begun() -> None:
    g.begun = time.perf_counter()


def _answered(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    count(route, request.method, response.status_code, since=g.get("begun"))
    return response


def count(route: str, method: str, status: int, *, since: float | None) -> None:
    """Count a request that was answered, and how long that took."""
    _requests(route, method, status).inc()
    if since is not None:
        _times(route).observe(time.perf_counter() - since)


#: A figure is looked for under its labels by a lock and a few checks each time.
@lru_cache
def _requests(route: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(route, method, str(status))


@lru_cache
def _times(route: str) -> Histogram:
    return TIMES.labels(route)


@contextmanager
def called(call: str) -> Iterator[None]:
    """Count a call to Ghala by what comes of it."""
    try:
        yield
    except AdapterError as error:
        CALLS.labels(call, type(error).__name__.lower()).inc()
        raise
    CALLS.labels(call, "ok").inc()


# --- the shop -----------------------------------------------------------------------------------


class Books:
    """The shop's figures, asked of the books each time: right in every process alike."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def collect(self) -> Iterable[Metric]:
        """Ask the books; when they do not answer, that is the figure."""
        lent = not database.database.is_closed()
        try:
            is_open = database.answers() and not migrate.missing()
            yield _one("duka_database_up", "Do the books answer?", int(is_open))
            yield from _disk(self._shop.settings.database_url)
            if is_open:
                yield from _orders()
                yield from _mail(self._shop.at())
                yield from _flow()
        finally:
            if not lent:
                database.close()


def _orders() -> Iterator[Metric]:
    yield _many("duka_orders", "Orders by status.", ("status", "payment_status"), figures.orders())
    revenue = {(currency,): total for currency, total in figures.revenue().items()}
    yield _many("duka_revenue", "Paid, in whole units of the currency.", ("currency",), revenue)
    yield _many("duka_payments", "Payments by status.", ("status", "method"), figures.payments())


def _mail(now: int) -> Iterator[Metric]:
    queue, heard = figures.queue(), figures.last_heard_at()
    yield _one("duka_outbox_waiting", "Messages owed.", queue.waiting)
    yield _one(
        "duka_outbox_oldest_seconds", "How long the oldest one waits.", queue.age(now) / SECOND
    )
    given_up = {(why,): n for why, n in figures.given_up().items()}
    yield _many("duka_messages_given_up", "Messages never delivered.", ("why",), given_up)
    troubled = {(why,): n for why, n in figures.troubled().items()}
    yield _many("duka_inbox_troubled", "Heard, and not acted on yet.", ("why",), troubled)
    yield _one("duka_timers_due", "Reminders and timeouts overdue.", figures.timers_due(now))
    if heard is not None:
        since = max(0, now - heard) / SECOND
        yield _one("duka_last_heard_seconds", "Since Ghala told us anything.", since)


def _flow() -> Iterator[Metric]:
    standing = {(state,): n for state, n in figures.conversations().items()}
    yield _many("duka_conversations", "Customers by where they stand.", ("state",), standing)
    live = figures.live_flow()
    if live:
        version = {(live[0][:8],): 1}
        yield _many("duka_flow_info", "The version that is live.", ("version",), version)


def _disk(url: str) -> Iterator[Metric]:
    if database.is_sqlite_url(url):
        folder = Path(database.file_of(url)).absolute().parent
        yield _one("duka_disk_free_bytes", "Where the books are.", shutil.disk_usage(folder).free)


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _many(name: str, meaning: str, labels: tuple[str, ...], values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for each, value in values.items():
        family.add_metric(each, value)
    return family
