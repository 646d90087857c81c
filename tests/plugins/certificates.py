"""A far end that nobody vouches for."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

_MAKE = (
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
)  # fmt: skip


class _Deaf(HTTPServer):
    """Whoever hangs up in the handshake is no news."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def self_made(tmp_path: Path) -> Iterator[str]:
    """Serve with a certificate that was made a moment ago; gives the address."""
    key, made = tmp_path / "key.pem", tmp_path / "made.pem"
    subprocess.run([*_MAKE, "-keyout", key, "-out", made], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with _Deaf(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        listening = threading.Thread(target=server.serve_forever)
        listening.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        listening.join()
