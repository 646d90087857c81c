"""Draw the flow file in the format that a file's ending or the author asks for."""

from pathlib import Path

import click

from engine import diagram
from engine.checks import proved
from flows.words import vocabulary

BY_ENDING = {
    ".svg": "svg",
    ".png": "png",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".md": "mermaid",
    ".txt": "text",
}


def draw(path: Path, *, output: str | None, style: str | None, language: str | None) -> bytes:
    """Draw a proved flow; raises FlowError for one with faults."""
    flow = proved(path.read_bytes(), vocabulary(), file=str(path))
    style = style or (BY_ENDING.get(Path(output).suffix.lower()) if output else "text")
    if style is None:
        raise click.UsageError(
            f"{output}: say with --format which of mermaid, dot, svg, png, text it is"
        )
    if style == "svg":
        return diagram.picture(flow, format="svg", language=language)
    if style == "png":
        return diagram.picture(flow, format="png", language=language)
    made = {"mermaid": diagram.mermaid, "dot": diagram.dot, "text": diagram.terminal}[style]
    return (made(flow, language=language).rstrip() + "\n").encode()
