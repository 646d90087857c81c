"""Our webhooks without the worker: verified, played, committed, the reply owed, and answered."""

from typing import Any

from bench.serving import serve


def make() -> Any:
    """Open the shop that the environment describes."""
    from web.app import create_app

    return create_app().wsgi_app


if __name__ == "__main__":
    serve("bench.ours:make")
