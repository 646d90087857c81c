"""Old messages lose their words and nothing else, a few at a time."""

import json

import pytest
from shop import BOB

from store import audit, inbox, outbox, sweeping, transcript
from store.clock import DAY
from store.sweeping import Place, sweep
from store.tables import Inbox, Order, Outbox, Payment


@pytest.fixture
def old(shop):
    """Alice bought and paid a year ago; Bob wrote today."""
    shop.buys()
    shop.taps("M-Pesa")
    shop.pays()
    shop.waits("365d")
    shop.phone_of(BOB).says("hi")
    return shop


def swept(shop, place=None, days=30):
    return sweep(place or Place(), before=shop.at - days * DAY)


def words(phone):
    return [json.dumps(said.what) for said in transcript.of(phone)]


def test_old_words_are_gone_and_new_ones_stay(old):
    today = words(BOB)
    many = len(words(old.phone))

    swept(old)

    assert many > 6
    assert len(words(old.phone)) == many
    assert all("(deleted)" in said for said in words(old.phone))
    assert words(BOB) == today


def test_the_books_are_as_they_were(old):
    news = sorted(row.body for row in Inbox.select().where(Inbox.kind.startswith("payment.")))
    money = list(Payment.select().tuples()), list(Order.select().tuples())

    swept(old)

    kept = sorted(row.body for row in Inbox.select().where(Inbox.kind.startswith("payment.")))
    assert kept == news
    assert (list(Payment.select().tuples()), list(Order.select().tuples())) == money
    assert audit.examine(now=old.at) == []


def test_a_message_that_comes_again_is_still_known(old):
    old.says("hi", key="wa:first")
    old.waits("40d")
    swept(old)

    assert old.says("hi", key="wa:first") == []


def test_what_a_person_must_see_to_stays(old):
    key = Inbox.get(Inbox.phone == old.phone).key
    inbox.mark(key, "set_aside", error="why", reference="ref1")
    body = Inbox.get_by_id(key).body

    swept(old)

    assert Inbox.get_by_id(key).body == body


def test_what_lost_its_words_is_not_sent_again(old):
    first = Outbox.get(Outbox.phone == old.phone)
    Outbox.update(status="dead").where(Outbox.id == first.id).execute()
    swept(old)
    old.says("hi")  # WhatsApp's 24 hours are open again

    assert outbox.retry(first.id, by="Amina", now=old.at) is False


def test_it_goes_on_a_few_at_a_time_until_all_is_done(old, monkeypatch):
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    place, places = Place(), []

    while place not in places:
        places.append(place)
        place = swept(old, place)

    assert len(places) > 3
    assert all("(deleted)" in said for said in words(old.phone))
