"""The flow as it is live: the graph, how customers passed through it, and where they left."""

from functools import lru_cache
from urllib.parse import urlencode

from flask import Response, abort, request

from engine import diagram
from engine.diagram import CannotDraw, Drawing
from store import lists, misses, standing
from web.dashboard import frame, passing
from web.dashboard.passing import PERIODS, Period
from web.logs import LOG

bp = frame.blueprint("flow")

MISSED, PEOPLE = 20, 10  # shown of a state


@bp.get("/flow")
def page() -> Response:
    """The graph, and the states and arrows as tables."""
    flow, during = frame.flow(), _period()
    return frame.page(
        "dashboard/flow.html", flow=flow, during=during, undrawn=_undrawn(),
        periods=PERIODS, told=passing.passed(flow, during, _drawing()), span=passing.span,
        picture=f"/admin/flow.svg?{urlencode({'since': during.word})}",
    )  # fmt: skip


@bp.get("/flow/<name>")
def one(name: str) -> Response:
    """One state: what is said there, what was not understood, who stands there, who passed."""
    flow, during = frame.flow(), _period()
    state = flow.states.get(name) or abort(404)
    said = state.message.say
    return frame.page(
        "dashboard/flow_state.html", flow=flow, state=state,
        missed=misses.latest(name, limit=MISSED),
        texts=[(language, text.source) for language, text in said] if said else [],
        people=standing.conversations(lists.Wish(status=name), limit=PEOPLE),
        during=during, periods=PERIODS, span=passing.span,
        told=passing.passed(flow, during, _drawing()).about(name),
    )  # fmt: skip


@bp.get("/flow.svg")
def picture() -> Response:
    """The graph alone, with who stands in each state, who left, and how many went each way."""
    flow = frame.flow()
    try:
        drawing = _laid_out(flow.hash)
    except CannotDraw as error:
        return Response(str(error), status=503, mimetype="text/plain")
    told = passing.passed(flow, _period(), drawing)
    drawn = drawing.with_figures(passing.figures(told, flow.shop.currency))
    return Response(drawn, mimetype="image/svg+xml")


def _period() -> Period:
    return passing.period(request.args.get("since", ""))


def _drawing() -> Drawing | None:
    """The drawing, where there is a library that draws."""
    try:
        return _laid_out(frame.flow().hash)
    except CannotDraw:
        return None


def _undrawn() -> str:
    """Why there is no drawing, in words and in the log; empty where there is one."""
    try:
        _laid_out(frame.flow().hash)
    except CannotDraw as error:
        LOG.warning("The flow cannot be drawn: %s", error)
        return str(error)
    return ""


@lru_cache(maxsize=4)
def _laid_out(version: str) -> Drawing:
    """Laying a flow out takes a tenth of a second: each version is laid out once."""
    return diagram.laid_out(diagram.plan(frame.flow()))
