"""The post room passes what lies there together, in order, and everybody is told."""

import asyncio
import threading

from store.errors import BooksClosed
from store.sharing import MOST
from web.postroom import PostRoom


class Passing:
    """Passes letters by a rule, and can be made to wait with the first of them."""

    def __init__(self, rule=str.upper, *, waits=False):
        self.rule, self.batches, self.refused, self.gate = rule, [], [], threading.Event()
        if not waits:
            self.gate.set()

    def __call__(self, letters, closed=None):
        if closed:
            self.refused.extend(letters)
            return [closed] * len(letters)
        self.batches.append(list(letters))
        self.gate.wait(10)
        return [self._told(each) for each in letters]

    def _told(self, letter):
        try:
            return self.rule(letter)
        except BooksClosed as error:
            return error


def told(passing, *letters, begun=None):
    """What each is told who comes at once, or what was raised; `begun` comes before the others."""

    async def all_of_them():
        room = PostRoom(passing)
        room.open(asyncio.get_running_loop())
        waiting = [asyncio.create_task(room.passed(begun))] if begun else []
        while begun and not passing.batches:
            await asyncio.sleep(0.001)
        waiting += [asyncio.create_task(room.passed(each)) for each in letters]
        await asyncio.sleep(0)
        passing.gate.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_each_is_told_what_became_of_their_letter():
    assert told(Passing(), "a", "b", "c") == ["A", "B", "C"]


def test_what_lies_there_passes_together_in_the_order_of_its_coming():
    passing = Passing(waits=True)

    told(passing, "b", "c", "d", begun="a")

    assert passing.batches == [["a"], ["b", "c", "d"]]


def test_no_more_pass_together_than_one_may_wait_for():
    passing = Passing(waits=True)

    told(passing, *(str(each) for each in range(MOST + 1)), begun="a")

    assert [len(each) for each in passing.batches] == [1, MOST, 1]


def test_who_waits_while_the_books_turn_out_closed_is_told_at_once():
    closed = BooksClosed("the disk is full")

    def refuses(letter):
        raise closed

    passing = Passing(refuses, waits=True)

    assert told(passing, "b", "c", begun="a") == [closed] * 3
    assert (passing.batches, passing.refused) == ([["a"]], ["b", "c"])


def test_a_fault_of_ours_is_told_to_each_and_the_room_stays_open():
    def fails(letters, _):
        raise ValueError(letters[0])

    async def twice():
        room = PostRoom(fails)
        room.open(asyncio.get_running_loop())
        return [await asyncio.gather(room.passed(each), return_exceptions=True) for each in "ab"]

    assert [str(error) for (error,) in asyncio.run(twice())] == ["a", "b"]


def test_who_went_away_keeps_nobody_waiting():
    passing = Passing(waits=True)

    async def one_goes():
        room = PostRoom(passing)
        room.open(asyncio.get_running_loop())
        first = asyncio.create_task(room.passed("a"))
        while not passing.batches:
            await asyncio.sleep(0.001)
        goes, stays = (asyncio.create_task(room.passed(each)) for each in "bc")
        await asyncio.sleep(0)
        goes.cancel()
        passing.gate.set()
        return await first, await stays

    assert asyncio.run(one_goes()) == ("A", "C")
