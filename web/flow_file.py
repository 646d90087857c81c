"""Watch the files of a flow: a good edit goes live, a broken one is told and changes nothing."""

import threading
from pathlib import Path

from engine.errors import FlowError
from store import database
from store.errors import BooksClosed
from web import beside
from web.logs import LOG
from web.shop import Refused, Shop

LOOK_EVERY = 1.0  # seconds

Seen = dict[Path, tuple[int, int] | None]  # of each file when it was changed, and how long it is


def open_with(shop: Shop) -> None:
    """Open with the flow file, or, if it has faults or is gone, with the flow that was live before.

    Raises FlowError with the faults of the file, or OSError, where no good flow was ever live, or
    where that one is good no longer. What is `refused` is told by whoever has a log to tell it in.
    """
    try:
        publish(shop)
    except (FlowError, OSError) as error:
        if not _can_go_on(shop):
            raise
        shop.refused = _refused(shop, error)


def _refused(shop: Shop, error: FlowError | OSError) -> Refused:
    if isinstance(error, FlowError):
        return Refused(shop.at(), error.problems)
    return Refused(shop.at(), unread=error.strerror or str(error))


def _can_go_on(shop: Shop) -> bool:
    try:
        shop.library.prove_live(file=Path(shop.settings.flow_file).name)
    except LookupError:
        return False
    except FlowError as error:
        LOG.error("The flow that was live before cannot go on either: %s", error.problems[0])
        return False
    return True


def publish(shop: Shop) -> None:
    """Make the flow file the live flow; raises FlowError, and the last good one stays."""
    path = Path(shop.settings.flow_file)
    flow = shop.library.publish(beside.read(path), file=path.name, now=shop.now())
    shop.refused = None
    LOG.info("Flow live: %s, %d states, version %s", path.name, len(flow.states), flow.hash[:8])


def tell(shop: Shop) -> None:
    """Log every fault of a flow file that did not go live, or that it cannot be read."""
    if shop.refused and shop.refused.unread:
        told = "The flow file %s cannot be read (%s); the last good flow stays live"
        LOG.error(told, shop.settings.flow_file, shop.refused.unread)
    elif shop.refused:
        for problem in shop.refused.problems:
            LOG.error("%s", problem)
        LOG.error("The flow file has faults; the last good flow stays live")


def watch(shop: Shop) -> threading.Thread:
    """Publish the file again whenever it changes, in the background."""
    thread = threading.Thread(target=_watch, args=(shop,), name="duka-flow-file", daemon=True)
    thread.start()
    return thread


def _watch(shop: Shop) -> None:
    seen, pause = looked_at(Path(shop.settings.flow_file)), threading.Event()
    while not pause.wait(LOOK_EVERY):
        seen = look(shop, seen)


def look(shop: Shop, seen: Seen) -> Seen:
    """Publish again if a file is no longer as it was seen, and give what is seen now."""
    if {file: _mark(file) for file in seen} == seen:
        return seen
    now = looked_at(Path(shop.settings.flow_file))
    _try(shop)
    return now


def looked_at(flow: Path) -> Seen:
    """How the flow file stands, and all that it names beside it, even what is not there yet."""
    try:
        known = beside.read(flow)
    except OSError:
        return {flow: None}
    names = (*known.beside, *known.missing)
    return {file: _mark(file) for file in (flow, *(flow.parent / name for name in names))}


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _try(shop: Shop) -> None:
    try:
        publish(shop)
    except (FlowError, OSError) as error:
        shop.refused = _refused(shop, error)
        tell(shop)
    except BooksClosed as error:
        LOG.error("The flow file cannot go live now: %s", error)
    finally:
        database.close()
