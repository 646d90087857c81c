"""`duka sandbox`: a Ghala of our own to rehearse with."""

import click

from web.settings import load
from web.verbs.telling import told


@click.command("sandbox")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(1, 65535),
    default=4000,
    show_default=True,
    help="Port to listen on.",
)
@click.option(
    "--duka",
    "duka_url",
    default="http://localhost:3000",
    show_default=True,
    help="Where `duka serve` runs.",
)
@click.option(
    "--plan",
    type=click.Path(),
    help="A file of faults and payments to play.",
)
@click.option(
    "--journal", type=click.Path(dir_okay=False), help="A file that remembers what happened."
)
@click.option(
    "--dialect",
    type=click.Choice(["v1", "v2", "meta"]),
    help="The words its webhooks are in; GHALA_DIALECT otherwise.",
)
@told
def sandbox(
    port: int, duka_url: str, plan: str | None, journal: str | None, dialect: str | None
) -> None:
    """A Ghala of our own to rehearse with: phone, payments and faults, signed like the real one.

    \b
    Example, in two terminals; the books of the rehearsal are its own:
      GHALA_WEBHOOK_SECRET=rehearsal-secret-of-mine GHALA_API_KEY=any duka sandbox
      GHALA_WEBHOOK_SECRET=rehearsal-secret-of-mine GHALA_API_KEY=any \\
        GHALA_API_URL=http://localhost:4000/v1 \\
        DATABASE_URL=sqlite:///data/rehearsal.db duka serve
    """
    from web import demo as show

    settings = load(**({"ghala_dialect": dialect} if dialect else {}))
    show.run_sandbox(settings, port=port, duka_url=duka_url, plan=plan, journal=journal)
