"""`duka serve`: the shop, open for business."""

from contextlib import nullcontext

import click

from engine.errors import FlowError
from web.settings import Settings, load, ready_to_serve, weak_secrets
from web.verbs import options
from web.verbs.options import FLOW
from web.verbs.telling import Stop, faulty, told

CLOSED = (
    "The shop did not open: there is no earlier flow that could go on in the place of this one. "
    "Mend {0} until duka check {0} finds nothing, then duka serve"
)


@click.command("serve")
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104  behind a load balancer
@click.option("-p", "--port", type=int, help="Port to listen on; PORT otherwise.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that serve; more than one needs PostgreSQL.",
)
@FLOW
@told
def serve(host: str, port: int | None, workers: int, flow: str) -> None:
    """Open for business: webhooks, API, dashboard and worker.

    \b
    Examples:
      GHALA_API_KEY=… GHALA_WEBHOOK_SECRET=… duka serve --port 3000
      DATABASE_URL=postgresql://… duka serve --workers 4
    """
    from store.database import is_sqlite_url
    from web import server, sole

    settings = load(flow_file=flow, **({"port": port} if port is not None else {}))
    ready_to_serve(settings)
    if workers > 1 and is_sqlite_url(settings.database_url):
        raise Stop(
            "On SQLite one process writes, so --workers must be 1: several need PostgreSQL "
            "(DATABASE_URL=postgresql://…)"
        )
    server.require_free(host, settings.port)
    options.require_flow_or_books(flow, settings.database_url)
    with sole.hold(settings.database_url) or nullcontext():
        _open(settings)
        server.serve(
            server.open_for_business, settings, host=host, port=settings.port, workers=workers
        )


def _open(settings: Settings) -> None:
    """Open here first, so that a fault is told in plain lines; the server logs it."""
    from web.app import open_shop
    from web.logs import LOG, begin

    try:
        open_shop(settings)
    except FlowError as error:
        raise Stop(f"{faulty(error)}\n{CLOSED.format(settings.flow_file)}") from None
    begin(settings.log_format)
    for name in weak_secrets(settings):
        LOG.warning("%s is short or well known: use at least 24 random characters", name)
    if settings.ghala_unsigned_messages:
        LOG.warning("GHALA_UNSIGNED_MESSAGES is on: anybody can write in a customer's name")
    LOG.info(
        "Listening on port %d; webhooks at %s/api/webhooks/ghala",
        settings.port,
        settings.public_url,
    )
