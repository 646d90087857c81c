"""`duka graph`: the conversation, drawn."""

import sys
from pathlib import Path

import click

from web.verbs.options import FLOW
from web.verbs.telling import told


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
        Path(output).write_bytes(drawn)
        click.echo(f"{output}: {len(drawn):,} bytes")
    else:
        sys.stdout.buffer.write(drawn)
