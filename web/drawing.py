"""Draw the flow file in the format that a file's ending or the author asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from engine import diagram
from engine.checks import examine
from engine.checks.parts import nearest
from engine.diagram.sketch import Sketch
from engine.errors import FlowError, Problem, faults
from engine.flow import Flow
from flows.words import vocabulary
from web import beside

BY_ENDING = {
    ".svg": "svg",
    ".png": "png",
    ".html": "html",
    ".htm": "html",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".md": "mermaid",
    ".txt": "text",
}
STYLES = tuple(dict.fromkeys(BY_ENDING.values()))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author asked to see."""

    output: str | None = None
    style: str | None = None
    language: str | None = None
    focus: str | None = None
    problems: bool = False


def draw(path: Path, wish: Wish) -> bytes:
    """Draw a flow; raises FlowError for one with faults, unless the faults are to be drawn."""
    style = _style(wish)
    flow, problems = _read(path, even_with_problems=wish.problems)
    if wish.focus is not None and wish.focus not in flow.states:
        raise click.BadParameter(_no_such_state(wish.focus, flow), param_hint="--focus")
    if wish.language not in (None, *flow.languages):
        told = f"{wish.language!r} is not spoken here, only {', '.join(flow.languages)}"
        raise click.BadParameter(told, param_hint="--language")
    shown = diagram.plan(flow, language=wish.language, focus=wish.focus, problems=problems)
    if style in ("svg", "png"):
        return diagram.picture(shown, format="svg" if style == "svg" else "png")
    if style == "html":
        return _page(flow, shown, wish.language).encode()
    made = {"mermaid": diagram.mermaid, "dot": diagram.dot, "text": diagram.terminal}[style]
    return (made(shown).rstrip() + "\n").encode()


def _style(wish: Wish) -> str:
    if wish.style or not wish.output:
        return wish.style or "text"
    found = BY_ENDING.get(Path(wish.output).suffix.lower())
    if found is None:
        raise click.UsageError(
            f"{wish.output}: say with --format which of {', '.join(STYLES)} it is"
        )
    return found


def _read(path: Path, *, even_with_problems: bool) -> tuple[Flow, Sequence[Problem]]:
    flow, problems = examine(beside.read(path), vocabulary(), file=str(path))
    if flow is None or (faults(problems) and not even_with_problems):
        raise FlowError(problems)
    return flow, problems if even_with_problems else ()


def _no_such_state(name: str, flow: Flow) -> str:
    return f"there is no state {name!r}: {nearest(name, flow.states)}"


def _page(flow: Flow, shown: Sketch, language: str | None) -> str:
    """The drawing as one file that needs nothing else: it zooms, and tells of each state."""
    svg = diagram.picture(shown, format="svg").decode()
    pages = Environment(
        loader=PackageLoader("web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    told = diagram.about(flow, shown, language=language)
    picture = svg[svg.index("<svg") :]
    return pages.get_template("flow/graph.html").render(flow=flow, picture=picture, states=told)
