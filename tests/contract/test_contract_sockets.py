"""Bytes as no browser sends them: the server reads one request as one, and waits for nobody."""

import socket
from contextlib import ExitStack
from select import select

import pytest
from contract_actors import MESSAGES, PROCESSED, ask, ask_raw, typed, until

from web import server

HEAD = f"POST {MESSAGES} HTTP/1.1\r\nHost: duka\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("rest", ["Content-Len", "Content-Length: 400\r\n"])
def test_two_hundred_who_never_finish_their_head_keep_nobody_waiting(duka, rest):
    with ExitStack() as lines:
        for _ in range(200):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", duka.port), 60))
            line.sendall(f"{HEAD}{rest}".encode())

        given = [ask(duka.port, "GET", "/health", within=20).status for _ in range(5)]

    assert given == [200] * 5


@pytest.mark.parametrize("length", ["Content-Length: 400", "Transfer-Encoding: chunked"])
def test_who_never_finishes_a_body_keeps_nobody_waiting(customer, duka, length):
    """Twice as many as there are desks at which the shop works."""
    with ExitStack() as lines:
        for _ in range(2 * server.ALONE.desks):
            _half_sent(lines, duka.port, length)

        given = customer.sends(typed("Hi"))

    assert (given.status, given.json) == (200, PROCESSED)


def test_one_address_cannot_take_every_place_in_the_hall(customer, duka):
    with ExitStack() as lines:
        halves = [_half_sent(lines, duka.port, address="127.0.0.9") for _ in range(300)]

        given = customer.sends(typed("Hi"))
        refused = until(
            lambda: said if len(said := select(halves, [], [], 0)[0]) >= 300 - 256 else None,
            "those who came too many to be told",
        )

        assert (given.status, given.json) == (200, PROCESSED)
        assert {each.recv(12) for each in refused} == {b"HTTP/1.1 503"}
        assert len(refused) == 300 - 256


def _half_sent(lines, port, length="Content-Length: 400", *, address="127.0.0.1"):
    line = lines.enter_context(
        socket.create_connection(("127.0.0.1", port), 60, source_address=(address, 0))
    )
    line.sendall(f"{HEAD}{length}\r\n\r\n190\r\n{{".encode())
    return line


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
