"""What comes due fires once, for whoever takes it first."""

from shop import ALICE, OPENING
from threads import at_once

from store import clock, timers

NOW = clock.ms(OPENING)


def start(key, *, due=NOW, **body):
    timers.start(key, phone=ALICE, body={"event": "timeout", **body}, due=due)


def test_a_timer_is_due_at_its_time_and_not_before(books):
    start("one", due=NOW)

    early, on_time = timers.due(now=NOW - 1), timers.due(now=NOW)

    assert early == []
    assert on_time == [("one", ALICE, {"event": "timeout"}, NOW)]


def test_timers_fire_in_the_order_in_which_they_are_due(books):
    for late in (3, 1, 2):
        start(f"late {late}", due=NOW - late)

    assert [key for key, *_ in timers.due(now=NOW)] == ["late 3", "late 2", "late 1"]


def test_a_timer_is_taken_by_one_of_eight(books):
    start("one")

    taken = at_once(8, lambda _: timers.take("one", NOW))

    assert sorted(taken) == [False] * 7 + [True]


def test_a_timer_set_anew_is_not_taken_at_its_old_time(books):
    start("one", due=NOW)
    start("one", due=NOW + 1, after="3m")

    taken = timers.take("one", NOW)

    assert taken is False
    assert timers.due(now=NOW + 1) == [("one", ALICE, {"event": "timeout", "after": "3m"}, NOW + 1)]


def test_stopping_stops_what_begins_so_and_nothing_else(books):
    for key in ("+254|after|3m", "+254|after|9m", "+2541|after|3m", "order|+254"):
        start(key)

    timers.stop("+254|after|")

    assert {key for key, *_ in timers.due(now=NOW)} == {"+2541|after|3m", "order|+254"}


def test_a_sign_of_the_database_in_a_key_is_only_a_letter(books):
    for key in ("a%", "a_", "ab", "abc"):
        start(key)

    timers.stop("a_")

    assert {key for key, *_ in timers.due(now=NOW)} == {"a%", "ab", "abc"}


def test_it_is_known_when_the_next_timer_is_due(books):
    before = timers.next_due()
    start("late", due=NOW + 9)
    start("soon", due=NOW + 1)

    assert (before, timers.next_due()) == (None, NOW + 1)
