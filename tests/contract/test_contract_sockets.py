"""Bytes as no browser sends them: the server reads one request as one, and waits for nobody."""

import socket
from contextlib import ExitStack

import pytest
from contract_actors import MESSAGES, ask, ask_raw

HEAD = f"POST {MESSAGES} HTTP/1.1\r\nHost: duka\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("rest", ["Content-Len", "Content-Length: 400\r\n"])
def test_two_hundred_who_never_finish_their_head_keep_nobody_waiting(duka, rest):
    """A body that never ends does hold a thread: SECURITY.md says what must stand in front."""
    with ExitStack() as lines:
        for _ in range(200):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", duka.port), 60))
            line.sendall(f"{HEAD}{rest}".encode())

        given = [ask(duka.port, "GET", "/health", within=20).status for _ in range(5)]

    assert given == [200] * 5


@pytest.mark.parametrize(
    "head",
    ["Content-Length: 2\r\nContent-Length: 40\r\n", "Content-Length: 2, 40\r\n",
     "Content-Length: +2\r\n", "Content-Length: 0x2\r\n", "Content-Length: -2\r\n",
     "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding : chunked\r\n",
     "Transfer-Encoding: xchunked\r\n"],
)  # fmt: skip
def test_a_length_that_can_be_read_in_two_ways_is_refused(duka, head):
    given = ask_raw(duka.port, f"{HEAD}{head}\r\n{{}}".encode())

    assert given.status == 400
