"""Options that several verbs take alike."""

from pathlib import Path

import click

from store import database
from web.settings import flow_file

FLOW = click.option(
    "-f", "--flow", "flow", envvar="FLOW_FILE", default=flow_file, show_default="flows.yaml",
    type=click.Path(), help="The conversation.",
)  # fmt: skip


def require(flow: str) -> None:
    """Raise FileNotFoundError where there is no conversation, before anything else is made."""
    Path(flow).stat()


def require_flow_or_books(flow: str, url: str) -> None:
    """The same, unless books are there that may know a flow to go on with."""
    if database.is_sqlite_url(url) and not Path(database.file_of(url)).is_file():
        require(flow)
