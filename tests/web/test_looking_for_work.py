"""Senders look for work: who finds none waits for nobody, who finds some lets another look too."""

import queue
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from adapters.ghala import Opened
from flows import selling
from store import clock, conversations, database, outbox
from store.database import transaction
from store.tables import Outbox
from web.charging import ask_one, post_one
from web.delivery import hand_over, take
from web.pace import Pace
from web.settings import Settings
from web.shop import Shop
from web.worker import Worker

OPENING = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
NOW = clock.ms(OPENING)
SHOP = SimpleNamespace(at=lambda: NOW)
UNPACED = Pace(0, 0)
ONE, TWO, THREE = (f"+25470000000{n}" for n in (1, 2, 3))
PATIENCE = 20.0


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


def look_for_mail(shop, *, owner):
    return take(shop, owner=owner) is not None


@pytest.mark.parametrize("look", [look_for_mail, post_one, ask_one])
def test_who_finds_nothing_waits_for_no_writer(somebody_writes, look):
    assert not look(SHOP, owner="a sender")


# --- one message after the other ----------------------------------------------------------------


class Asked:
    """A Ghala that notes what it was asked for; `meanwhile` is what happens while it is asked."""

    def __init__(self):
        self.heard, self.meanwhile = [], lambda what: None

    def send(self, message, *, to, key):
        self._hear(to)
        return f"wamid.{to}"

    def charge(self, charge):
        self._hear("money")
        return Opened("gh_1", "pending", None)

    def _hear(self, what):
        self.heard.append(what)
        self.meanwhile(what)


@pytest.fixture
def shop(books, library):
    """A shop in which nothing is held back, on the morning of its opening."""
    settings = Settings(_env_file=None, send_per_second=0, pair_seconds=0)
    shop = Shop(settings, library, Asked())
    shop.now = lambda: OPENING
    return shop


def owe(*phones):
    with transaction():
        for phone in phones:
            conversation = conversations.hold(phone, state="greeting", now=NOW)
            outbox.put(conversation, {"type": "text", "body": "hi"}, cause="test", now=NOW)
            conversation.save()


def mail():
    """Every message: whose it is, who has claimed it, how it stands."""
    return [(row.phone, row.owner, row.status) for row in Outbox.select().order_by(Outbox.id)]


def test_who_goes_on_is_given_the_next_message_with_the_note_of_the_last(shop):
    owe(ONE, TWO)
    first = take(shop, owner="a sender")

    second = hand_over(shop, UNPACED, first, owner="a sender", goes_on=lambda: True)

    assert second.phone == TWO
    assert mail() == [(ONE, "a sender", "sent"), (TWO, "a sender", "new")]


def test_who_does_not_go_on_leaves_the_next_message_to_others(shop):
    owe(ONE, TWO)
    first = take(shop, owner="a sender")

    assert hand_over(shop, UNPACED, first, owner="a sender") is None
    assert mail() == [(ONE, "a sender", "sent"), (TWO, None, "new")]


def test_a_payment_waits_for_the_message_that_is_on_its_way_and_for_no_other(shop):
    owe(ONE, TWO, THREE)

    def buy(what):
        if shop.ghala.heard == [ONE]:
            order, _ = selling.place_order(
                [("prod_001", 2)], phone=ONE, address=None, name=None, now=OPENING,
                library=shop.library,
            )  # fmt: skip
            selling.request_payment(order.id, method="mpesa", phone=ONE, now=OPENING)

    shop.ghala.meanwhile = buy

    Worker(shop).work_off()

    assert shop.ghala.heard[:4] == [ONE, "money", TWO, THREE]


def test_who_is_told_to_end_while_sending_takes_nothing_new(shop):
    owe(ONE, TWO)
    worker = Worker(shop)
    shop.ghala.meanwhile = lambda what: worker.stop()

    worker.work_off()

    (_, second) = mail()
    assert (shop.ghala.heard, second) == ([ONE], (TWO, None, "new"))


def test_who_waits_for_an_answer_has_called_another_who_goes_on(shop, monkeypatch):
    """One call for two messages: the second is sent while Ghala still thinks about the first."""
    monkeypatch.setattr(Worker, "_clerk", lambda self: self._signed_in.set())  # nobody else calls
    owe(ONE, TWO)
    sent = threading.Event()

    def think(what):
        if what == ONE:
            assert sent.wait(PATIENCE)
        else:
            sent.set()

    shop.ghala.meanwhile = think
    worker = Worker(shop, concurrency=2)
    worker.start()

    is_sent = sent.wait(PATIENCE)
    worker.stop()

    assert is_sent
    assert sorted(status for *_, status in mail()) == ["sent", "sent"]


def test_a_clerk_who_is_told_to_end_while_looking_around_does_not_rest_first(shop, monkeypatch):
    monkeypatch.setattr("web.worker.SWEEP", 600.0)
    monkeypatch.setattr("web.worker.CALM", 600.0)
    worker = Worker(shop)
    worker._next = clock.DAY
    worker.stop()

    resting = threading.Thread(target=worker._nap, args=(worker._rings,), daemon=True)
    resting.start()
    resting.join(PATIENCE)

    assert not resting.is_alive()


def test_on_sqlite_the_clerk_rests_until_somebody_rings(shop, monkeypatch):
    looked = queue.SimpleQueue()

    def look(clerk):
        clerk._next = clock.DAY  # nothing comes due before
        looked.put("looked")

    monkeypatch.setattr(Worker, "_sweep", look)
    monkeypatch.setattr("web.worker.SWEEP", 0.0)
    monkeypatch.setattr("web.worker.CALM", 600.0)
    worker = Worker(shop, concurrency=1)
    worker.start()
    looked.get(timeout=PATIENCE)

    worker.wake()
    looked.get(timeout=PATIENCE)
    worker.stop()

    assert looked.empty()
