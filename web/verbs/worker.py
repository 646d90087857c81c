"""`duka worker`: hands that deliver beside `duka serve`."""

import signal

import click

from web.server import OF_SEVERAL
from web.settings import load, ready_to_serve
from web.verbs.options import FLOW
from web.verbs.telling import Stop, told


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=OF_SEVERAL.senders,
    show_default=True,
    help="Threads that send.",
)
@FLOW
@told
def worker(concurrency: int, flow: str) -> None:
    """Deliver messages and payments beside `duka serve`, on PostgreSQL.

    \b
    Example:
      DATABASE_URL=postgresql://… duka worker --concurrency 8
    """
    from store.database import is_sqlite_url
    from web import flow_file, line, metrics
    from web.app import open_shop
    from web.logs import LOG, begin
    from web.worker import Worker

    settings = load(flow_file=flow)
    if is_sqlite_url(settings.database_url):
        raise Stop("On SQLite `duka serve` delivers by itself; `duka worker` needs PostgreSQL")
    ready_to_serve(settings)
    begin(settings.log_format)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: finish, then go
    shop = open_shop(settings)
    flow_file.tell(shop)
    shop.line = line.of(settings)
    work = Worker(shop, concurrency=concurrency, line=shop.line)
    shop.wake = work.ring
    try:
        work.start()
        metrics.listen(shop)
        LOG.info("The worker is at work, %d threads", concurrency)
        work.run_until_stopped()
    except KeyboardInterrupt:
        LOG.info("The worker finishes what it is sending, and ends")
        work.stop()
