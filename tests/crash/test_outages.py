"""The database goes, the disk is full, the clock jumps, a worker freezes: late, nothing else."""

import itertools
from datetime import UTC, datetime

import pytest
from crash.often import often
from crash.swarm import Swarm
from databases import allow_pages

from adapters.ghala import Ghala
from flows.library import Library
from flows.words import vocabulary
from store import clock, database, outbox
from store.database import transaction
from store.tables import Outbox
from tests.crash import programs
from tests.crash.twin import Twin

NUMBERS = itertools.count(90_000)  # the calm shop knows all customers: each run has its own


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A calm shop, whose words are the right ones."""
    url = f"sqlite:///{tmp_path_factory.mktemp('calm')}/twin.db"
    twin = Twin(url, Library(vocabulary()))
    database.close()
    return twin, url


@pytest.fixture
def street(fresh):
    """Six customers at a shop where nothing goes wrong but what the test does."""
    number = next(NUMBERS)
    run = Swarm(number, fresh(f"outage_{number}")).calmed(6)
    yield run
    run.market.close()


# --- the database is gone ------------------------------------------------------------------------


def test_thirty_seconds_without_the_database_cost_thirty_seconds(street, calm):
    market = street.market

    def gone(seconds):
        market.books_gone = 10 <= seconds < 40

    street.play(gone)

    assert market.refused > 0
    assert market.rests > 0
    assert street.violations(*calm) == {}


def test_an_answer_with_the_id_of_another_payment_is_not_believed(street, calm, monkeypatch):
    charged, given = Ghala.charge, []

    def mixed_up(ghala, charge):
        given.append(charged(ghala, charge))
        return given[0]

    monkeypatch.setattr(Ghala, "charge", mixed_up)

    street.play(lambda seconds: None)

    assert len(given) > 1
    assert street.market.rests == 0
    assert street.violations(*calm) == {}


@pytest.fixture
def server(postgres, tmp_path_factory):
    """A PostgreSQL of this test's own beside that of the others, which may be stopped."""
    server = programs.postgres(tmp_path_factory.mktemp("stopped") / "data")
    yield server
    server.cleanup()


@pytest.mark.postgres
def test_a_postgresql_that_is_killed_and_started_again_finds_everybody_waiting(server, calm):
    street = Swarm(next(NUMBERS), server.get_uri()).calmed(6)
    stops = []

    def stopped(seconds):
        if seconds >= 10 and not stops:
            programs.struck(server)
            stops.append(seconds)
            street.market.books_gone = True  # nobody looks into the books meanwhile
        elif len(stops) == 1 and seconds >= stops[0] + 30:
            street.market.books_gone = False
            programs.back(server)
            stops.append(seconds)

    street.play(stopped)

    assert len(stops) == 2
    assert street.market.refused > 0
    assert street.violations(*calm) == {}


# --- the disk is full ----------------------------------------------------------------------------


def test_a_full_disk_refuses_and_spoils_nothing(street, calm):
    if database.is_postgres():
        pytest.skip("tests/crash/test_disk_full.py fills the disk of a PostgreSQL")
    books, market = database.database.obj, street.market
    (pages,) = books.execute_sql("PRAGMA page_count").fetchone()

    def full(seconds):
        most = pages if 10 <= seconds < 40 else 1_000_000_000
        allow_pages(most)

    street.play(full)

    assert market.refused > 0
    assert books.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    assert street.violations(*calm) == {}


# --- the clock jumps -----------------------------------------------------------------------------


@pytest.mark.parametrize("jump", often([1, -1, 3600, -300], [1, -1, 3600, -3600, -86_400]))
def test_a_clock_that_jumps_while_people_buy_loses_and_doubles_nothing(street, calm, jump):
    jumped = []

    def jumps(seconds):
        if seconds >= 12 and not jumped:
            jumped.append(street.market.tick(seconds=jump))

    street.play(jumps)

    assert street.violations(*calm) == {}


@pytest.mark.parametrize(
    "moment", ["2028-02-29T23:59:50", "2038-01-19T03:13:58", "2099-12-31T23:59:50"]
)
def test_on_a_strange_day_people_buy_as_on_any_other(street, calm, moment):
    street.market.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    street.play()

    assert street.violations(*calm) == {}


# --- a worker freezes ----------------------------------------------------------------------------


def test_a_worker_frozen_with_a_message_in_hand_delays_that_number_only(street, calm):
    """Its claim runs out and another sends; when it wakes, what it believes is not believed."""
    market, held = street.market, []

    def freezes(seconds):
        if not held and seconds >= 8 and (row := _claimed(street.shoppers[0], market)):
            held.append((row, clock.ms(market.now)))

    street.play(freezes)
    ((row, at),) = held
    before = Outbox.get_by_id(row.id)
    for says in (outbox.sent, outbox.dead, outbox.later):
        with transaction():
            says(row, owner="frozen", **MORE[says.__name__])

    after = Outbox.get_by_id(row.id)
    assert (after.status, after.provider_id) == ("sent", before.provider_id)
    assert 30_000 <= after.sent_at - at <= 35_000
    others = Outbox.select().where(Outbox.phone != row.phone)
    assert max(each.sent_at - each.created_at for each in others) < 10_000
    assert street.violations(*calm) == {}


MORE = {
    "sent": {"provider_id": "wamid.frozen", "now": 0}, "dead": {"error": "frozen"},
    "later": {"due": 0, "error": "frozen"},
}  # fmt: skip


def _claimed(shopper, market):
    """What a worker has just claimed that will not go on."""
    shopper.sent.append(market.sandbox.say(shopper.phone, type="text", text="lots"))
    market.sandbox.catch_up()
    with transaction():
        return outbox.claim(owner="frozen", now=clock.ms(market.now), lease=30_000)
