"""Section 8: what the customer is told when it goes wrong, and what nobody may notice."""

import resource
import sqlite3
import threading
import time
from contextlib import contextmanager

import pytest
from contract_actors import (
    BEARER,
    MESSAGES,
    PAYMENTS,
    PROCESSED,
    Customer,
    body_of,
    choices_of,
    typed,
    until,
)

BUSY = {"success": False, "message": "Try again"}
BROKEN = {"success": False, "message": "Internal server error"}


# --- what customers get wrong ---------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["prod_999", "prod_", "prod_001x"])
def test_an_unknown_product_is_said_so_and_leads_back(customer, chosen):
    customer.says("Hi").taps("view_products").taps(chosen)

    heard = customer.hears_all()[-1]
    assert "product not found" in body_of(heard)
    assert choices_of(heard) == ["view_products", "view_promotions"]
    assert customer.state() == "greeting"


def test_what_is_no_product_in_the_list_leads_back_too(customer):
    customer.taps("view_products").says("a bicycle")

    assert "product not found" in body_of(customer.hears_all()[-1])
    assert customer.state() == "greeting"


@pytest.mark.parametrize("said", ["lots", "0", "-2", "2.5", "2,5", "21", "99999999999", "½", "2 3"])
def test_what_is_no_quantity_is_asked_for_again_with_what_is_allowed(customer, said):
    customer.taps("prod_001").says(said)

    answer = body_of(customer.hears_all()[-1])
    assert "1" in answer
    assert "20" in answer
    assert customer.state() == "quantity"
    customer.says("2")
    assert customer.state() == "address"


@pytest.mark.parametrize("said", ["1", "20", " 2 ", "two"])
def test_what_is_a_quantity_is_taken(customer, said):
    customer.taps("prod_001").says(said)

    assert customer.state() == "address"


def test_after_three_misses_the_menu_is_offered(customer):
    customer.taps("prod_001").says("lots").says("many").says("plenty")

    assert choices_of(customer.hears_all()[-1]) == ["view_products", "view_promotions"]
    assert customer.state() == "greeting"


def test_no_answer_in_time_is_asked_about_before_anything_final_is_said(customer, ghala, tap):
    order, charge = customer.known_charge()

    until(
        lambda: [each for each in tap.heard if each.path == f"/v1/orders/{charge['id']}"],
        "a question about the payment",
    )

    assert customer.hears_all() == []
    assert customer.state() == "payment_processing"
    assert customer.orders()[0]["status"] == "pending"
    assert order


@pytest.mark.parametrize("word", ["hello there", "2", "pay_mpesa"])
def test_while_a_payment_is_open_words_do_not_lose_the_way(customer, word):
    order, _ = customer.charged()

    customer.says(word)

    assert order in body_of(customer.hears())
    assert customer.state() == "payment_processing"


# --- the database is gone -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frail(open_world):
    """A world whose books can be closed without harm to the other tests."""
    return open_world("frail")


@contextmanager
def nothing_can_be_written(duka):
    """As on a full or read-only disk: every write of the server fails."""
    pids = duka.pids()
    kept = [resource.prlimit(each, resource.RLIMIT_FSIZE) for each in pids]
    for each in pids:
        resource.prlimit(each, resource.RLIMIT_FSIZE, (0, kept[0][1]))
    try:
        yield
    finally:
        for each, limit in zip(pids, kept, strict=True):
            resource.prlimit(each, resource.RLIMIT_FSIZE, limit)


@contextmanager
def locked(duka):
    """As while a backup or a person at the sqlite3 prompt holds the books."""
    line = sqlite3.connect(duka.books_file, isolation_level=None, timeout=30)
    line.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        line.close()


def requests(world, customer):
    """The requests that must write, by name."""
    duka = world.duka
    body = {"messages": [{**customer.stamp(), **typed("Hi")}]}
    news = {
        "event": "payment.success",
        "data": {"order_id": f"gh_{customer.phone[-3:]}_unheard_of"},
    }
    wish = {"phoneNumber": customer.phone, "productId": "prod_001", "quantity": 1}
    return {
        "message": lambda: duka.hook(MESSAGES, body),
        "payment": lambda: duka.hook(PAYMENTS, news),
        "order": lambda: duka.ask("POST", "/api/orders", data=wish, headers=BEARER),
    }


def answers(asked):
    """Ask all of them at once."""
    given = {}
    threads = [
        threading.Thread(target=lambda n=name, a=ask: given.update({n: a()}))
        for name, ask in asked.items()
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return given


CLOSED = {"nothing can be written": nothing_can_be_written, "locked": locked}


@pytest.mark.parametrize("closed", CLOSED.values(), ids=CLOSED)
def test_closed_books_are_503_on_the_webhooks_500_elsewhere_and_soon_over(frail, closed):
    duka, customer = frail.duka, Customer(frail.duka, frail.ghala)
    asked, already = requests(frail, customer), len(duka.lines)
    with closed(duka):
        began = time.monotonic()
        given = answers(asked)
        took = time.monotonic() - began

        for webhook in (given["message"], given["payment"]):
            assert (webhook.status, webhook.json) == (503, BUSY)
            assert webhook.headers["retry-after"] == "1"
        assert given["order"].status == 500
        reference = given["order"].json["reference"]
        assert given["order"].json == {**BROKEN, "reference": reference}
        assert duka.logged(reference, lines_from=already)
        assert took < 15
        assert duka.logged("database", lines_from=already).startswith("[ERROR] ")

    kept = "SELECT 1 FROM inbox WHERE phone = ? AND kind <> 'back'"  # the word that we are back
    assert duka.books(kept, customer.phone) == []
    assert customer.orders() == []
    again = answers(asked)
    assert (again["message"].status, again["message"].json) == (200, PROCESSED)
    assert (again["payment"].status, again["order"].status) == (200, 201)
    heard = [said for said in customer.hears_all() if "we were away" not in str(said)]
    assert len(heard) == 2


def test_what_was_owed_when_the_books_closed_is_sent_when_they_open(frail):
    customer = Customer(frail.duka, frail.ghala)
    frail.tap.breaks(customer.phone, "/v1/whatsapp/messages", "hold", seconds=1)
    customer.says("Hi")
    until(lambda: frail.tap.requests(customer.phone), "the request")

    with nothing_can_be_written(frail.duka):
        until(customer.shown, "the message on the phone")
        frail.duka.logged("The worker waits for the database")

    assert len(customer.hears_all()) == 1


def test_health_says_so(frail):
    with locked(frail.duka):
        given = frail.duka.ask("GET", "/health")

    assert given.status in (200, 503)
    assert given.json.keys() >= {"success", "database", "queue"}
