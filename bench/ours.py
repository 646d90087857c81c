"""Our webhooks without the worker: verified, played, committed, the reply owed, and answered."""

from typing import Any

from bench.serving import serve
from web import desks, hall, server


def make() -> Any:
    """Open the shop that the environment describes."""
    from web.app import create_app

    app = create_app()
    shop = app.extensions["duka"]
    worked = desks.of(app.wsgi_app, server.desks_for(shop.settings))
    return hall.of(worked, most_of_one=server.CONNECTIONS)


if __name__ == "__main__":
    serve("bench.ours:make", threads=server.CONNECTIONS)
