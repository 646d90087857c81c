"""`duka demo`: everything in the browser, nothing to set up."""

import click

from web.verbs import options
from web.verbs.options import FLOW
from web.verbs.telling import told


@click.command("demo")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=3000,
    envvar="PORT",
    show_default=True,
    help="Port, or the next free one; 0 for any.",
)
@click.option("--fresh", is_flag=True, help="Forget the orders and customers of earlier demos.")
@click.option("--seed-data", is_flag=True, help="Begin with 30 days of invented trade.")
@FLOW
@told
def demo(port: int, fresh: bool, seed_data: bool, flow: str) -> None:
    """Try everything in the browser: a shop, a phone and a payment company, nothing to set up.

    \b
    Example:
      duka demo --port 4000
    """
    from web import demo as show

    options.require(flow)
    show.run(port=port, fresh=fresh, flow=flow, seed_data=seed_data)
