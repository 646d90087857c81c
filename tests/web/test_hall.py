"""The hall lets pass what has come whole, and bounds what is waited for."""

import asyncio

import pytest
from rsgi import Protocol, scope

from web import bodies, hall
from web.hall import Full, Hall

CHUNKED = [("transfer-encoding", "chunked")]


def sized(length, client="127.0.0.1:50000"):
    return scope("POST", headers=[("content-length", str(length))], client=client)


def came(asked, *parts, **how):
    protocol = Protocol(*parts, **how)
    return asyncio.run(Hall(2).body(asked, protocol)), protocol.read


def those_beside(waiting, asked, *, most_of_one=9):
    """What comes of a request while others wait for the rest of their bodies."""

    async def beside():
        room, rest = Hall(most_of_one), asyncio.Event()
        others = [asyncio.create_task(room.body(s, Protocol(b"{}", until=rest))) for s in waiting]
        await asyncio.sleep(0)
        try:
            return await room.body(asked, Protocol(b"{}"))
        finally:
            rest.set()
            await asyncio.gather(*others)

    return asyncio.run(beside())


def test_who_works_has_the_whole_body():
    assert came(sized(5), b"{", b"1: 2", b"}") == (b"{1: 2}", 6)


@pytest.mark.parametrize("length", ["0", "", str(bodies.LARGEST + 1), "9" * 30, "-1", "²"])
def test_what_has_no_body_or_one_refused_by_its_length_is_not_waited_for(length):
    assert came(sized(length), b"{}") == (b"", 0)


def test_what_names_neither_a_length_nor_parts_has_no_body():
    assert came(scope("POST"), b"{}") == (b"", 0)


@pytest.mark.parametrize("named", [[], [("content-length", "2")]], ids=["none", "a false one"])
def test_a_body_in_chunks_is_read_until_it_is_more_than_allowed_whatever_length_is_named(named):
    half = b"x" * (bodies.LARGEST // 2)

    _, read = came(scope("POST", headers=CHUNKED + named), half, half, b"x", half)

    assert read == bodies.LARGEST + 1


def test_one_address_waits_so_often_at_once():
    with pytest.raises(Full):
        those_beside([sized(2), sized(2, "127.0.0.1:50001")], sized(2), most_of_one=2)


def test_another_address_finds_a_place_beside_it():
    waiting = [sized(2), sized(2, "127.0.0.1:50001")]

    assert those_beside(waiting, sized(2, "127.0.0.2:50000"), most_of_one=2) == b"{}"


LARGE = {"by its length": sized(hall.SMALL + 1), "without one": scope("POST", headers=CHUNKED)}


@pytest.mark.parametrize("large", LARGE)
def test_so_many_large_bodies_are_waited_for_at_once(monkeypatch, large):
    monkeypatch.setattr(hall, "LARGE_AT_ONCE", 1)

    with pytest.raises(Full):
        those_beside([LARGE[large]], sized(hall.SMALL + 1))


def test_a_small_body_finds_a_place_beside_large_ones(monkeypatch):
    monkeypatch.setattr(hall, "LARGE_AT_ONCE", 1)

    assert those_beside([sized(hall.SMALL + 1)], sized(hall.SMALL)) == b"{}"


@pytest.mark.parametrize("size", [2, hall.SMALL + 1])
@pytest.mark.parametrize("gone", [None, RuntimeError("gone")], ids=["came", "went away"])
def test_a_place_is_left_when_the_body_came_and_by_who_went_away(monkeypatch, size, gone):
    monkeypatch.setattr(hall, "LARGE_AT_ONCE", 1)

    async def often():
        room = Hall(1)
        for _ in range(3):
            given = await asyncio.gather(
                room.body(sized(size), Protocol(b"{}", gone=gone)), return_exceptions=True
            )
            assert given == [gone or b"{}"]
        return await room.body(sized(size), Protocol(b"{}"))

    assert asyncio.run(often()) == b"{}"


@pytest.mark.parametrize(
    ("client", "address"), [("10.0.0.7:50000", "10.0.0.7"), ("[::1]:50000", "::1")]
)
def test_who_asks_is_known_without_the_port(client, address):
    assert hall.address_of(scope(client=client)) == address
