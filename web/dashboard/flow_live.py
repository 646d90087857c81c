"""The flow as it is live: the graph, with how many customers stand in each state."""

from functools import lru_cache

from flask import Response, abort

from engine import diagram
from engine.diagram import CannotDraw
from engine.flow import Flow
from store import clock, lists, misses, standing
from web.dashboard import frame

bp = frame.blueprint("flow")

DAYS = 30  # who wrote within these is counted
MISSED, PEOPLE = 20, 10  # shown of a state


@bp.get("/flow")
def page() -> Response:
    """The graph, and the states as a table."""
    flow, standing_now = frame.flow(), _standing()
    return frame.page(
        "dashboard/flow.html", days=DAYS, flow=flow, file=frame.shop().settings.flow_file,
        states=[(state, standing_now.get(state.name, 0)) for state in flow.states.values()],
    )  # fmt: skip


@bp.get("/flow/<name>")
def one(name: str) -> Response:
    """One state: what is said there, what was not understood, and who stands there."""
    state = frame.flow().states.get(name) or abort(404)
    said = state.message.say
    return frame.page(
        "dashboard/flow_state.html", state=state, missed=misses.latest(name, limit=MISSED),
        texts=[(language, text.source) for language, text in said] if said else [],
        people=standing.conversations(lists.Wish(status=name), limit=PEOPLE),
    )  # fmt: skip


@bp.get("/flow.svg")
def picture() -> Response:
    """The graph alone, with how many stand in each state."""
    flow = frame.flow()
    try:
        drawn = _drawn(flow.hash, tuple(sorted(_standing().items())))
    except CannotDraw as error:
        return Response(str(error), status=503, mimetype="text/plain")
    return Response(drawn, mimetype="image/svg+xml")


def _standing() -> dict[str, int]:
    since = frame.shop().at() - DAYS * clock.DAY
    return standing.by_state(since)


@lru_cache(maxsize=4)
def _drawn(version: str, counts: tuple[tuple[str, int], ...]) -> bytes:
    """Drawing takes a tenth of a second: the same picture is drawn once."""
    flow: Flow = frame.flow()
    told = {state: _people(many) for state, many in counts}
    return diagram.picture(diagram.plan(flow, notes=told), format="svg")


def _people(many: int) -> str:
    return f"● {many:,} {'customer' if many == 1 else 'customers'} here"
