"""A sender keeps to WhatsApp's pace: it waits a little, message in hand, or puts it off."""

import pytest

from web.pace import SHORT, Pace

SOMEBODY = "+254700000001"


class Clock:
    """A time that passes only while somebody rests."""

    def __init__(self):
        self.now, self.rested = 1_000_000, []

    def at(self):
        return self.now

    def rests(self, seconds):
        self.rested.append(seconds)
        self.now += round(seconds * 1000)
        return True


@pytest.fixture
def clock():
    return Clock()


def used_up(pace, clock, *, many):
    """So many were sent in one moment, and none may follow at once."""
    for _ in range(many):
        assert pace.turn(SOMEBODY, clock.at, clock.rests) == 0
    assert clock.rested == []
    return pace


def test_a_short_wait_is_waited_for(clock):
    pace = used_up(Pace(80, 0), clock, many=80)

    assert pace.turn(SOMEBODY, clock.at, clock.rests) == 0
    assert 0.012 <= sum(clock.rested) <= 0.014


def test_a_second_worth_of_waits_lets_as_many_through_as_whatsapp_takes(clock):
    pace, began = used_up(Pace(80, 0), clock, many=80), clock.now

    for _ in range(80):
        assert pace.turn(SOMEBODY, clock.at, clock.rests) == 0
    assert 1000 <= clock.now - began <= 1100


def test_a_long_wait_is_told_and_nobody_waits(clock):
    pace = used_up(Pace(1, 0), clock, many=1)

    assert pace.turn(SOMEBODY, clock.at, clock.rests) > SHORT
    assert clock.rested == []


def test_who_is_not_to_wait_is_told_how_long_it_would_be(clock):
    pace = used_up(Pace(80, 0), clock, many=80)

    assert 0 < pace.turn(SOMEBODY, clock.at, lambda seconds: False) <= 13
