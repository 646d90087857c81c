"""A server that answers as a test tells it, on a port of its own."""

import socket
import struct
import threading
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest


class Far:
    """The far end of the wire: `answers` is called with each request; `seen` keeps them."""

    def __init__(self, url):
        self.url, self.seen, self.connections = url, [], set()
        self.answers = lambda request: request.say(200, b"{}")


class Seen(NamedTuple):
    """What came in."""

    command: str
    path: str
    headers: Message
    body: bytes


class Request(BaseHTTPRequestHandler):
    """One request, and the ways to answer it well or badly."""

    protocol_version = "HTTP/1.1"

    def take(self):
        """Read the request whole, keep it, and let the test answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.far.seen.append(Seen(self.command, self.path, self.headers, body))
        self.far.connections.add(self.client_address)
        try:
            self.far.answers(self)
        except OSError:
            self.close_connection = True  # the caller has hung up

    do_GET = do_POST = take  # noqa: N815  the standard library's names

    @property
    def far(self):
        return self.server.far

    def say(self, status, body=b"", **headers):
        """Answer properly."""
        self.raw(
            f"HTTP/1.1 {status} Told\r\nContent-Length: {len(body)}\r\n".encode()
            + "".join(
                f"{name.replace('_', '-')}: {each}\r\n" for name, each in headers.items()
            ).encode()
            + b"\r\n"
            + body
        )

    def raw(self, data):
        """Answer with these very bytes."""
        self.wfile.write(data)

    def hang_up(self):
        """End the connection in the middle."""
        self.close_connection = True

    def reset(self):
        """Tear the connection down without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def drip(self, data, *, every=0.05):
        """Answer a byte at a time."""
        for each in data:
            self.wfile.write(bytes([each]))
            self.wfile.flush()
            if self.server.closing.wait(every):
                return

    def finish(self):
        with suppress(OSError):
            super().finish()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except OSError:
            request.close()

    def handle_error(self, request, client_address):
        pass  # the way a test wants a connection to end


@pytest.fixture
def far():
    """The far end of the wire, open as long as the test runs."""
    server = Server(("127.0.0.1", 0), Request)
    server.closing = threading.Event()
    server.far = Far(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.far
    server.closing.set()
    server.shutdown()
    thread.join()
    server.daemon_threads = True
    server.server_close()
