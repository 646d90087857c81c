"""Our webhooks without the worker: verified, played, committed, the reply owed, and answered."""

from typing import Any

from bench.serving import serve
from web import server


def make() -> Any:
    """Open the shop that the environment describes."""
    from web.app import create_app

    app = create_app()
    return server.entrance_of(app, app.extensions["duka"].settings)


if __name__ == "__main__":
    serve("bench.ours:make", interface="rsgi")
