"""What an open shop does beside the books."""

import pytest

from adapters.ghala import Ghala
from engine.event import Event
from flows import turns
from store.errors import BooksClosed
from store.tables import Outbox
from web.settings import Settings
from web.shop import Shop

ALICE = "+254700000001"


@pytest.fixture
def open_shop(books, library):
    ghala = Ghala(base_url="http://localhost", api_key="k", secrets=("s",), callback_url="http://x")
    return Shop(Settings(_env_file=None), library, ghala)


@pytest.fixture
def closed_books(monkeypatch):
    """The database is away until told otherwise."""

    def closed(*_, **__):
        raise BooksClosed("gone")

    with monkeypatch.context() as away:
        away.setattr(turns, "receive", closed)
        yield away


def hi(key="wa:1"):
    return Event(key, ALICE, "text", {"text": "hi"})


def came_together(shop, *events):
    shop.settle_all(events, shop.receive_all(events))


def said():
    return [row.body for row in Outbox.select().order_by(Outbox.id)]


def test_who_wrote_while_the_books_were_closed_gets_a_friendly_word(open_shop, closed_books):
    with pytest.raises(BooksClosed):
        open_shop.receive(hi())
    closed_books.undo()

    open_shop.reassure()

    assert len(said()) == 1
    assert "we were away for a moment" in said()[0]


def test_the_friendly_word_is_said_once(open_shop, closed_books):
    with pytest.raises(BooksClosed):
        open_shop.receive(hi())
    closed_books.undo()
    open_shop.reassure()

    open_shop.reassure()

    assert len(said()) == 1


def test_who_was_answered_meanwhile_needs_no_friendly_word(open_shop, closed_books):
    with pytest.raises(BooksClosed):
        open_shop.receive(hi())
    closed_books.undo()
    open_shop.receive(hi())

    open_shop.reassure()

    assert len(said()) == 1
    assert "Welcome" in said()[0]


def test_so_does_who_wrote_together_with_others(open_shop, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(turns, "receive_all", lambda events, **_: [BooksClosed("gone")] * len(events))
        came_together(open_shop, hi())

    open_shop.reassure()

    assert "we were away for a moment" in said()[0]


def test_who_had_an_answer_since_gets_no_friendly_word(open_shop, closed_books):
    with pytest.raises(BooksClosed):
        open_shop.receive(hi())
    closed_books.undo()
    came_together(open_shop, hi())
    answered = said()

    open_shop.reassure()

    assert said() == answered


def test_messages_that_came_together_wake_the_worker(open_shop):
    rung = []
    open_shop.wake = lambda: rung.append(len(said()))

    came_together(open_shop, hi("wa:1"), hi("wa:2"))

    assert rung == [2]
