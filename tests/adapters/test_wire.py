"""Whatever the far end does, the wire tells later, refused or unknown, and in time."""

import json
import os
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from urllib3.exceptions import MaxRetryError, SSLError

from adapters import wire
from adapters.errors import AdapterError, BadKey, Refused, TryLater, Unknown
from adapters.wire import LARGEST, Timeouts, Wire

PATIENT = Timeouts(connect=10, read=10, total=20)  # a machine may be busy with other tests
HURRIED = Timeouts(connect=10, read=1.5, total=2.5)  # for who answers never, or for ever
SILENCE = 20.0  # seconds that nobody bears
FOUND = b'{"id":"gh_1"}'


@pytest.fixture
def line(far):
    return Wire(f"{far.url}/v1/", "sk_live", timeouts=PATIENT)


@pytest.fixture
def hurried(far):
    return Wire(far.url, "k", timeouts=HURRIED)


def outcome(call, *args, **options):
    """Tell what a call gave or raised."""
    try:
        return call(*args, **options)
    except AdapterError as error:
        return error


def post(line, key="wa:1/0", **options):
    return outcome(line.post, "/orders", {"amount": 3000}, key=key, **options)


def test_a_request_carries_its_body_its_key_and_ours(far, line):
    far.answers = lambda request: request.say(201, FOUND)

    told = line.post("/orders", {"amount": 3000}, key="ORD-1.1")

    [seen] = far.seen
    assert told == {"id": "gh_1"}
    assert (seen.command, seen.path) == ("POST", "/v1/orders")
    assert json.loads(seen.body) == {"amount": 3000}
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Authorization"] == "Bearer sk_live"
    assert seen.headers["Idempotency-Key"] == "ORD-1.1"


def test_a_thread_keeps_its_connection(far, line):
    for _ in range(5):
        post(line)
    other = threading.Thread(target=post, args=(line,))
    other.start()
    other.join()

    assert len(far.seen) == 6
    assert len(far.connections) == 2


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(far, line):
    def answer_and_close(request):
        request.say(200, FOUND)
        request.hang_up()

    far.answers = answer_and_close

    assert [post(line) for _ in range(3) if time.sleep(0.02) is None] == [{"id": "gh_1"}] * 3


def test_a_hurried_answer_leaves_its_connection_as_it_was(far, hurried):
    """The time one answer had left is not all the next may have."""
    far.answers = lambda request: time.sleep(0.6) or request.say(200, FOUND)

    assert [post(hurried) for _ in range(5)] == [{"id": "gh_1"}] * 5
    assert len(far.connections) == 1


@pytest.mark.parametrize("key", ["wa:ключ/0", "a b", "a\r\nX-Evil: 1", "k" * 256, "", "\ud800"])
def test_a_key_that_no_header_carries_is_hashed_always_alike(far, line, key):
    post(line, key=key)
    post(line, key=key)
    post(line, key=f"{key}!")

    first, again, other = (seen.headers["Idempotency-Key"] for seen in far.seen)
    assert first == again != other
    assert len(first) == 64
    assert not any("X-Evil" in seen.headers for seen in far.seen)


def test_a_bearer_beyond_ascii_is_no_accident(far):
    assert post(Wire(far.url, "ключ")) == {}


def test_nothing_comes_from_the_environment(far, line, monkeypatch):
    monkeypatch.setitem(os.environ, "http_proxy", "http://127.0.0.1:9")

    assert post(line) == {}


def test_what_is_not_there_is_none_when_asked_and_final_when_told(far, line):
    far.answers = lambda request: request.say(404, b'{"error":{"message":"Order not found"}}')

    assert line.get("/orders/x") is None
    assert type(post(line)) is Refused


@pytest.mark.parametrize("status", [400, 402, 404, 405, 409, 410, 413, 418, 422, 451, 499])
def test_other_4xx_are_final(far, line, status):
    far.answers = lambda request: request.say(status, b'{"error":{"code":131009,"message":"no"}}')

    error = post(line)

    assert type(error) is Refused
    assert (error.status, error.code) == (status, 131009)
    assert f"Ghala said {status}: " in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (403, b"<html>"),
        (400, b'{"error":{"code":190}}'),
        (401, b'{"error":{"code":190}}'),
    ],
)
def test_a_refused_key_has_a_name_of_its_own(far, line, status, body):
    far.answers = lambda request: request.say(status, body)

    assert isinstance(post(line), BadKey)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirect_is_never_followed(far, line, status):
    far.answers = lambda request: request.say(status, Location=f"{far.url}/elsewhere")

    told = [post(line), outcome(line.get, "/orders/x")]

    assert all(isinstance(error, Refused) and error.status == status for error in told)
    assert [seen.path for seen in far.seen] == ["/v1/orders", "/v1/orders/x"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, b""), (429, b"<html>slow"), *((400, b'{"error":{"code":%d}}' % code) for code in
     (4, 80007, 130429, 131056))],
)  # fmt: skip
def test_too_fast_is_later(far, line, status, body):
    far.answers = lambda request: request.say(status, body, Retry_After="7")

    error = post(line)

    assert isinstance(error, TryLater)
    assert error.after == 7


def test_later_may_be_told_as_a_date(far, line):
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    far.answers = lambda request: request.say(429, Retry_After=then)

    assert 55 <= post(line).after <= 60


def test_later_may_be_left_open(far, line):
    far.answers = lambda request: request.say(429, Retry_After="soon")

    assert post(line).after is None


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 599, 999])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_5xx_may_have_acted(far, line, status, lenient):
    far.answers = lambda request: request.say(status, b"{}", Retry_After="9")

    error = post(line, lenient=lenient)

    assert isinstance(error, Unknown)
    assert error.after == 9


def test_nobody_there_is_later():
    """Nothing was asked, so nothing can have been done."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        line = Wire(f"http://127.0.0.1:{held.getsockname()[1]}", "k", timeouts=PATIENT)

        assert isinstance(post(line), TryLater)


def test_a_name_without_an_address_is_later():
    assert isinstance(post(Wire("http://ghala.invalid", "k", timeouts=PATIENT)), TryLater)


def test_a_host_that_takes_no_connection_is_later():
    """A full queue of callers is how a host is silent before it has heard anything."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(0)
        address = held.getsockname()
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(address)
        quick = Timeouts(connect=0.1, read=0.3, total=0.6)

        told = post(Wire(f"http://127.0.0.1:{address[1]}", "k", timeouts=quick))

        for caller in callers:
            caller.close()
    assert isinstance(told, TryLater)


@pytest.mark.openssl
def test_a_certificate_that_nobody_vouches_for_is_later(self_made):
    """Nobody learns our key who only stands where Ghala should stand."""
    told = post(Wire(self_made, "k", timeouts=PATIENT))

    assert isinstance(told, TryLater)
    assert "certificate" in str(told)


def test_a_false_certificate_is_later():
    """The handshake ended before anything was asked."""
    reason = SSLError(ssl.SSLCertVerificationError("self-signed certificate"))
    refused = requests.exceptions.SSLError(MaxRetryError(None, "/", reason))

    assert isinstance(wire._failure(refused), TryLater)


def test_a_broken_handshake_is_unknown(far):
    https = far.url.replace("http:", "https:")

    assert isinstance(post(Wire(https, "k", timeouts=HURRIED)), Unknown)


def _silent(request):
    request.server.closing.wait(SILENCE)


def _wire(far, way):
    endless = way in ("silent", "stopped", "dripping head", "dripping")
    return Wire(far.url, "k", timeouts=HURRIED if endless else PATIENT)


LOST = {
    "reset": lambda request: request.reset(),
    "closed": lambda request: request.hang_up(),
    "silent": _silent,
    "no http": lambda request: request.raw(b"hello\r\n\r\n") or request.hang_up(),
    "endless head": lambda request: request.raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000),
    "many heads": lambda request: request.raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
    "dripping head": lambda request: request.drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100),
    "two lengths": lambda request: request.raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"
    ),
}


@pytest.mark.parametrize("way", LOST)
@pytest.mark.parametrize("lenient", [False, True])
def test_an_answer_that_is_lost_before_its_status_is_unknown(far, way, lenient):
    far.answers = LOST[way]

    started = time.monotonic()
    told = post(_wire(far, way), lenient=lenient)

    assert isinstance(told, Unknown)
    assert time.monotonic() - started < SILENCE / 2


def test_silence_is_borne_less_long_than_the_whole(far):
    line = Wire(far.url, "k", timeouts=Timeouts(connect=10, read=0.2, total=SILENCE))
    far.answers = _begun(_silent)

    started = time.monotonic()
    told = post(line)

    assert isinstance(told, Unknown)
    assert time.monotonic() - started < SILENCE / 2


def _begun(rest, length=1000):
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode()
    return lambda request: request.raw(head) or rest(request)


GARBAGE = {
    "half a head": lambda request: request.raw(b"HTTP/1.1 200 OK\r\nConte") or request.hang_up(),
    "empty": lambda request: request.say(200),
    "no content": lambda request: request.say(204),
    "html": lambda request: request.say(200, b"<html><h1>Welcome</h1></html>"),
    "a list": lambda request: request.say(200, b"[]"),
    "null": lambda request: request.say(200, b"null"),
    "two keys": lambda request: request.say(200, b'{"id":"a","id":"b"}'),
    "nan": lambda request: request.say(200, b'{"id":NaN}'),
    "deep": lambda request: request.say(200, b"[" * 50_000),
    "utf-16": lambda request: request.say(200, '{"id":"a"}'.encode("utf-16")),
    "squeezed": lambda request: request.say(200, b"\x1f\x8b\x08", Content_Encoding="gzip"),
    "too large": lambda request: request.say(200, b'{"id":"' + b"x" * LARGEST + b'"}'),
    "padded": lambda request: request.say(200, FOUND + b" " * LARGEST),
    "truncated": _begun(lambda request: request.raw(FOUND) or request.hang_up()),
    "reset": _begun(lambda request: request.reset()),
    "dripping": _begun(lambda request: request.drip(b" " * 100)),
    "stopped": _begun(_silent),
    "endless": _begun(lambda request: [request.raw(b" " * 65536) for _ in range(200)], 10**9),
    "bad chunks": lambda request: request.raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"
    ),
}


@pytest.mark.parametrize("way", GARBAGE)
def test_accepted_in_words_nobody_can_read_is_unknown_or_enough(far, way):
    """A message was accepted; a charge without an id must be asked about."""
    far.answers, line = GARBAGE[way], _wire(far, way)

    started = time.monotonic()
    strict, lenient = post(line), post(line, lenient=True)

    assert isinstance(strict, Unknown)
    assert lenient == {}
    assert time.monotonic() - started < SILENCE / 2


def test_the_same_wire_serves_after_every_garbage(far, hurried):
    for way in (*LOST.values(), *GARBAGE.values()):
        if way not in (LOST["silent"], GARBAGE["stopped"]):
            far.answers = way
            post(hurried)
    far.answers = lambda request: request.say(200, FOUND)

    assert post(hurried) == {"id": "gh_1"}


def test_an_answer_just_within_the_limit_is_read(far, line):
    body = b'{"id":"' + b"x" * 3000 + b'"}'
    far.answers = lambda request: request.say(200, body + b" " * (LARGEST - len(body)))

    assert post(line) == {"id": "x" * 3000}


def test_an_answer_may_come_in_chunks(far, line):
    chunks = b'7\r\n{"id":"\r\n6\r\ngh_1"}\r\n0\r\n\r\n'
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    far.answers = lambda request: request.raw(head + chunks)

    assert [post(line), post(line)] == [{"id": "gh_1"}] * 2
    assert len(far.connections) == 1


def test_the_operator_reads_why_and_no_number_of_a_customer(far, line):
    body = b'{"error":{"message":"no\\u001b such +254700123456\n\n"}}' + b"\x00" * 500
    far.answers = lambda request: request.say(400, body)

    told = str(post(line))

    assert "***456" in told
    assert "700123" not in told
    assert "\n" not in told
    assert "\x00" not in told
    assert len(told) < 250


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    head=some.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]),
    rest=some.binary(max_size=80),
)
def test_no_bytes_of_the_far_end_raise_anything_else(far, line, head, rest):
    far.answers = lambda request: request.raw(head + rest) or request.hang_up()

    assert isinstance(post(line), dict | AdapterError)
    assert isinstance(outcome(line.get, "/orders/x"), dict | AdapterError | None)
