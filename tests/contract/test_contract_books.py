"""Section 6, by reading the file: the tables, columns and states that others rely on."""

import re

import pytest
from contract_actors import body_of, until
from test_contract_payments import success

COLUMNS = {
    "customers": "id phone_number name",
    "orders": "id customer_id product_id product_name quantity unit_price total_amount currency "
    "delivery_address status delivered_at payment_method payment_status",
    "payments": "id order_id ghala_payment_id amount currency payment_method status "
    "transaction_ref",
}
STATUSES = {
    ("orders", "status"): {
        "pending", "completed", "payment_failed", "cancelled", "needs_review",
    },
    ("orders", "payment_status"): {"pending", "paid", "failed", "refunded"},
    ("payments", "status"): {"pending", "success", "failed", "expired", "needs_review"},
}  # fmt: skip


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_its_columns(duka, table):
    found = {each["name"] for each in duka.books(f"PRAGMA table_info({table})")}

    assert found >= set(COLUMNS[table].split())


@pytest.mark.parametrize("table", COLUMNS)
def test_money_is_whole_and_no_column_is_a_float(duka, table):
    kinds = {each["type"] for each in duka.books(f"PRAGMA table_info({table})")}

    assert not [each for each in kinds if re.search("REAL|FLOA|DOUB|NUMERIC|DECIMAL", each.upper())]


def test_a_phone_number_stands_once(duka):
    unique = [each["name"] for each in duka.books("PRAGMA index_list(customers)") if each["unique"]]

    columns = [duka.books(f"PRAGMA index_info({each})") for each in unique]
    assert ["phone_number"] in [[column["name"] for column in each] for each in columns]


@pytest.mark.parametrize(("table", "to"), [("orders", "customers"), ("payments", "orders")])
def test_each_belongs_to_one_of_the_other(duka, table, to):
    assert to in [each["table"] for each in duka.books(f"PRAGMA foreign_key_list({table})")]
    assert duka.books("PRAGMA foreign_key_check") == []


def test_every_status_on_the_way_is_one_of_those(customer, duka, ghala):
    def standing():
        (order,) = customer.orders()
        payments = duka.books("SELECT * FROM payments WHERE order_id = ?", order["id"])
        return order["status"], order["payment_status"], [each["status"] for each in payments]

    order = customer.selects()
    assert standing() == ("pending", "pending", [])
    customer.taps(f"pay_mpesa_{order}")
    assert standing() == ("pending", "pending", ["pending"])
    (charge,) = until(lambda: ghala.charges(order), "the charge")
    ghala.decide(charge["id"], "refuse", reason="Insufficient funds")
    until(lambda: customer.state() == "payment_failed", "the failure")
    assert standing() == ("payment_failed", "failed", ["failed"])
    customer.says("retry")
    assert standing() == ("pending", "pending", ["failed", "pending"])
    second = until(lambda: ghala.charges(order)[1:], "the second charge")[0]
    ghala.decide(second["id"], "approve")
    until(lambda: customer.state() == "completed", "the receipt")
    assert standing() == ("completed", "paid", ["failed", "success"])


def test_a_payment_is_written_down(customer, duka):
    order, charge = customer.known_charge(method="airtel")
    duka.news("payment.success", **success(charge["id"], "QXR1BOOKS1"))
    assert order in body_of(customer.hears())

    (row,) = duka.books("SELECT * FROM payments WHERE order_id = ?", order)

    told = "id order_id ghala_payment_id amount currency payment_method status transaction_ref"
    assert [row[name] for name in told.split()] == [
        f"{order}.1", order, charge["id"], 3000, "KES", "airtel", "success", "QXR1BOOKS1",
    ]  # fmt: skip
    (row,) = customer.orders()
    assert (row["payment_method"], row["delivered_at"]) == ("airtel", None)


def test_after_all_of_it_the_books_are_whole(duka):
    """Every status of this run is one that others know, and money stands where it should."""
    for (table, column), known in STATUSES.items():
        rows = duka.books(f"SELECT DISTINCT {column} AS it FROM {table}")
        assert {each["it"] for each in rows} <= known
    unbalanced = (
        "SELECT orders.id FROM orders LEFT JOIN payments ON order_id = orders.id "
        "AND payments.status = 'success' GROUP BY orders.id "
        "HAVING (payment_status = 'paid') <> (COALESCE(SUM(amount), 0) = total_amount)"
    )
    assert duka.books(unbalanced) == []
    receipts = (
        "SELECT orders.id FROM orders LEFT JOIN receipts ON receipts.order_id = orders.id "
        "WHERE (payment_status = 'paid') <> (receipts.order_id IS NOT NULL)"
    )
    assert duka.books(receipts) == []
    assert duka.books("PRAGMA integrity_check")[0]["integrity_check"] == "ok"
