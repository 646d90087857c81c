"""What operating a shop needs: both databases, a clean one whenever it is asked, and open shops."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from contract.contract_actors import Duka
from crash.conftest import fresh

__all__ = ["fresh"]


@pytest.fixture(scope="session")
def open_shop(tmp_path_factory):
    """Open a shop in a process of its own; it is gone at the end."""
    shops = []

    def make(**settings):
        duka = Duka(tmp_path_factory.mktemp("shop"), **settings)
        shops.append(duka)
        return duka.start().wait()

    yield make
    for each in shops:
        each.kill()


class Elsewhere(BaseHTTPRequestHandler):
    """Answers whatever is asked with one status and one body, as something that is not Duka."""

    status, body = 503, b'{"success":false,"message":"Try again"}'  # nginx while nothing runs

    def answer(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = answer  # noqa: N815  http.server looks for these names

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere():
    """Open a place that answers with this status; gives its port."""
    opened = []

    def place(status, **more):
        kind = type("Place", (Elsewhere,), {"status": status, **more})
        opened.append(ThreadingHTTPServer(("127.0.0.1", 0), kind))
        Thread(target=opened[-1].serve_forever, args=(0.01,)).start()
        return opened[-1].server_port

    yield place
    for each in opened:
        each.shutdown()
        each.server_close()
