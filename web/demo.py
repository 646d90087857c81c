"""The demo: the shop, a phone in the browser and a payment company of our own, in one process."""

from pathlib import Path

import click
from flask import Flask

from store import ids
from web import server
from web.logs import begin
from web.settings import Settings, load, shown

FOLDER = Path("data")
BOOKS = FOLDER / "demo.db"
JOURNAL = FOLDER / "demo-sandbox.jsonl"
HOST = "127.0.0.1"


def run(*, port: int, fresh: bool, flow: str) -> None:
    """Open the demo on the port, or the next free one, and say where everything is."""
    free = server.next_free(HOST, port)
    if free != port:
        click.secho(f"Port {port} is taken, so the demo takes {free}.", fg="yellow")
    if fresh:
        _forget()
    settings = _settings(free, flow)
    begin(settings.log_format)
    _prove(settings)
    _welcome(settings)
    server.serve(open_demo, settings, host=HOST, port=free)


def _forget() -> None:
    for each in FOLDER.glob("demo*"):
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


def _prove(settings: Settings) -> None:
    """A broken flow is told here, before anything listens."""
    from web.app import open_shop

    open_shop(settings)


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
    ghala.start()
    return server.run(app)


# --- the sandbox as a process of its own -------------------------------------------------------


def run_sandbox(
    settings: Settings, *, port: int, duka_url: str, plan: str | None, journal: str | None
) -> None:
    """Open the sandbox alone, to rehearse with a `duka serve` beside it."""
    begin(settings.log_format)
    options = {"port": port, "duka_url": duka_url, "plan": plan, "journal": journal}
    click.secho(f"\nThe sandbox is open: http://localhost:{port}/sandbox\n", bold=True)
    click.echo(f"  GHALA_API_URL for duka serve   http://localhost:{port}/v1")
    click.echo(f"  Webhooks go to                 {duka_url}\n")
    server.serve(_Maker(options), settings, host=HOST, port=port)


class _Maker:
    """Makes the sandbox's application in the serving process."""

    def __init__(self, options: dict[str, object]) -> None:
        self._options = options

    def __call__(self, settings: Settings) -> Flask:
        """Make it."""
        from adapters.sandbox import Plan, Sandbox, read
        from web import sandbox as pages

        options = self._options
        plan = read(Path(str(options["plan"])).read_text("utf-8")) if options["plan"] else Plan()
        journal = Path(str(options["journal"])) if options["journal"] else None
        ghala = Sandbox(
            duka_url=str(options["duka_url"]),
            secret=settings.webhook_secrets[0] if settings.webhook_secrets else "",
            api_key=shown(settings.ghala_api_key),
            url=f"http://localhost:{options['port']}/sandbox",
            plan=plan,
            journal=journal,
            statuses=True,
        )
        app = pages.app(ghala)
        ghala.start()
        return app
