"""Section 5: every route for the merchant's own systems, what it answers and what it refuses."""

import re
import threading

import pytest
from contract_actors import (
    BASIC,
    BEARER,
    MESSAGES,
    PAYMENTS,
    SECRETS,
    Customer,
    ask_raw,
    basic,
    body_of,
    choices_of,
    too_large,
    until,
)
from test_contract_payments import success

ISO = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ORDER_ID = re.compile(r"ORD-[0-9]{13}-[a-z0-9]{6,9}")
ROW = {
    "id": str, "customer_id": int, "product_id": str, "product_name": str, "quantity": int,
    "unit_price": int, "total_amount": int, "currency": str, "delivery_address": str,
    "status": str, "delivered_at": type(None), "payment_method": str, "payment_status": str,
    "created_at": str, "updated_at": str, "phone_number": str, "customer_name": str,
}  # fmt: skip


def wish(customer, **changes):
    told = {"phoneNumber": customer.phone, "productId": "prod_001", "quantity": 2, **changes}
    return {name: each for name, each in told.items() if each is not ABSENT}


ABSENT = object()


def place(duka, customer, **changes):
    given = duka.ask("POST", "/api/orders", data=wish(customer, **changes), headers=BEARER)
    assert given.status == 201, given.body
    return given.json["data"]["id"]


def refused(given, status, *words):
    """An error has these two fields and no internals."""
    assert given.status == status, given.body
    assert given.json["success"] is False
    assert given.json.keys() <= {"success", "message", "reference"}
    for word in words:
        assert word in given.json["message"]
    for inside in ("Traceback", "/web/", "sqlite", "pydantic", "peewee", "Error("):
        assert inside not in given.body.decode()
    assert given.headers["content-type"] == "application/json"
    return given


# --- health ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/health", "/api/webhooks/health"])
def test_health_is_open_and_says_the_time(duka, path):
    given = duka.ask("GET", path)

    assert given.status == 200
    assert given.json["success"] is True
    assert isinstance(given.json["message"], str)
    assert ISO.fullmatch(given.json["timestamp"])
    more = given.json.keys() - {"success", "message", "timestamp", "version"}
    assert more == ({"database", "queue"} if path == "/health" else set())


# --- POST /api/orders -----------------------------------------------------------------------------


def test_an_order_is_created_and_the_customer_gets_its_buttons(customer, duka, ghala):
    data = wish(customer, deliveryAddress="Ngong Road 7", customerName="Achieng")

    given = duka.ask("POST", "/api/orders", data=data, headers=BEARER)

    order = given.json["data"]["id"]
    (row,) = customer.orders()
    assert given.status == 201
    assert ORDER_ID.fullmatch(order)
    assert given.json == {
        "success": True,
        "message": "Order created successfully",
        "data": {
            "id": order,
            "customerId": row["customer_id"],
            "productId": "prod_001",
            "productName": "Premium Coffee Beans 1kg",
            "quantity": 2,
            "unitPrice": 1500,
            "totalAmount": 3000,
            "currency": "KES",
            "deliveryAddress": "Ngong Road 7",
        },
    }
    heard = customer.hears()
    assert choices_of(heard) == [f"pay_{each}_{order}" for each in ("mpesa", "airtel", "card")]
    assert order in body_of(heard)
    assert "KES 3000" in body_of(heard)
    customer.taps(f"pay_mpesa_{order}")
    assert order in body_of(customer.hears())
    assert until(lambda: ghala.charges(order), "the charge")[0]["amount"] == 3000


def test_without_an_address_it_is_null(customer, duka):
    given = duka.ask("POST", "/api/orders", data=wish(customer), headers=BEARER)

    assert given.json["data"]["deliveryAddress"] is None


@pytest.mark.parametrize("quantity", [1, 999])
def test_the_least_and_the_most(customer, duka, quantity):
    given = duka.ask("POST", "/api/orders", data=wish(customer, quantity=quantity), headers=BEARER)

    assert given.status == 201
    assert given.json["data"]["totalAmount"] == 1500 * quantity


BAD_WISHES = {
    "quantity as text": ("quantity", "2"),
    "quantity true": ("quantity", True),
    "quantity a fraction": ("quantity", 2.5),
    "quantity a whole fraction": ("quantity", 2.0),
    "quantity 0": ("quantity", 0),
    "quantity 1000": ("quantity", 1000),
    "quantity negative": ("quantity", -1),
    "quantity endless": ("quantity", 10**4000),
    "quantity null": ("quantity", None),
    "quantity a list": ("quantity", [2]),
    "no quantity": ("quantity", ABSENT),
    "no phone": ("phoneNumber", ABSENT),
    "phone a number": ("phoneNumber", 254700000001),
    "phone nonsense": ("phoneNumber", "hello"),
    "phone too short": ("phoneNumber", "0700"),
    "no product": ("productId", ABSENT),
    "product a number": ("productId", 1),
    "address too long": ("deliveryAddress", "x" * 301),
    "address a list": ("deliveryAddress", []),
    "name a number": ("customerName", 7),
    "a price of their own": ("unitPrice", 1),
    "a total of their own": ("totalAmount", 1),
}


@pytest.mark.parametrize(("field", "value"), BAD_WISHES.values(), ids=BAD_WISHES)
def test_400_names_the_field_and_nothing_is_ordered(customer, duka, field, value):
    given = duka.ask("POST", "/api/orders", data=wish(customer, **{field: value}), headers=BEARER)

    refused(given, 400, field)
    assert len(given.json["message"]) > len(field) + 3
    assert customer.orders() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"[]", b"null", b'"x"', b"{", b"[" * 60_000, b'{"quantity": NaN}',
     b"\xff\xfe", b'{"quantity":1,"quantity":2}'],
)  # fmt: skip
def test_400_for_what_is_no_object(duka, body):
    headers = {**BEARER, "Content-Type": "application/json"}

    refused(duka.ask("POST", "/api/orders", body=body, headers=headers), 400)


def test_400_for_a_form_as_a_page_of_somebody_else_could_post_one(customer, duka):
    body = f'{{"phoneNumber":"{customer.phone}","productId":"prod_001","quantity":1}}'.encode()
    headers = {**BASIC, "Content-Type": "text/plain"}

    refused(duka.ask("POST", "/api/orders", body=body, headers=headers), 400)
    assert customer.orders() == []


@pytest.mark.parametrize("chunked", [False, True])
def test_413_for_more_than_a_mebibyte(duka, chunked):
    headers = {**BEARER, "Content-Type": "application/json"}

    refused(ask_raw(duka.port, too_large("/api/orders", headers, chunked=chunked)), 413)


def test_404_for_an_unknown_product(customer, duka):
    given = duka.ask("POST", "/api/orders", data=wish(customer, productId="x"), headers=BEARER)

    assert refused(given, 404).json == {"success": False, "message": "Product not found"}


@pytest.mark.parametrize("text", ["Kimathi \0 St", "Kimathi \ud800 St", "'); DROP TABLE orders;--"])
def test_any_text_is_a_text(customer, duka, text):
    order = place(duka, customer, deliveryAddress=text, customerName=text)

    row = duka.ask("GET", f"/api/orders/{order}", headers=BEARER).json["data"]
    for kept in (row["delivery_address"], row["customer_name"]):
        assert "\0" not in kept
        assert kept.startswith(text[:3])
        assert kept == text or not text.isprintable()


def test_the_conversation_is_left_where_it_was(customer, duka):
    customer.says("Hi").taps("prod_002")
    customer.hears_all()

    place(duka, customer)

    customer.says("3")
    assert customer.state() == "address"


# --- GET /api/orders ------------------------------------------------------------------------------


def test_a_row_has_these_columns_of_these_kinds(customer, duka):
    order, charge = customer.known_charge()
    duka.ask("POST", "/api/orders",
             data=wish(customer, customerName="Achieng"), headers=BEARER)  # fmt: skip
    duka.news("payment.success", **success(charge["id"]))

    given = duka.ask("GET", f"/api/orders/{order}", headers=BEARER)

    assert given.status == 200
    assert given.json.keys() == {"success", "data"}
    row = given.json["data"]
    assert {name: type(row[name]) for name in ROW} == ROW
    assert all(re.fullmatch("[a-z_]+", name) for name in row)
    assert ISO.fullmatch(row["created_at"])
    told = ("phone_number", "customer_name", "total_amount", "status", "payment_status")
    assert [row[name] for name in told] == [customer.phone, "Achieng", 3000, "completed", "paid"]
    assert row["delivery_address"] == "Kimathi Street 12, Nairobi"


def test_a_page_is_newest_first_and_counts_itself(customer, duka):
    placed = [place(duka, customer) for _ in range(3)]

    first = duka.ask("GET", "/api/orders?limit=2&offset=0", headers=BEARER)
    second = duka.ask("GET", "/api/orders?limit=2&offset=2", headers=BEARER)

    assert first.status == 200
    assert first.json["success"] is True
    assert [row["id"] for row in first.json["data"]] == placed[:0:-1]
    assert first.json["pagination"] == {"limit": 2, "offset": 0, "count": 2}
    assert second.json["data"][0]["id"] == placed[0]
    assert second.json["pagination"]["offset"] == 2


def test_a_page_holds_fifty_unless_asked_otherwise(duka):
    given = duka.ask("GET", "/api/orders", headers=BEARER)

    assert given.json["pagination"] == {"limit": 50, "offset": 0, "count": len(given.json["data"])}
    assert duka.ask("GET", "/api/orders?limit=200", headers=BEARER).status == 200
    beyond = duka.ask("GET", "/api/orders?limit=1&offset=100000", headers=BEARER)
    assert (beyond.json["data"], beyond.json["pagination"]["count"]) == ([], 0)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "abc", "", "1.5", "1e2", "²", "9" * 5000])
@pytest.mark.parametrize("path", ["/api/orders", "/api/admin/orders/recent"])
def test_400_for_a_limit_that_is_none(duka, path, limit):
    from urllib.parse import quote

    refused(duka.ask("GET", f"{path}?limit={quote(limit)}", headers=BASIC), 400, "limit")


@pytest.mark.parametrize("offset", ["-1", "abc", ""])
def test_400_for_an_offset_that_is_none(duka, offset):
    refused(duka.ask("GET", f"/api/orders?offset={offset}", headers=BEARER), 400, "offset")


@pytest.mark.parametrize(
    "order", ["ORD-1", "x", "%00", "%F0%9F%98%80", "' OR 1=1 --".replace(" ", "%20")]
)
def test_404_for_an_unknown_order(duka, order):
    for method, path in (("GET", f"/api/orders/{order}"), ("POST", f"/api/orders/{order}/payment")):
        data = {"paymentMethod": "mpesa", "phoneNumber": "+254700000001"}
        given = duka.ask(method, path, data=data if method == "POST" else None, headers=BEARER)
        assert refused(given, 404).json == {"success": False, "message": "Order not found"}


# --- POST /api/orders/<id>/payment ----------------------------------------------------------------


def test_a_payment_is_initiated(customer, duka, ghala, tap):
    order = place(duka, customer)
    customer.hears_all()
    data = {"paymentMethod": "airtel", "phoneNumber": "0" + customer.phone.removeprefix("+254")}

    given = duka.ask("POST", f"/api/orders/{order}/payment", data=data, headers=BEARER)

    assert given.status == 200
    assert given.json.keys() == {"success", "message", "data"}
    assert given.json["success"] is True
    assert given.json["message"] == "Payment initiated successfully"
    assert isinstance(given.json["data"], dict)
    (charge,) = until(lambda: ghala.charges(order), "the charge")
    assert (charge["method"], charge["phone"]) == ("airtel", customer.phone)
    ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())
    assert len(tap.requests(customer.phone, "/v1/orders")) == 1


def test_another_phone_may_pay_and_the_customer_gets_the_receipt(customer, duka, ghala):
    friend = Customer(duka, ghala)
    order = place(duka, customer)
    customer.hears_all()
    data = {"paymentMethod": "mpesa", "phoneNumber": friend.phone}

    duka.ask("POST", f"/api/orders/{order}/payment", data=data, headers=BEARER)

    (charge,) = until(lambda: ghala.charges(order), "the charge")
    assert charge["phone"] == friend.phone
    ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())
    assert friend.shown() == []


def test_409_when_being_paid_and_when_paid(customer, duka):
    order, charge = customer.known_charge()
    data = {"paymentMethod": "mpesa", "phoneNumber": customer.phone}
    path = f"/api/orders/{order}/payment"

    being_paid = duka.ask("POST", path, data=data, headers=BEARER)
    duka.news("payment.success", **success(charge["id"]))
    paid = duka.ask("POST", path, data=data, headers=BEARER)

    refused(being_paid, 409)
    refused(paid, 409)


def test_eight_requests_at_once_are_one_payment_and_seven_409(customer, duka, ghala):
    order = place(duka, customer)
    data = {"paymentMethod": "mpesa", "phoneNumber": customer.phone}
    path, statuses = f"/api/orders/{order}/payment", []

    def request():
        statuses.append(duka.ask("POST", path, data=data, headers=BEARER).status)

    threads = [threading.Thread(target=request) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(statuses) == [200] + [409] * 7
    assert len(until(lambda: ghala.charges(order), "the charge")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paymentMethod", "cash"),
        ("paymentMethod", None),
        ("paymentMethod", ABSENT),
        ("paymentMethod", 1),
        ("phoneNumber", "hello"),
        ("phoneNumber", ABSENT),
        ("phoneNumber", 1),
        ("amount", 1),
    ],
)
def test_400_names_the_field_and_nothing_is_asked_for(customer, duka, ghala, field, value):
    order = place(duka, customer)
    data = {"paymentMethod": "mpesa", "phoneNumber": customer.phone, field: value}
    data = {name: each for name, each in data.items() if each is not ABSENT}

    given = duka.ask("POST", f"/api/orders/{order}/payment", data=data, headers=BEARER)

    refused(given, 400, field)
    assert duka.books("SELECT 1 FROM payments WHERE order_id = ?", order) == []


def test_a_phone_is_asked_to_pay_three_times_in_ten_minutes_by_the_shop_and_no_oftener(
    customer, duka
):
    """Whoever has the key cannot make a stranger's phone ring for ever."""
    orders = [place(duka, customer) for _ in range(4)]
    data = {"paymentMethod": "mpesa", "phoneNumber": customer.phone}

    given = [
        duka.ask("POST", f"/api/orders/{order}/payment", data=data, headers=BEARER)
        for order in orders
    ]

    assert [each.status for each in given] == [200, 200, 200, 429]
    refused(given[-1], 429, "three times in ten minutes")


# --- admin ----------------------------------------------------------------------------------------


def test_stats_count_what_was_paid_as_revenue(customer, duka):
    before = duka.ask("GET", "/api/admin/stats", headers=BASIC).json
    place(duka, customer)
    _, charge = customer.known_charge()
    duka.news("payment.success", **success(charge["id"]))

    after = duka.ask("GET", "/api/admin/stats", headers=BASIC)

    assert after.status == 200
    assert after.json["success"] is True
    grown = {name: after.json["data"][name] - before["data"][name] for name in before["data"]}
    assert grown == {
        "totalOrders": 2,
        "completedOrders": 1,
        "totalRevenue": 3000,
        "totalCustomers": 1,
        "pendingOrders": 1,
    }
    assert {type(each) for each in after.json["data"].values()} == {int}


def test_recent_orders_are_ten_unless_asked_otherwise(customer, duka):
    placed = [place(duka, customer) for _ in range(11)]

    given = duka.ask("GET", "/api/admin/orders/recent", headers=BASIC)
    two = duka.ask("GET", "/api/admin/orders/recent?limit=2", headers=BASIC)

    assert given.json.keys() == {"success", "data"}
    assert [row["id"] for row in given.json["data"]] == placed[:0:-1]
    assert len(two.json["data"]) == 2


def test_customers_carry_how_much_they_ordered_and_paid(customer, duka):
    place(duka, customer)
    _, charge = customer.known_charge()
    duka.news("payment.success", **success(charge["id"]))

    given = duka.ask("GET", "/api/admin/customers", headers=BASIC)

    (person,) = [one for one in given.json["data"] if one["phone_number"] == customer.phone]
    assert given.json["success"] is True
    assert (person["order_count"], person["total_spent"]) == (2, 3000)
    assert {"id", "phone_number", "name"} <= person.keys()


def test_the_dashboard_refreshes_itself_and_holds_no_secret(customer, duka):
    customer.known_charge()

    given = duka.ask("GET", "/admin", headers=BASIC)

    page = given.body.decode()
    assert given.status == 200
    assert given.headers["content-type"].startswith("text/html")
    assert re.search(r'http-equiv="refresh" content="30"', page) or "30000" in page
    assert "KES 3,000" in page
    for secret in SECRETS.values():
        assert secret not in page
    assert "unsafe-inline" not in given.headers["content-security-policy"]
    assert given.headers["x-content-type-options"] == "nosniff"


def test_the_dashboard_shows_what_strangers_typed_as_text(customer, duka):
    place(duka, customer, customerName="<script>alert(1)</script>")

    page = duka.ask("GET", "/admin", headers=BASIC).body.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- who may come in ------------------------------------------------------------------------------

WITH_KEY = [("POST", "/api/orders"), ("GET", "/api/orders"), ("GET", "/api/orders/ORD-1"),
            ("POST", "/api/orders/ORD-1/payment")]  # fmt: skip
WITH_PASSWORD = [("GET", "/api/admin/stats"), ("GET", "/api/admin/orders/recent"),
                 ("GET", "/api/admin/customers"), ("GET", "/admin")]  # fmt: skip
KEY, NAME, PASSWORD = SECRETS["API_KEY"], "mama", SECRETS["ADMIN_PASSWORD"]
STRANGERS = {
    "nobody": None,
    "an empty key": "Bearer ",
    "a wrong key": "Bearer wrong",
    "half the key": f"Bearer {KEY[:-1]}",
    "the key in capitals": f"Bearer {KEY.upper()}",
    "the key without a scheme": KEY,
    "the key as a password": basic("x", KEY),
    "Ghala's key": f"Bearer {SECRETS['GHALA_API_KEY']}",
    "a wrong password": basic(NAME, "wrong"),
    "a wrong name": basic("x", PASSWORD),
    "only a name": basic(NAME, ""),
    "no base64": "Basic !!!",
    "no colon": "Basic bWFtYQ==",
    "not UTF-8": "Basic /////w==",
    "non-ASCII": "Bearer \xe9\xe9",
}


@pytest.mark.parametrize("given", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize(("method", "path"), WITH_KEY + WITH_PASSWORD)
def test_401_for_strangers(duka, method, path, given):
    headers = {} if given is None else {"Authorization": given}

    answer = duka.ask(method, path, data={} if method == "POST" else None, headers=headers)

    assert refused(answer, 401).json["message"]
    asks = answer.headers.get("www-authenticate", "")
    assert asks.startswith("Basic ") == ("admin" in path)


@pytest.mark.parametrize(("method", "path"), WITH_PASSWORD)
def test_the_key_does_not_open_the_admins_door(duka, method, path):
    refused(duka.ask(method, path, headers=BEARER), 401)


@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/ORD-1"])
def test_the_admin_may_see_the_orders(duka, path):
    assert duka.ask("GET", path, headers=BASIC).status in (200, 404)


# --- where nothing is -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/orders/", "/admin/../data/duka.db",
                                  "/static/../web/settings.py", "/sandbox", "/console",
                                  "/api/admin", "/.env"])  # fmt: skip
def test_404_endpoint_not_found(duka, path):
    given = duka.ask("GET", path, headers=BASIC)

    assert refused(given, 404).json == {"success": False, "message": "Endpoint not found"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/orders", {"GET", "POST"}),
        ("PUT", "/api/orders/ORD-1", {"GET"}),
        ("GET", "/api/orders/ORD-1/payment", {"POST"}),
        ("PUT", MESSAGES, {"GET", "POST"}),
        ("GET", PAYMENTS, {"POST"}),
        ("POST", "/health", {"GET"}),
        ("POST", "/admin", {"GET"}),
        ("TRACE", "/health", {"GET"}),
    ],
)
def test_405_says_what_is_allowed(duka, method, path, allowed):
    given = duka.ask(method, path, headers=BASIC)

    refused(given, 405)
    assert allowed <= set(given.headers["allow"].split(", "))


def test_no_page_of_somebody_else_may_read_the_answers(duka):
    given = duka.ask("GET", "/api/orders", headers={**BEARER, "Origin": "https://evil.example"})

    assert not [name for name in given.headers if name.startswith("access-control")]
    assert given.headers["cache-control"] == "no-store"
