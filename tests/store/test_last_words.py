"""The last words of many conversations are found at once, and are those of each."""

import pytest
from shop import ALICE, BOB

from store import transcript
from store.database import database

CAROL = "+254700000003"


@pytest.fixture
def spoken(shop):
    shop.buys()
    shop.phone_of(BOB).says("hi")
    shop.phone_of(BOB).says("what?")
    return shop


def test_the_last_words_of_each_are_those_of_their_own_conversation(spoken):
    found = transcript.last_words([ALICE, BOB, CAROL])

    assert found == {phone: transcript.of(phone)[-1] for phone in (ALICE, BOB)}


def test_nobody_has_said_anything(books):
    assert transcript.last_words([]) == transcript.last_words([CAROL]) == {}


def test_they_are_looked_for_in_two_looks_however_many_they_are(spoken, monkeypatch):
    asked, ask = [], database.execute_sql
    monkeypatch.setattr(
        database.obj, "execute_sql", lambda sql, *values: asked.append(sql) or ask(sql, *values)
    )
    transcript.last_words([ALICE, BOB, CAROL])

    assert len(asked) == 2
