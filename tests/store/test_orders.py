"""Orders and their customers: what is written down, counted and listed."""

import pytest
from shop import ALICE, BOB, OPENING
from threads import at_once

from store import clock, customers, orders, payments, shelf
from store.database import transaction
from store.errors import OutOfStock, UnknownOrder
from store.payments import News
from store.tables import Customer, Order, OrderLine

NOW = clock.ms(OPENING)


def pay(order):
    """Let the money of an order arrive."""
    attempt = payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    amount = str(order.total_amount)
    payments.hear(News(attempt.id, "success", "webhook", amount, "KES", f"R {order.id}"), now=NOW)


def set_for_review(order):
    attempt = payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    payments.hear(News(attempt.id, "success", "webhook", "1", "KES", f"R {order.id}"), now=NOW)


# --- an order -----------------------------------------------------------------------------------


def test_an_order_keeps_the_price_and_name_of_its_day(order):
    (line,) = orders.lines(order)

    assert line == orders.Line("prod_001", "Coffee", 2, 150_000)
    assert (order.unit_price, order.total_amount, order.currency) == (1500, 3000, "KES")


def test_an_order_of_nothing_cannot_stand_in_the_books(order_of):
    with pytest.raises(Exception, match=r"(?i)check"), transaction():
        order_of(quantity=0)

    assert Order.select().count() == 0


@pytest.mark.parametrize("status", ["paid", "", "PENDING", "shipped"])
def test_an_order_has_no_status_but_the_contracts(order, status):
    with pytest.raises(Exception, match=r"(?i)check"), transaction():
        Order.update(status=status).execute()

    assert Order.get().status == "pending"


def test_an_order_belongs_to_its_number_only(order):
    own, others = orders.of_customer(order.id, ALICE), orders.of_customer(order.id, BOB)

    assert (own, others) == (order, None)


def test_an_order_that_does_not_exist_cannot_be_held(books):
    with pytest.raises(UnknownOrder):
        orders.hold("ORD-1-abcdef")

    assert orders.find("ORD-1-abcdef") is None


def test_two_orders_of_a_number_are_one_customers(order_of):
    order_of()
    order_of()

    assert Customer.select().count() == 1


# --- how it stands ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("become", "standing"),
    [
        (lambda order: None, "payable"),
        (lambda order: payments.request(order, method="card", phone=ALICE, now=NOW), "being_paid"),
        (pay, "paid"),
        (set_for_review, "under_review"),
        (lambda order: orders.cancel(order, now=NOW), "cancelled"),
    ],
    ids=["new", "asked for", "paid", "paid wrongly", "cancelled"],
)
def test_an_order_stands(order, become, standing):
    become(order)

    assert orders.standing(orders.find(order.id)) == standing


@pytest.mark.parametrize("become", [pay, set_for_review], ids=["paid", "under review"])
def test_what_money_has_come_for_cannot_be_cancelled(order, become):
    become(order)

    moved = orders.cancel(orders.find(order.id), now=NOW)

    assert moved is False
    assert Order.get_by_id(order.id).status != "cancelled"


def test_what_is_being_paid_cannot_be_cancelled(order):
    payments.request(order, method="card", phone=ALICE, now=NOW)

    moved = orders.cancel(orders.find(order.id), now=NOW)

    assert moved is False
    assert Order.get_by_id(order.id).status == "pending"


def test_an_order_is_cancelled_once(order):
    moved = [orders.cancel(orders.find(order.id), now=NOW) for _ in range(2)]

    assert moved == [True, False]


# --- the shelf ----------------------------------------------------------------------------------


def test_fifty_buyers_of_ten_things_buy_ten(order_of):
    shelf.count({"prod_001": 10})

    def buy(number):
        with transaction():
            order_of(1, phone=f"+2547000000{number:02d}")
        return "bought"

    results = at_once(50, buy)

    assert results.count("bought") == 10
    assert sum(isinstance(result, OutOfStock) for result in results) == 40
    assert shelf.left("prod_001") == 0
    assert Order.select().count() == 10


def test_an_order_for_more_than_are_left_takes_nothing(order_of):
    shelf.count({"prod_001": 1})

    with pytest.raises(OutOfStock), transaction():
        order_of(2)

    assert shelf.left("prod_001") == 1
    assert (Order.select().count(), Customer.select().count()) == (0, 0)


def test_what_nobody_counts_is_never_out_of_stock(order_of):
    order_of(999)

    assert shelf.left("prod_001") is None


def test_a_cancelled_order_gives_its_goods_back_once(order_of):
    shelf.count({"prod_001": 5})
    order = order_of(2)

    for _ in range(3):
        orders.cancel(orders.find(order.id), now=NOW)

    assert shelf.left("prod_001") == 5


def test_counting_again_leaves_what_is_left(order_of):
    shelf.count({"prod_001": 5})
    order_of(2)

    shelf.count({"prod_001": 5})

    assert shelf.left("prod_001") == 3


def test_what_is_not_named_is_not_counted_any_more(books):
    shelf.count({"prod_001": 5, "prod_002": 5})

    shelf.count({"prod_002": 9})

    assert (shelf.left("prod_001"), shelf.left("prod_002")) == (None, 5)


# --- the figures --------------------------------------------------------------------------------


@pytest.fixture
def a_week(order_of):
    """Two paid orders, one pending, one cancelled, one under review, of three customers."""
    pay(order_of(2, 1500, now=NOW))
    pay(order_of(1, 800, now=NOW + 1))
    order_of(1, 600, now=NOW + 2, phone=BOB)
    orders.cancel(order_of(1, 400, now=NOW + 3, phone=BOB), now=NOW)
    set_for_review(order_of(1, 250, now=NOW + 4))
    customers.known("+254700000003", now=NOW + 5, name="Only looking")


def test_the_figures_count_money_only_when_it_came(a_week):
    assert orders.totals() == {
        "totalOrders": 5,
        "completedOrders": 2,
        "totalRevenue": 3800,
        "totalCustomers": 3,
        "pendingOrders": 1,
    }


def test_the_figures_of_an_empty_shop_are_zero(books):
    assert set(orders.totals().values()) == {0}


def test_customers_are_listed_newest_first_with_what_they_spent(a_week):
    listed = customers.all_with_totals()

    assert [(row["phone_number"], row["order_count"], row["total_spent"]) for row in listed] == [
        ("+254700000003", 0, 0),
        (BOB, 2, 0),
        (ALICE, 3, 3800),
    ]


def test_customers_totals_are_whole_numbers(a_week):
    listed = customers.all_with_totals()

    assert {type(row["order_count"]) for row in listed} == {int}
    assert {type(row["total_spent"]) for row in listed} == {int}


def test_orders_are_listed_newest_first_in_pages(a_week):
    pages = [orders.page(limit=2, offset=offset) for offset in (0, 2, 4, 6)]

    amounts = [[row["total_amount"] for row in page] for page in pages]
    assert amounts == [[250, 400], [600, 800], [3000], []]


def test_a_listed_order_names_its_customer_and_hides_no_column(order):
    customers.known(ALICE, now=NOW, name="Wanjiru")

    row = orders.row(order.id)

    assert (row["phone_number"], row["customer_name"]) == (ALICE, "Wanjiru")
    assert set(row) == {field.column_name for field in Order._meta.sorted_fields} | {
        "phone_number",
        "customer_name",
    }


def test_an_order_that_does_not_exist_is_no_row(books):
    assert orders.row("ORD-1-abcdef") is None


# --- customers ----------------------------------------------------------------------------------


def test_a_number_is_one_customer_however_often_it_writes(books):
    ids = at_once(8, lambda _: customers.known(ALICE, now=NOW).id)

    assert len(set(ids)) == 1
    assert Customer.select().count() == 1


def test_a_newer_name_replaces_the_old_and_none_replaces_nothing(books):
    customers.known(ALICE, now=NOW, name="W.")
    customers.known(ALICE, now=NOW, name="Wanjiru")
    customers.known(ALICE, now=NOW)

    assert Customer.get().name == "Wanjiru"


def test_the_lines_of_an_order_stand_in_their_order(books):
    lines = [orders.Line(f"prod_00{n}", f"P{n}", n, 100 * n) for n in (3, 1, 2)]

    order = orders.place("ORD-1-abcdef", ALICE, lines, currency="KES", address=None, now=NOW)

    assert orders.lines(order) == lines
    assert OrderLine.select().count() == 3
    assert order.total_amount == 9 + 1 + 4
