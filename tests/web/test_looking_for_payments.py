"""Senders look for payments after each message: who finds none waits for nobody who writes."""

import threading
from types import SimpleNamespace

import pytest

from store import database
from web.charging import ask_one, post_one

SHOP = SimpleNamespace(at=lambda: 1_800_000_000_000)


@pytest.fixture
def somebody_writes(books):
    """Another thread holds the pen, which SQLite has but once, until the test is over."""
    begun, over = threading.Event(), threading.Event()

    def write():
        with database.alone():
            begun.set()
            over.wait()

    writing = threading.Thread(target=write)
    writing.start()
    begun.wait()
    yield
    over.set()
    writing.join()


@pytest.mark.parametrize("look", [post_one, ask_one])
def test_who_finds_no_payment_waits_for_no_writer(somebody_writes, look):
    assert not look(SHOP, owner="a sender")
