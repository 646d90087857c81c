"""A flow as a picture: Mermaid, DOT, SVG, PNG, a page, or plain characters for the terminal."""

from collections.abc import Iterable

from engine.diagram import as_dot, as_mermaid, as_picture, as_text
from engine.diagram.about import About, about
from engine.diagram.arrows import sketch
from engine.diagram.as_picture import Format, rehearse
from engine.diagram.live import Drawing, Figures, laid_out
from engine.diagram.marking import marked
from engine.diagram.sketch import Sketch, focused
from engine.errors import CannotDraw, Problem
from engine.flow import Flow

__all__ = [
    "About",
    "CannotDraw",
    "Drawing",
    "Figures",
    "Format",
    "about",
    "dot",
    "laid_out",
    "mermaid",
    "picture",
    "plan",
    "rehearse",
    "terminal",
]


def plan(
    flow: Flow,
    *,
    language: str | None = None,
    focus: str | None = None,
    problems: Iterable[Problem] = (),
) -> Sketch:
    """Lay out what is drawn: all of a flow or a state and its neighbours; and its faults."""
    shown = marked(sketch(flow, language=language), problems, flow)
    return focused(shown, focus) if focus else shown


def mermaid(shown: Flow | Sketch, *, language: str | None = None) -> str:
    """Draw a flow as a Mermaid flowchart, with its texts in a language or its first."""
    return as_mermaid.mermaid(_planned(shown, language))


def dot(shown: Flow | Sketch, *, language: str | None = None) -> str:
    """Draw a flow in Graphviz's language."""
    return as_dot.dot(_planned(shown, language))


def picture(
    shown: Flow | Sketch,
    *,
    format: Format,  # noqa: A002
    language: str | None = None,
) -> bytes:
    """Draw a flow as SVG or PNG; raises CannotDraw where the library for it is missing."""
    planned = _planned(shown, language)
    return as_picture.picture(as_dot.dot(planned), kind=format, cards=len(planned.cards))


def terminal(shown: Flow | Sketch, *, language: str | None = None) -> str:
    """Draw a flow in plain characters: each state, and under it where it leads."""
    return as_text.text(_planned(shown, language))


def _planned(shown: Flow | Sketch, language: str | None) -> Sketch:
    return shown if isinstance(shown, Sketch) else sketch(shown, language=language)
