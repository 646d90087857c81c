"""Watch the flow file: a good edit goes live, a broken one is told and the last good flow stays."""

import threading
from pathlib import Path

from engine.errors import FlowError
from store import database
from store.errors import BooksClosed
from web.logs import LOG
from web.shop import Shop

LOOK_EVERY = 1.0  # seconds


def publish(shop: Shop) -> None:
    """Make the flow file the live flow; raises FlowError, and the last good one stays."""
    path = Path(shop.settings.flow_file)
    flow = shop.library.publish(path.read_bytes(), file=path.name, now=shop.now())
    LOG.info("Flow live: %s, %d states, version %s", path.name, len(flow.states), flow.hash[:8])


def watch(shop: Shop) -> threading.Thread:
    """Publish the file again whenever it changes, in the background."""
    thread = threading.Thread(target=_watch, args=(shop,), name="duka-flow-file", daemon=True)
    thread.start()
    return thread


def _watch(shop: Shop) -> None:
    path, pause = Path(shop.settings.flow_file), threading.Event()
    seen = _mark(path)
    while not pause.wait(LOOK_EVERY):
        mark = _mark(path)
        if mark != seen:
            seen = mark
            _try(shop)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _try(shop: Shop) -> None:
    try:
        publish(shop)
    except FlowError as error:
        for problem in error.problems:
            LOG.error("%s", problem)
        LOG.error("The flow file has faults; the last good flow stays live")
    except (OSError, BooksClosed) as error:
        LOG.error("The flow file cannot be read now: %s", error)
    finally:
        database.close()
