"""`duka test`: the conversations that were written down, played."""

import sys
from pathlib import Path

import click
from click.core import ParameterSource

from web.verbs.options import FLOW
from web.verbs.telling import told


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--update", is_flag=True, help="Write what the shop says now into the files.")
@click.option("--generate", is_flag=True, help="Write conversations that meet every rule.")
@click.option(
    "--coverage",
    is_flag=False,
    flag_value="text",
    type=click.Choice(["text", "html"]),
    help="Tell what of the flow was met, or draw it in coverage.html.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@FLOW
@told
def test(
    paths: tuple[str, ...], update: bool, generate: bool, coverage: str | None, as_json: bool,
    flow: str,
) -> None:  # fmt: skip
    """Play the conversations written down as tests; exit code 1 when one goes otherwise.

    \b
    Without PATHS: tests/conversations/ beside the flow, and those of the examples.
    Examples:
      duka test
      duka test tests/conversations/happy.yaml --update
      duka test --coverage html
      duka test --generate
    """
    from web.rehearsal import command
    from web.rehearsal.command import Wish

    if generate:
        sys.exit(command.generate(Path(flow), Path(paths[0]) if paths else None))
    named = click.get_current_context().get_parameter_source("flow")
    of_this = named is ParameterSource.COMMANDLINE
    wish = Wish(of_this, update=update, as_json=as_json, coverage=coverage or "")
    sys.exit(command.rehearse(paths, Path(flow), wish))
