"""Options that several verbs take alike."""

import click

from web.settings import flow_file

FLOW = click.option(
    "-f", "--flow", "flow", envvar="FLOW_FILE", default=flow_file, show_default="flows.yaml",
    type=click.Path(), help="The conversation.",
)  # fmt: skip
