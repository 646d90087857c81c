"""`duka graph`: the conversation, drawn."""

import sys
from pathlib import Path

import click

from web import access
from web.verbs.options import FLOW
from web.verbs.telling import Stop, told


@click.command("graph")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="File to write; its ending says the format.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["svg", "png", "html", "dot", "mermaid", "text"]),
    help="Format, if not by the file's ending.",
)
@click.option("--language", help="Language of the texts.")
@click.option("--focus", metavar="STATE", help="Draw one state and its neighbours.")
@click.option("--problems", is_flag=True, help="Draw a flow that has faults, with them in red.")
@FLOW
@told
def graph(
    output: str | None,
    style: str | None,
    language: str | None,
    focus: str | None,
    problems: bool,
    flow: str,
) -> None:
    """Draw the conversation: SVG, PNG, a page, Mermaid or DOT; without -o, in the terminal.

    The page (.html) is one file: it zooms, and tells all that a state says when pointed at.

    \b
    Examples:
      duka graph
      duka graph -o flow.svg
      duka graph -o flow.html --problems
      duka graph --focus payment
      duka graph --format mermaid
    """
    from web.drawing import Wish, draw

    drawn = draw(Path(flow), Wish(output, style, language, focus, problems))
    if output:
        _write(Path(output), drawn)
    else:
        sys.stdout.buffer.write(drawn)


def _write(path: Path, drawn: bytes) -> None:
    """Write the drawing, and tell its whole path: on a server verbs work in another folder."""
    try:
        path.write_bytes(drawn)
    except PermissionError as error:
        raise Stop(f"{path.absolute()}: it cannot be written ({access.why(error)})") from None
    click.echo(f"{path.absolute()}: {len(drawn):,} bytes")
