"""Few desks for many threads: connections are handed on, and nobody keeps a desk to read at."""

import threading

import pytest
from databases import BOTH

from store import database
from web import desks

PLAIN, END = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "nobody"}


def connection():
    database.database.execute_sql("SELECT 1")
    return database.database.connection()


def in_a_thread(work):
    """What it gave, done by somebody else."""
    given = []
    thread = threading.Thread(target=lambda: given.append(work()))
    thread.start()
    thread.join()
    return given[0]


class Parts:
    """An answer that is told part by part."""

    def __init__(self, *parts):
        self.parts, self.closed = iter(parts), 0

    def __iter__(self):
        return self.parts

    def close(self):
        self.closed += 1


@pytest.fixture(params=BOTH)
def one_desk(request, books_in):
    """Wrap an application so that one request at a time is worked on, as a server's thread does."""
    database.connect(books_in(request.param))
    made = []

    def wrap(app):
        made.append(desks.of(lambda environ, _: closing if environ is END else app(environ, _), 1))
        return made[-1]

    closing = Parts()
    closing.close = database.close
    yield wrap
    for answer in made:
        answer(END, None)


def test_the_next_thread_works_with_the_connection_of_the_one_before(one_desk):
    answer = one_desk(lambda *_: [str(id(connection())).encode()])

    given = {in_a_thread(lambda: answer(PLAIN, None)[0]) for _ in range(5)}

    assert len(given) == 1


def test_a_connection_that_broke_is_not_handed_on(one_desk):
    def breaks(*_):
        connection().close()
        database.close()
        return [b""]

    in_a_thread(lambda: one_desk(breaks)(PLAIN, None))

    assert in_a_thread(lambda: one_desk(lambda *_: [connection() and b"new"])(PLAIN, None))


def test_an_answer_is_whole_before_the_desk_is_left(one_desk):
    told = Parts(b"a", b"b")
    answer = one_desk(lambda *_: told)

    assert [answer(PLAIN, None) for _ in range(2)] == [[b"a", b"b"], []]
    assert told.closed == 2


def test_a_long_answer_is_told_as_it_is_made_and_keeps_its_desk_until_it_is_closed(one_desk):
    large = b"x" * (desks.GATHERED + 1)
    told = Parts(b"a", large, b"b")
    answer = one_desk(lambda environ, _: told if environ else [b"next"])

    given = answer(PLAIN, None)
    waits = threading.Thread(target=lambda: answer({}, None))
    waits.start()

    assert list(given) == [b"a", large, b"b"]
    assert waits.is_alive()
    given.close()
    waits.join(10)
    assert (told.closed, waits.is_alive()) == (1, False)


def test_who_fails_leaves_the_desk(one_desk):
    def fails(environ, _):
        if environ:
            raise ValueError("no")
        return [b"next"]

    answer = one_desk(fails)

    with pytest.raises(ValueError, match="no"):
        answer(PLAIN, None)
    assert answer({}, None) == [b"next"]


def test_who_came_first_sits_first():
    order, few = [], desks.Desks(1)

    def works(name):
        few.sit()
        order.append(name)
        few.rise()

    few.sit()
    threads = [threading.Thread(target=works, args=(name,)) for name in "abcd"]
    for came, each in enumerate(threads, 1):
        each.start()
        while few.waiting < came:
            each.join(0.001)
    few.rise()
    for each in threads:
        each.join(10)

    assert order == ["a", "b", "c", "d"]
