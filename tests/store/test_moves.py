"""How customers pass: every step once, with its time, on both databases."""

import itertools

import pytest
from shop import ALICE, BOB
from threads import at_once

from store import audit, moves, silence
from store.clock import DAY, HOUR, MINUTE, SECOND
from store.moves import Passed
from store.tables import Conversation, Order

NAIROBI = 3 * HOUR


def steps(since=None):
    """How many went along each arrow."""
    found = {}
    for each in moves.since(since):
        way = each.source, each.target
        found[way] = found.get(way, 0) + each.many
    return found


def fold(many=1):
    return moves.fold(offset=NAIROBI, many=many)


def midnight(shop):
    """The last midnight of the shop's, in Nairobi."""
    return (shop.at + NAIROBI) // DAY * DAY - NAIROBI


@pytest.fixture
def bought(shop):
    """Alice has come as far as the payment, half a minute at each step."""
    for name in ("greeting", "product", "quantity", "address", "payment"):
        WAY[name](shop)
        shop.waits("30s")
    return shop


WAY = {
    "greeting": lambda shop: shop.says("hi"),
    "product": lambda shop: shop.taps("view_products"),
    "quantity": lambda shop: shop.taps("prod_001"),
    "address": lambda shop: shop.says("2"),
    "payment": lambda shop: shop.says("12 Moi Avenue"),
}


def test_each_step_of_a_customer_is_counted_once(bought):
    assert steps() == {
        ("", "greeting"): 1,
        ("greeting", "greeting"): 1,
        ("greeting", "product"): 1,
        ("product", "quantity"): 1,
        ("quantity", "address"): 1,
        ("address", "payment"): 1,
    }


def test_what_was_heard_twice_is_one_step(shop):
    for _ in range(2):
        shop.hears("text", text="hi", key="wa:the-same")

    assert steps() == {("", "greeting"): 1, ("greeting", "greeting"): 1}


def test_a_turn_that_fails_is_no_step(shop, monkeypatch):
    shop.goes_to("quantity")
    before = steps()
    monkeypatch.setattr("store.conversations.keep", lambda *_, **__: 1 / 0)
    shop.says("2")

    assert shop.outcome.word == "set_aside"
    assert steps() == before


def test_who_is_answered_and_stays_is_seen_to_have_stayed(shop):
    shop.goes_to("quantity")
    shop.waits("5s")
    shop.says("many")

    assert steps()["quantity", "quantity"] == 1


def test_who_hears_nothing_makes_no_step(shop):
    shop.goes_to("payment_processing")
    before = steps()
    shop.waits("4m")  # and is told that there was no answer yet

    assert steps() == before


def test_a_wait_is_from_the_coming_to_the_going(bought):
    took = {each.source: each.wait for each in moves.since(None) if each.source != each.target}

    assert took == {"": -1, "greeting": 30 * SECOND, "product": 30 * SECOND,
                    "quantity": 30 * SECOND, "address": 30 * SECOND}  # fmt: skip


def test_folding_changes_no_figure(bought):
    before = steps(), steps(midnight(bought)), moves.median(moves.since(None))

    assert fold()

    assert (steps(), steps(midnight(bought)), moves.median(moves.since(None))) == before
    assert not fold()


def test_few_steps_are_not_worth_folding(bought):
    assert not fold(many=500)


@pytest.mark.parametrize("fold_first", [False, True])
def test_a_day_begins_at_the_shops_midnight(shop, fold_first):
    shop.says("hi")
    shop.waits("1d")
    shop.taps("view_products")
    if fold_first:
        fold()

    assert steps(midnight(shop)) == {("greeting", "product"): 1}
    assert steps(midnight(shop) - DAY)["", "greeting"] == 1


def test_a_day_that_was_folded_by_another_clock_is_still_that_day(shop):
    """An hour more in summer, or a shop that moved to the next country."""
    shop.says("hi")
    moves.fold(offset=NAIROBI + HOUR, many=1)

    assert steps(midnight(shop))["", "greeting"] == 1


def test_steps_that_are_made_while_others_are_folded_are_counted(shop):
    def busy(number):
        for each in range(10):
            if number < 2:
                shop.phone_of((ALICE, BOB)[number]).hears("text", text="hi", key=f"{number}:{each}")
            else:
                fold()

    assert at_once(3, busy) == [None] * 3
    assert sum(steps().values()) == 22
    assert audit.examine(now=shop.at) == []


def test_the_books_see_a_step_that_is_missing(bought):
    fold()
    Conversation.update(state="product").execute()  # by a hand in the database: it is a step too
    assert audit.examine(now=bought.at) == []
    moves.run("DELETE FROM moves")

    assert [each.name for each in audit.examine(now=bought.at)] == [
        "customers stand where their steps have led them"
    ]
    Conversation.update(state="payment").execute()
    moves.run("DELETE FROM moves")


# --- the median ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waits", "told"),
    [
        ({}, None),
        ({-1: 5}, None),
        ({30 * SECOND: 1}, 36_742),
        ({10 * SECOND: 2, 30 * SECOND: 1}, 12_247),
        ({1 * SECOND: 4, 2 * DAY: 5}, 211635913),
    ],
)
def test_the_median_is_the_middle_of_the_bucket_in_which_the_half_is_reached(waits, told):
    assert moves.median([Passed("a", "b", wait, many) for wait, many in waits.items()]) == told


def test_no_bucket_is_more_than_twice_as_long_as_it_begins():
    for begin, end in itertools.pairwise(moves.BUCKETS[1:]):
        assert begin < end <= 2 * begin


@pytest.mark.parametrize("wait", [0, 999, SECOND, 44_999, 45 * SECOND, 61 * MINUTE, 400 * DAY])
def test_a_wait_falls_in_its_bucket(books, wait):
    moves.run("INSERT INTO moves (at, source, target, waited) VALUES (5, 'a', 'b', ?)", (wait,))
    (found,) = moves.since(None)

    assert found.wait == max(each for each in moves.BUCKETS if each <= wait)
    moves.run("DELETE FROM moves")


# --- who fell silent -----------------------------------------------------------------------------


def silent(shop, since=None):
    silence.count(now=shop.at, offset=NAIROBI)
    return {each.state: (each.customers, each.amount) for each in silence.since(since)}


def test_nobody_is_gone_before_a_day_is_over(bought):
    bought.waits("23h")
    assert silent(bought) == {}


def test_who_says_nothing_for_a_day_has_left_where_they_stood(shop):
    shop.says("hi")
    shop.phone_of(BOB).says("hi")
    shop.phone_of(BOB).taps("view_products")
    shop.waits("25h")

    assert silent(shop) == {"greeting": (1, 0), "product": (1, 0)}


def test_who_left_is_counted_once_however_often_the_worker_walks(shop):
    shop.says("hi")
    for _ in range(3):
        shop.waits("25h")
        assert silent(shop) == {"greeting": (1, 0)}


def test_two_who_walk_at_once_count_everybody_once(shop):
    shop.says("hi")
    shop.waits("25h")
    at_once(2, lambda _: silence.count(now=shop.at, offset=NAIROBI))

    assert silent(shop) == {"greeting": (1, 0)}


def test_an_order_that_was_not_paid_is_lost_where_its_customer_left(bought):
    bought.waits("25h")
    order = Order.get()

    assert silent(bought) == {"payment": (1, order.total_amount)}


def test_an_order_that_was_paid_is_not_lost(shop):
    shop.goes_to("completed")
    shop.waits("25h")

    assert silent(shop)["completed"] == (1, 0)


def test_an_old_order_is_not_lost_again(bought):
    bought.waits("25h")
    silent(bought)
    bought.says("menu")
    bought.waits("25h")

    assert silent(bought)["greeting"] == (1, 0)


def test_who_left_is_counted_on_the_day_on_which_a_day_was_over(shop):
    shop.says("hi")
    shop.waits("25h")

    assert silent(shop, midnight(shop)) == {"greeting": (1, 0)}
    shop.waits("1d")
    assert silent(shop, midnight(shop)) == {}


def test_a_clock_that_was_wrong_for_a_moment_stops_no_walk(shop):
    silence.count(now=shop.at + 365 * DAY, offset=NAIROBI)
    silence.count(now=shop.at, offset=NAIROBI)
    shop.says("hi")
    shop.waits("25h")

    assert silent(shop) == {"greeting": (1, 0)}


def test_who_was_only_written_to_has_not_left(shop):
    shop.goes_to("greeting")
    Conversation.update(heard_at=0).execute()
    shop.waits("25h")

    assert silent(shop) == {}
