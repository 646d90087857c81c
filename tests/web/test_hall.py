"""The hall lets pass what has come whole, and bounds what is waited for."""

import io

import pytest

from web import bodies, hall


class Sender:
    """A body whose rest never comes: tells how much of it was asked for, and acts meanwhile."""

    def __init__(self, meanwhile=None):
        self.asked, self.meanwhile = [], meanwhile

    def read(self, size):
        self.asked.append(size)
        if self.meanwhile:
            self.meanwhile()
        return b"{}"


def request(body, *, length=None, chunked=False, address="127.0.0.1"):
    made = {"REMOTE_ADDR": address, "wsgi.input": body}
    made |= {"CONTENT_LENGTH": length} if length is not None else {}
    return made | ({"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {})


def ask(answer, environ):
    told = []
    body = b"".join(answer(environ, lambda status, headers: told.append(status)))
    return told, body


def opened(most_of_one=2):
    return hall.of(lambda environ, _: [environ["wsgi.input"].read()], most_of_one=most_of_one)


@pytest.mark.parametrize("length", ["1", "2"])
def test_who_works_has_the_whole_body(length):
    given = ask(opened(), request(io.BytesIO(b"{}"), length=length))

    assert given == ([], b"{}"[: int(length)])


@pytest.mark.parametrize("length", ["0", "", None, str(bodies.LARGEST + 1), "9" * 30, "-1", "²"])
def test_what_has_no_body_or_one_refused_by_its_length_is_not_waited_for(length):
    sender = Sender()
    hall.of(lambda *_: [], most_of_one=2)(request(sender, length=length), None)

    assert sender.asked == []


def test_a_body_that_names_no_length_is_read_a_byte_further_than_allowed():
    sender = Sender()
    ask(opened(), request(sender, chunked=True))

    assert sender.asked == [bodies.LARGEST + 1]


def test_one_address_waits_so_often_at_once_and_others_beside_it():
    answer, given = opened(2), []

    def third():
        given.extend(
            ask(answer, request(io.BytesIO(b"{}"), length="2", address=each))
            for each in ("127.0.0.1", "127.0.0.2")
        )

    second = Sender(third)
    first = Sender(lambda: ask(answer, request(second, length="2")))
    ask(answer, request(first, length="2"))

    assert [status for status, _ in given] == [["503 Service Unavailable"], []]


def test_so_many_large_bodies_are_waited_for_at_once(monkeypatch):
    monkeypatch.setattr(hall, "LARGE_AT_ONCE", 1)
    answer, given = opened(9), []

    def meanwhile():
        given.extend(
            ask(answer, request(io.BytesIO(b"{}"), length=str(each)))
            for each in (hall.SMALL + 1, hall.SMALL)
        )

    ask(answer, request(Sender(meanwhile), length=str(hall.SMALL + 1)))

    assert [status for status, _ in given] == [["503 Service Unavailable"], []]


def test_a_place_is_left_when_the_body_came():
    answer = opened(1)

    given = [ask(answer, request(io.BytesIO(b"{}"), length="2"))[1] for _ in range(5)]

    assert given == [b"{}"] * 5


def test_a_place_is_left_by_who_went_away():
    def gone():
        raise OSError("gone")

    answer = opened(1)

    for _ in range(3):
        with pytest.raises(OSError, match="gone"):
            ask(answer, request(Sender(gone), length="2"))
    assert ask(answer, request(io.BytesIO(b"{}"), length="2"))[1] == b"{}"
