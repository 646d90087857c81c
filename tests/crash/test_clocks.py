"""The clock jumps, ahead and back, in the middle of a purchase: paid once, and nobody waits on."""

from datetime import UTC, datetime, timedelta

import audit
import pytest
from crash.stage import Stage
from crash.test_every_point import FLOW, JOURNEY

from store import clock, database, leases, outbox
from store.tables import OPEN, Order, Outbox, Payment, Receipt

JUMPS = {
    "a second back": -1, "a second on": 1, "an hour back": -3600, "an hour on": 3600,
    "a year back": -365 * 86400,
}  # fmt: skip
DAYS = ("2024-02-29T23:59:58", "2038-01-19T03:14:05", "2026-12-31T23:59:58", "2000-01-01T00:00:00")


def play(stage, *, at=None, seconds=0):
    """The journey, with a jump of the clock before one of its steps."""
    for number, step in enumerate(JOURNEY):
        stage.tick(seconds=2 + (seconds if number == at else 0))
        step(stage)
        stage.work()
    for _ in range(3):
        stage.tick(seconds=8)
        stage.work()


@pytest.fixture
def fresh(tmp_path):
    return f"sqlite:///{tmp_path}/duka.db"


@pytest.fixture
def stage(fresh):
    stage = Stage(fresh, FLOW)
    yield stage
    stage.close()


def is_sold_once(stage):
    """One order, one success, one receipt, nothing owed, and the books agree."""
    assert Order.select().where(Order.payment_status == "paid").count() == 1
    assert Payment.select().where(Payment.stage == "success").count() == 1
    assert Payment.select().where(Payment.stage.in_(OPEN)).count() == 0
    assert Receipt.select().count() == 1
    assert {row.status for row in Outbox.select()} == {"sent"}
    assert audit.violations(now=stage.now) == {}
    return True


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("at", range(1, len(JOURNEY)))
def test_whenever_the_clock_jumps_the_order_is_sold_once(stage, jump, at):
    play(stage, at=at, seconds=JUMPS[jump])

    assert is_sold_once(stage)


@pytest.mark.parametrize("day", DAYS)
def test_on_odd_days_the_order_is_sold_once(fresh, day):
    stage = Stage(fresh, FLOW)
    stage.now = datetime.fromisoformat(day).replace(tzinfo=UTC)

    play(stage)

    assert is_sold_once(stage)
    stage.close()


def test_what_was_put_off_by_a_clock_far_ahead_is_sent_when_it_is_set_right(stage):
    JOURNEY[0](stage)
    wrong = clock.ms(stage.now + timedelta(days=400))
    Outbox.update(due_at=wrong, expires_at=wrong + clock.DAY).execute()

    stage.work()

    assert Outbox.get().status == "sent"


def test_a_claim_of_a_clock_far_ahead_does_not_last_until_that_day(stage):
    JOURNEY[0](stage)
    wrong = clock.ms(stage.now + timedelta(days=400))
    Outbox.update(lease_until=wrong, owner=leases.owner_name(1, "a")).execute()

    with database.transaction():
        taken = outbox.claim(owner="other", now=clock.ms(stage.now), lease=30_000)

    assert taken is not None
