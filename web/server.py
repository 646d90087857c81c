"""Serve the shop: one process of ours with its threads, under granian's listener."""

import atexit
import ctypes
import gc
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from flask import Flask

from web import manners
from web.settings import Settings

CONNECTIONS = 1024


class Hands(NamedTuple):
    """How much a process does at once; each desk and sender holds a connection to the books."""

    desks: int  # requests worked on
    senders: int  # messages under way to Ghala


#: On SQLite: WhatsApp's 80 messages a second while Ghala takes 200 ms.
ALONE = Hands(desks=16, senders=16)

#: On PostgreSQL, each process: 17 with the clerk, of the 20 that the smallest one for rent takes
#: (Heroku's "essential-0").
OF_SEVERAL = Hands(desks=12, senders=4)


class PortTaken(Exception):
    """Something else listens on the port."""


def serve(
    make: Callable[[Settings], Flask], settings: Settings, *, host: str, port: int, workers: int = 1
) -> None:
    """Listen and answer until told to stop; raises PortTaken.

    `make` is called in the serving process and must be importable, as that may start anew.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops

    require_free(host, port)
    gc.freeze()  # what is loaded by now stays shared between listener and server
    Granian(
        "web",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.auto,
        http=HTTPModes.http1,  # HTTP/2 would let one connection ask for hundreds of things at once
        workers=workers,
        backpressure=CONNECTIONS,
        backlog=CONNECTIONS,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=8,  # longer than any turn waits, and an end within ten seconds
    ).serve(target_loader=partial(_begin, make, settings), wrap_loader=False)


def _begin(make: Callable[[Settings], Flask], settings: Settings) -> Any:
    die_with_parent()
    return entrance_of(make(settings), settings)


def entrance_of(app: Flask, settings: Settings) -> Any:
    """What the listener hands its requests to."""
    from web.app import HEADERS
    from web.entrance import Entrance

    manners.work_calmly()
    # Behind proxies all come from one address.
    of_one = CONNECTIONS if settings.trusted_proxies else CONNECTIONS // 4
    return Entrance(app, HEADERS, desks=hands(settings).desks, most_of_one=of_one)


def open_for_business(settings: Settings) -> Flask:
    """The whole product in one process: routes, worker, and an eye on the flow file."""
    from web.app import app_of, open_shop

    return run(app_of(open_shop(settings)))


def run(app: Flask) -> Flask:
    """Start what works in the background of an application, and stop it when the process ends."""
    from web import flow_file, line, metrics
    from web.worker import Worker

    shop = app.extensions["duka"]
    _take_over(shop)
    shop.line = line.of(shop.settings)
    worker = Worker(shop, concurrency=hands(shop.settings).senders, line=shop.line)
    shop.wake = worker.ring
    atexit.register(worker.stop, timeout=5)
    worker.start()
    flow_file.tell(shop)
    flow_file.watch(shop)
    metrics.listen(shop)
    return app


def hands(settings: Settings) -> Hands:
    """How much this process does at once."""
    from store import database

    return ALONE if database.is_sqlite_url(settings.database_url) else OF_SEVERAL


def _take_over(shop: Any) -> None:
    """On SQLite this is the only process: whoever was sending or asking when it began is dead."""
    from store import database, leases

    if database.is_sqlite_url(shop.settings.database_url):
        leases.take_over(now=shop.at())
        database.close()


def die_with_parent() -> None:
    """Let this process end when its listener is killed: a second server must find the port free."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def is_free(host: str, port: int) -> bool:
    """Can we listen there?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(host: str, port: int) -> None:
    """Raise PortTaken when something else listens on the port."""
    if not is_free(host, port):
        raise PortTaken(f"port {port} is taken: stop what listens there, or use another --port")


def next_free(host: str, port: int, *, tries: int = 50) -> int:
    """The port, or the next one that is free; any for 0. Raises PortTaken."""
    if port == 0:
        with socket.socket() as probe:
            probe.bind((host, 0))
            given: int = probe.getsockname()[1]
            return given
    for each in range(port, min(port + tries, 65536)):
        if is_free(host, each):
            return each
    raise PortTaken(f"no port from {port} to {port + tries} is free")
