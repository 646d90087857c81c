"""The demo: the shop, a phone in the browser and a payment company of our own, in one process."""

import signal
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click
from flask import Flask, redirect, request
from werkzeug.serving import BaseWSGIServer
from werkzeug.wrappers import Response

from store import database, ids
from web import server, sole
from web.logs import begin
from web.settings import Settings, load, shown
from web.sole import AlreadyOpen

FOLDER = Path("data")
BOOKS = FOLDER / "demo.db"
JOURNAL = FOLDER / "demo-sandbox.jsonl"
HOST = "127.0.0.1"

#: Both programs read `.env`, so that one line there is enough for both.
UNSIGNED = """GHALA_WEBHOOK_SECRET is not set: duka serve will hear nothing.
  Press Ctrl-C, put one into .env, and start both again in this folder:
    echo "GHALA_WEBHOOK_SECRET=$(openssl rand -hex 32)" >> .env"""


def run(*, port: int, fresh: bool, flow: str, seed_data: bool = False) -> None:
    """Open the demo on the port, or the next free one, and say where everything is."""
    with _alone():
        free = server.next_free(HOST, port)
        if port not in (free, 0):
            click.secho(f"Port {port} is taken, so the demo takes {free}.", fg="yellow")
        if fresh:
            _forget()
        settings = _settings(free, flow)
        _prove(settings, seed_data=seed_data)
        begin(settings.log_format)  # the server tells of the flow
        _welcome(settings)
        server.serve(open_demo, settings, host=HOST, port=free)


def _alone() -> AbstractContextManager[object]:
    """Hold this folder's demo; two would take each other's messages for their own."""
    try:
        return sole.hold(f"sqlite:///{BOOKS}") or nullcontext()
    except AlreadyOpen:
        raise AlreadyOpen(
            "A demo is open in this folder already, and two would share its books: close that one "
            "with Ctrl-C, or start this one in another folder"
        ) from None


def _forget() -> None:
    for each in FOLDER.glob("demo*"):
        if each.suffix != ".lock":
            each.unlink()


def _settings(port: int, flow: str) -> Settings:
    """Everything invented, nothing to set up; secrets live as long as the demo."""
    return load(
        port=port,
        app_url=f"http://localhost:{port}",
        database_url=f"sqlite:///{BOOKS}",
        redis_url=None,
        flow_file=flow,
        ghala_api_url=f"http://{HOST}:{port}/sandbox/v1",
        ghala_api_key=ids.token(32),
        ghala_webhook_secret=ids.token(32),
        ghala_dialect="v1",
        ghala_unsigned_messages=False,
        api_key=ids.token(24),
        admin_username="admin",
        admin_password=ids.token(16),
        payment_poll_seconds=20,
        pair_seconds=0,
        messages_per_minute=0,
        admin_per_minute=0,
    )


def _prove(settings: Settings, *, seed_data: bool) -> None:
    """A broken flow is told here, before anything listens."""
    from web import trade
    from web.app import open_shop

    shop = open_shop(settings)
    if seed_data:
        written = trade.seed(shop.library.live().flow, now=shop.now())
        database.close()
        click.echo(f"{written} invented orders of the last 30 days are in the books.")


def _welcome(settings: Settings) -> None:
    url = settings.public_url
    click.secho("\nDuka is open. Nothing here is real: no phone, no money.\n", bold=True)
    click.echo(f"  Phones     {url}/sandbox")
    click.echo(
        f"  Dashboard  {url}/admin      user admin, password {shown(settings.admin_password)}"
    )
    click.echo(f"  API key    {shown(settings.api_key)}")
    click.echo(f"\n  Edit {settings.flow_file} and save: the conversation changes at once.")
    click.echo("  Ctrl-C closes the shop.\n")


def open_demo(settings: Settings) -> Flask:
    """The shop with the sandbox beside it, which calls it back over HTTP as Ghala would."""
    from adapters.sandbox import Sandbox
    from web import sandbox as pages
    from web.app import app_of, open_shop

    app = app_of(open_shop(settings))
    ghala = Sandbox(
        duka_url=f"http://{HOST}:{settings.port}",
        secret=shown(settings.ghala_webhook_secret),
        api_key=shown(settings.ghala_api_key),
        url=f"{settings.public_url}/sandbox",
        shop=app.extensions["duka"].library.live().flow.shop.name,
        journal=JOURNAL,
        statuses=True,
    )
    app.register_blueprint(pages.blueprint(ghala))
    app.before_request(_lead_to_the_phones)
    ghala.start()
    return server.run(app)


def _lead_to_the_phones() -> Response | None:
    """Who opens the bare address in a browser wants the phones; programs are answered as ever."""
    if request.path != "/" or not request.accept_mimetypes.provided:
        return None
    wanted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return redirect("/sandbox") if wanted == "text/html" else None


# --- the sandbox as a process of its own -------------------------------------------------------


def run_sandbox(
    settings: Settings, *, port: int, duka_url: str, plan: str | None, journal: str | None
) -> None:
    """Open the sandbox alone, beside a `duka serve`; a bad plan raises FlowError."""
    from adapters.sandbox import Plan, Sandbox
    from web import faultplan
    from web import sandbox as pages

    begin(settings.log_format)
    server.require_free(HOST, port)
    read = faultplan.read(Path(plan).read_text("utf-8"), file=plan) if plan else Plan()
    ghala = Sandbox(
        duka_url=duka_url,
        secret=settings.webhook_secrets[0] if settings.webhook_secrets else "",
        # Meta's token is another than Ghala's key, and one sandbox hears both: any will do.
        api_key="" if settings.ghala_dialect == "meta" else shown(settings.ghala_api_key),
        url=f"http://localhost:{port}/sandbox",
        shop="Your shop",
        plan=read,
        journal=Path(journal) if journal else None,
        statuses=True,
        dialect=settings.ghala_dialect,
        meta_secret=shown(settings.meta_app_secret),
    )
    listener = pages.server(ghala, host=HOST, port=port)
    ghala.start()
    click.secho(f"\nThe sandbox is open: http://localhost:{port}/sandbox\n", bold=True)
    click.echo(f"  GHALA_API_URL for duka serve   http://localhost:{port}/v1")
    if settings.ghala_dialect == "meta":
        click.echo(f"  META_API_URL                   http://localhost:{port}/v1")
    click.echo(f"  Webhooks go to                 {duka_url}\n")
    if not settings.webhook_secrets:
        click.secho(f"  {UNSIGNED}\n", fg="yellow")
    _until_told(listener)
    ghala.stop()


def _until_told(listener: BaseWSGIServer) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        listener.serve_forever()
    except KeyboardInterrupt:
        click.echo("The sandbox is closed.")
