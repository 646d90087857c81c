"""Routes in, worker out, the command line and the pages: wires everything, decides nothing."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(**settings: Any) -> "Flask":
    """Make the WSGI application, as ``gunicorn "web:create_app()"`` does.

    What is given wins over the environment.
    """
    from web.app import create_app as create  # not on import: `duka check` needs no web server

    return create(**settings)
