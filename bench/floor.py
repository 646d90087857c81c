"""The floor: bare Flask, HMAC over the raw body, JSON, and one commit that is on the disk."""

import hmac
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from bench.serving import SECRET, serve

_kept = threading.local()
_writing = threading.Lock()


def make() -> Any:
    """Make the application; it keeps its books in the folder that BENCH_FOLDER names."""
    path = Path(os.environ["BENCH_FOLDER"]) / "floor.db"
    _books(path).execute("CREATE TABLE IF NOT EXISTS heard (id TEXT PRIMARY KEY, body TEXT)")
    app = Flask("floor")

    @app.post("/api/messages/incoming")
    def incoming() -> ResponseReturnValue:
        body = request.get_data()
        right = hmac.digest(SECRET.encode(), body, "sha256").hex()
        if not hmac.compare_digest(right, request.headers.get("x-ghala-signature", "")):
            abort(401)
        message = request.get_json()["messages"][0]
        with _writing:
            _books(path).execute("INSERT INTO heard VALUES (?, ?)", (message["id"], body))
        return jsonify(success=True)

    return app.wsgi_app


def _books(path: Path) -> sqlite3.Connection:
    if not hasattr(_kept, "books"):
        _kept.books = sqlite3.connect(path, isolation_level=None, timeout=30)
        _kept.books.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full")
    books: sqlite3.Connection = _kept.books
    return books


if __name__ == "__main__":
    serve("bench.floor:make")
