"""The figures of the shop are those of its orders, on both databases, whoever folds meanwhile."""

import importlib
import itertools

import pytest
from threads import at_once

from store import audit, database, folding, migrate, orders, overview, tallies
from store.clock import DAY, HOUR
from store.overview import Sales
from store.tables import Order

MIDNIGHT = 1_767_214_800_000  # of 1 January 2026 in Nairobi, three hours before London's
CHANGE = importlib.import_module("store.migrations.0008_order_tallies")
NUMBERS = itertools.count(1)


@pytest.fixture
def books(fresh):
    """New books, which agree with themselves when the test is over."""
    database.connect(fresh(f"tallies{next(NUMBERS)}"))
    migrate.upgrade()
    yield
    assert audit.examine(now=MIDNIGHT + DAY) == []
    database.close()


def placed(at=MIDNIGHT, *, price=1500, phone="+254700000001"):
    line = orders.Line("prod_001", "Coffee", 1, price * 100)
    name = f"ORD-{at}-{next(NUMBERS)}"
    with database.transaction():
        return orders.place(name, phone, [line], currency="KES", address=None, now=at)


def cancelled(order):
    with database.transaction():
        assert orders.cancel(orders.hold(order.id), now=MIDNIGHT)


def folded(monkeypatch):
    with monkeypatch.context() as eager:
        eager.setattr(tallies, "MANY", 1)
        return tallies.fold()


def test_a_new_shop_has_sold_nothing(books):
    assert set(orders.totals().values()) == {0}


def test_an_order_counts_where_it_stands_now(books):
    stays, goes = placed(), placed()
    cancelled(goes)

    assert orders.totals()["totalOrders"] == 2
    assert orders.totals()["pendingOrders"] == 1
    assert {kind.status: kind.amount for kind in tallies.kinds()} == {
        stays.status: 1500, "cancelled": 1500
    }  # fmt: skip


def test_an_order_that_is_undone_was_never_counted(books):
    with database.transaction(), database.database.atomic() as doubt:
        placed()
        doubt.rollback()

    assert orders.totals()["totalOrders"] == 0


def test_folding_changes_no_figure(books, monkeypatch):
    for hours in range(50):
        placed(MIDNIGHT + hours * HOUR)
    before = orders.totals(), overview.daily(MIDNIGHT, 3)

    assert folded(monkeypatch)

    assert (orders.totals(), overview.daily(MIDNIGHT, 3)) == before
    assert not folded(monkeypatch)


def test_what_changes_after_a_folding_is_counted_on(books, monkeypatch):
    goes = placed()
    folded(monkeypatch)
    cancelled(goes)
    folded(monkeypatch)

    assert [(kind.status, kind.orders) for kind in tallies.kinds()] == [("cancelled", 1)]


@pytest.mark.parametrize("fold_first", [False, True])
def test_a_day_begins_at_the_shops_midnight(books, monkeypatch, fold_first):
    for at in (MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY):
        placed(at)
    if fold_first:
        folded(monkeypatch)

    assert overview.daily(MIDNIGHT, 1) == [Sales(placed=2)]


def test_paid_orders_bring_revenue_on_the_day_they_were_placed(books):
    paid = placed(MIDNIGHT + DAY)
    with database.transaction():
        Order.update(status="completed", payment_status="paid").where(Order.id == paid.id).execute()
        assert overview.daily(MIDNIGHT, 2) == [Sales(), Sales(placed=1, paid=1, revenue=1500)]
        Order.update(status="pending", payment_status="pending").execute()


def test_two_workers_fold_while_customers_order(books, monkeypatch):
    monkeypatch.setattr(tallies, "MANY", 1)

    def busy(number):
        for _ in range(25):
            if number < 2:
                placed(phone=f"+25470000000{number}")
            else:
                tallies.fold()

    assert at_once(4, busy) == [None] * 4
    assert orders.totals()["totalOrders"] == 50


def test_who_orders_in_the_middle_of_a_folding_is_counted(books, monkeypatch):
    """On PostgreSQL everybody else goes on meanwhile; SQLite has one writer, who is folding."""
    if not database.is_postgres():
        pytest.skip("SQLite lets nobody write meanwhile")
    placed()
    ask = folding.run

    def disturbed(statement, *values):
        told = ask(statement, *values)
        assert at_once(1, lambda _: placed(phone="+254700000002").total_amount) == [1500]
        return told

    with monkeypatch.context() as crowded:
        crowded.setattr(folding, "run", disturbed)
        folded(crowded)

    assert orders.totals()["totalOrders"] == Order.select().count() > 1


def test_the_orders_of_an_older_shop_are_counted_once(books):
    for each in (1, 2, 3):
        placed(price=each)
    before = orders.totals()
    with database.transaction():
        CHANGE.down(None, database.database.obj)
        CHANGE.up(None, database.database.obj)

    assert orders.totals() == before
