"""Options that several verbs take alike."""

from pathlib import Path

import click

from web.settings import flow_file

FLOW = click.option(
    "-f", "--flow", "flow", envvar="FLOW_FILE", default=flow_file, show_default="flows.yaml",
    type=click.Path(), help="The conversation.",
)  # fmt: skip


def require(flow: str) -> None:
    """Raise FileNotFoundError where there is no conversation, before anything else is made."""
    Path(flow).stat()
