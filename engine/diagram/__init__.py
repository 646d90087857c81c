"""A flow as a picture: Mermaid, DOT, SVG, PNG, or plain characters for the terminal."""

from engine.diagram import as_dot, as_mermaid, as_picture, as_text
from engine.diagram.arrows import sketch
from engine.diagram.as_picture import CannotDraw, Format
from engine.flow import Flow

__all__ = ["CannotDraw", "Format", "dot", "mermaid", "picture", "terminal"]


def mermaid(flow: Flow, *, language: str | None = None) -> str:
    """Draw a flow as a Mermaid flowchart, with its texts in a language or its first."""
    return as_mermaid.mermaid(sketch(flow, language=language))


def dot(flow: Flow, *, language: str | None = None) -> str:
    """Draw a flow in Graphviz's language."""
    return as_dot.dot(sketch(flow, language=language))


def picture(flow: Flow, *, format: Format, language: str | None = None) -> bytes:  # noqa: A002
    """Draw a flow as SVG or PNG; raises CannotDraw where the library for it is missing."""
    shown = sketch(flow, language=language)
    return as_picture.picture(as_dot.dot(shown), kind=format, cards=len(shown.cards))


def terminal(flow: Flow, *, language: str | None = None) -> str:
    """Draw a flow in plain characters: each state, and under it where it leads."""
    return as_text.text(sketch(flow, language=language))
