"""Over real sockets: the threads post to Duka, signed, and go on until it listens."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adapters import signatures
from adapters.sandbox import Sandbox, postman, read

PHONE = "+254700000001"
SECRET = "a secret of the sandbox's tests"


class Duka:
    """A receiver that keeps what it was sent and answers as it is told."""

    def __init__(self):
        self.heard, self.answers = [], []
        self.news = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def wait_for(self, many):
        with self.news:
            assert self.news.wait_for(lambda: len(self.heard) >= many, 10)
            return list(self.heard)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def handler(duka):
    """Make the class that answers for a receiver."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with duka.news:
                duka.heard.append((self.path, body, self.headers["x-ghala-signature"]))
                status = duka.answers.pop(0) if duka.answers else 200
                duka.news.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    return Handler


@pytest.fixture
def duka() -> Iterator[Duka]:
    receiver = Duka()
    yield receiver
    receiver.close()


@pytest.fixture
def sandbox(duka):
    running = Sandbox(duka_url=duka.url, secret=SECRET)
    running.start()
    yield running
    running.stop()


def charge(sandbox):
    order = {
        "external_id": "ORD-1.1",
        "amount": 3000,
        "currency": "KES",
        "payment_method": "mpesa",
        "customer": {"phone": PHONE},
    }
    headers = {"Authorization": "Bearer any"}
    return sandbox.answer("POST", "/orders", headers, json.dumps(order).encode()).json()["id"]


def test_messages_and_payments_arrive_signed_at_their_own_addresses(duka, sandbox):
    sandbox.say(PHONE, type="text", text="hi")
    duka.wait_for(1)
    sandbox.decide(charge(sandbox), "approve")

    heard = duka.wait_for(2)

    assert [path for path, _, _ in heard] == ["/api/messages/incoming", "/api/webhooks/ghala"]
    assert all(signature == signatures.sign(body, SECRET) for _, body, signature in heard)


def test_a_phones_messages_arrive_in_order_through_failures(duka, sandbox):
    duka.answers = [503, 500]
    for number in range(20):
        sandbox.say(PHONE, type="text", text=str(number))

    assert sandbox.wait_until_idle()

    said = [json.loads(body)["messages"][0]["text"]["body"] for _, body, _ in duka.heard]
    assert said == ["0", "0", *map(str, range(20))]


def test_news_before_the_answer_has_arrived_when_the_answer_is_given(duka, sandbox):
    sandbox.plan = read([{"when": {"path": "/orders"}, "webhooks": ["before_answer"]}])

    name = charge(sandbox)

    [(_, body, _)] = duka.heard
    assert json.loads(body)["data"]["order_id"] == name


def test_nobody_at_the_other_end_is_no_crash(duka):
    duka.server.server_close()

    assert postman.post(f"{duka.url}/api/webhooks/ghala", b"{}", {}) == postman.UNREACHABLE
