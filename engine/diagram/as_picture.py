"""The drawing as SVG or PNG, by the Graphviz that pygraphviz brings along."""

import threading
from typing import Any, Literal

from engine.diagram.as_dot import STEP
from engine.errors import CannotDraw

Format = Literal["svg", "png"]

SHARP, COARSE = "144", "96"  # dots an inch
MANY = 20  # cards; a drawing of more is coarser, so that its file stays small

#: What the wheel of pygraphviz does not bring along: two libraries, and letters to write with.
PACKAGES = ("libglib2.0-0", "libxrender1", "fontconfig", "fonts-dejavu-core")
GET_PACKAGES = f"apt-get install -y {' '.join(PACKAGES)}"
WORD, OTHER = "graph {x [label=Duka]}", "graph {x [label=Soko]}"  # alike where letters are boxes

_one_at_a_time = threading.Lock()  # Graphviz keeps its state in globals


def picture(dot: str, *, kind: Format, cards: int) -> bytes:
    """Draw DOT, with the steps of the happy path as straight as their column."""
    pygraphviz = _library()
    with _one_at_a_time:
        placed = pygraphviz.AGraph(string=dot).draw(format="dot", prog="dot")
        graph = pygraphviz.AGraph(string=placed.decode())
        for edge in graph.edges():
            if edge.attr["class"] == STEP:
                _straighten(edge, graph.get_node(edge[0]))
        if kind == "png":
            graph.graph_attr["dpi"] = COARSE if cards > MANY else SHARP
        return bytes(graph.draw(format=kind, prog="nop2"))


def rehearse() -> None:
    """Draw one word; raises CannotDraw where a library is missing, or every letter."""
    if picture(WORD, kind="png", cards=1) == picture(OTHER, kind="png", cards=1):
        raise CannotDraw("no font is installed, so pictures have no letters", todo=GET_PACKAGES)


def _straighten(edge: Any, source: Any) -> None:
    """Take out the bend with which Graphviz makes way for an arrow beside this one.

    A curve is written ``e,x,y`` for its tip, then its points from the tail to below the tip.
    """
    tip, first, *_, last = edge.attr["pos"].split()
    x = source.attr["pos"].split(",")[0]
    end, top, bottom = (float(point.rpartition(",")[2]) for point in (tip, first, last))
    third = (bottom - top) / 3
    heights = (top, top + third, bottom - third, bottom)
    edge.attr["pos"] = f"e,{x},{end} " + " ".join(f"{x},{height}" for height in heights)


def _library() -> Any:
    try:
        import pygraphviz  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise CannotDraw(
            "SVG and PNG need pygraphviz; mermaid, dot and text are drawn without it",
            todo="pip install pygraphviz",
        ) from error
    except ImportError as error:
        missing = str(error).partition(":")[0]  # as the loader says: libX.so.1: cannot open …
        raise CannotDraw(f"SVG and PNG need {missing}", todo=GET_PACKAGES) from error
    return pygraphviz
