"""Section 3, news of payments: what each event does to the books and says to the customer."""

import json
import re

import pytest
from contract_actors import PAYMENTS, body_of, choices_of, until

DONE = "Webhook processed successfully"
ORDER_ID = re.compile(r"ORD-[0-9]{13}-[a-z0-9]{6,9}")


def fine(given):
    assert given.status == 200, given.body
    assert given.json["success"] is True
    assert given.json["message"] == DONE
    assert isinstance(given.json["result"], dict)
    return given


def success(order_id, reference="QXR1TEST99", amount=3000, currency="KES", **more):
    told = {
        "order_id": order_id,
        "transaction_reference": reference,
        "amount": amount,
        "currency": currency,
        "status": "success",
        **more,
    }
    return {name: each for name, each in told.items() if each is not None}


def paid(customer, order):
    (row,) = [each for each in customer.orders() if each["id"] == order]
    return row["status"], row["payment_status"]


ID_OF = {
    "Ghala's id": lambda order, charge: charge["id"],
    "our own order id": lambda order, charge: order,
    "the attempt's id": lambda order, charge: charge["external_id"],
}


@pytest.mark.parametrize("name", ID_OF.values(), ids=ID_OF)
def test_success_by_any_of_its_ids_is_a_receipt(customer, duka, name):
    order, charge = customer.known_charge()

    fine(duka.news("payment.success", **success(name(order, charge), "QXR1TEST01")))

    receipt = body_of(customer.hears())
    for said in (order, "Premium Coffee Beans 1kg", "2", "KES 1500", "KES 3000", "M-Pesa"):
        assert said in receipt
    for said in ("QXR1TEST01", "Kimathi Street 12, Nairobi", "hank you"):
        assert said in receipt
    assert re.search(r"\d{1,2} [A-Z][a-z]{2} 20\d\d|20\d\d-\d\d-\d\d", receipt)
    assert paid(customer, order) == ("completed", "paid")
    assert customer.state() == "completed"
    assert ORDER_ID.fullmatch(order)


def test_after_the_receipt_the_next_message_starts_again_with_nothing_in_memory(customer, duka):
    order, charge = customer.known_charge()
    duka.news("payment.success", **success(charge["id"]))
    customer.hears_all()

    customer.says("what else")

    assert choices_of(customer.hears()) == ["view_products", "view_promotions"]
    (row,) = duka.books("SELECT memory FROM conversations WHERE phone = ?", customer.phone)
    assert order not in row["memory"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Insufficient funds", "Insufficient funds"),
        ("DS timeout user cannot be reached", "not answered in time"),
        (None, ""),
        ("x" * 3000, "x"),
    ],
)
def test_failed_says_why_and_offers_to_retry_or_another_way(customer, duka, reason, said):
    order, charge = customer.known_charge()
    told = {"failure_reason": reason} if reason else {}

    fine(duka.news("payment.failed", order_id=charge["id"], **told))

    heard = customer.hears()
    assert said in body_of(heard)
    assert choices_of(heard) == [f"pay_{each}_{order}" for each in ("mpesa", "airtel", "card")]
    assert heard["interactive"]["action"]["buttons"][0]["reply"]["title"] == "Retry"
    assert customer.state() == "payment_failed"
    assert paid(customer, order) == ("payment_failed", "failed")


@pytest.mark.parametrize("word", ["retry", "Yes!"])
def test_the_typed_word_retries_with_the_same_method_as_a_new_attempt(customer, duka, ghala, word):
    order, charge = customer.known_charge(method="airtel")
    duka.news("payment.failed", order_id=charge["id"], failure_reason="Declined")
    customer.hears_all()

    customer.says(word)

    assert order in body_of(customer.hears())
    charges = until(lambda: found if len(found := ghala.charges(order)) == 2 else None, "a retry")
    assert [each["external_id"] for each in charges] == [f"{order}.1", f"{order}.2"]
    assert [each["method"] for each in charges] == ["airtel", "airtel"]
    assert customer.state() == "payment_processing"


@pytest.mark.parametrize("event", ["payment.pending", "order.created"])
def test_these_are_recorded_and_nothing_is_said(customer, duka, event):
    order, charge = customer.known_charge()

    fine(duka.news(event, order_id=charge["id"]))

    assert customer.hears_all() == []
    assert customer.state() == "payment_processing"
    assert paid(customer, order) == ("pending", "pending")
    assert duka.books("SELECT 1 FROM inbox WHERE kind = ? AND body LIKE ?", event,
                      f"%{charge['id']}%")  # fmt: skip


@pytest.mark.parametrize("event", ["payment.successful", "payout.done", "x" * 4000])
def test_any_other_event_is_recorded_as_ignored(customer, duka, event):
    order, charge = customer.known_charge()

    fine(duka.news(event, **success(charge["id"])))

    assert customer.hears_all() == []
    assert paid(customer, order) == ("pending", "pending")
    kept = duka.books("SELECT outcome FROM inbox WHERE key LIKE ? AND body LIKE ?",
                      f"pay:{event[:32]}%", f"%{charge['id']}%")  # fmt: skip
    assert [each["outcome"] for each in kept] == ["ignored"]


@pytest.mark.parametrize("event", ["payment.success", "payment.failed"])
def test_an_unknown_order_is_kept_and_flagged(duka, event):
    unknown = f"gh_nobody_{event[-4:]}"

    fine(duka.news(event, **success(unknown)))

    (kept,) = duka.books("SELECT * FROM inbox WHERE body LIKE ?", f"%{unknown}%")
    assert kept["outcome"] == "waiting"
    assert duka.logged(unknown).startswith(("[WARN] ", "[INFO] "))
    assert [line for line in duka.lines if unknown in line and line.startswith("[WARN] ")]


def test_what_was_kept_is_acted_on_once_its_order_is_known(customer, duka, ghala):
    """Ghala is faster than its own answer: the news is here before the id that it speaks of."""
    ghala.plan(
        f"- when: {{path: /orders, method: POST, phone: '{customer.phone}'}}\n"
        "  then: accept_then(slow 2)\n"
        "  webhooks: [success@0s]"
    )
    order, charge = customer.charged()

    assert order in body_of(customer.hears())
    assert paid(customer, order) == ("completed", "paid")
    assert len(duka.books("SELECT 1 FROM receipts WHERE order_id = ?", order)) == 1
    assert charge["amount"] == 3000


WRONG = {
    "one short": {"amount": 2999},
    "one over": {"amount": 3001},
    "none of it": {"amount": 0},
    "negative": {"amount": -3000},
    "true": {"amount": True},
    "a fraction": {"amount": 3000.5},
    "words": {"amount": "three thousand"},
    "a list": {"amount": [3000]},
    "endless": {"amount": 10**400},
    "dollars": {"currency": "USD"},
    "no currency": {"currency": None},
    "a currency of another shape": {"currency": 404},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_another_amount_or_currency_is_never_paid(customer, duka, change):
    order, charge = customer.known_charge()

    fine(duka.news("payment.success", **success(charge["id"], **change)))

    said = body_of(customer.hears())
    assert order in said
    assert "not pay again" in said
    assert paid(customer, order) == ("needs_review", "pending")
    (row,) = duka.books("SELECT status FROM payments WHERE order_id = ?", order)
    assert row["status"] == "needs_review"
    assert duka.books("SELECT 1 FROM receipts WHERE order_id = ?", order) == []


@pytest.mark.parametrize("amount", [3000, "3000", "3000.00", 3000.0])
def test_the_right_amount_however_it_is_written(customer, duka, amount):
    order, charge = customer.known_charge()

    fine(duka.news("payment.success", **success(charge["id"], amount=amount)))

    assert order in body_of(customer.hears())
    assert paid(customer, order) == ("completed", "paid")


def test_without_an_amount_ghala_is_asked_before_anything_is_paid(customer, duka, ghala):
    order, charge = customer.known_charge()

    fine(duka.news("payment.success", order_id=charge["id"], transaction_reference="QXR1TEST02"))

    asked = until(lambda: ghala.facts("asked", method="GET", path=f"/orders/{charge['id']}"), "it")
    assert asked
    assert paid(customer, order) == ("pending", "pending")
    ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())


def test_success_after_failed_is_believed(customer, duka):
    order, charge = customer.known_charge()
    duka.news("payment.failed", order_id=charge["id"], failure_reason="Timeout")
    customer.hears_all()

    fine(duka.news("payment.success", **success(charge["id"])))

    assert order in body_of(customer.hears())
    assert paid(customer, order) == ("completed", "paid")


def test_failed_after_success_changes_nothing(customer, duka):
    order, charge = customer.known_charge()
    duka.news("payment.success", **success(charge["id"]))
    customer.hears_all()

    fine(duka.news("payment.failed", order_id=charge["id"], failure_reason="Timeout"))

    assert customer.hears_all() == []
    assert paid(customer, order) == ("completed", "paid")


def test_money_after_cancelling_is_for_a_person(customer, duka):
    order = customer.selects()
    customer.says("cancel")
    customer.hears_all()

    fine(duka.news("payment.success", **success(order)))

    assert order in body_of(customer.hears())
    assert paid(customer, order) == ("needs_review", "pending")


def test_an_order_of_another_shape_is_recorded(duka):
    for data in ({}, {"order_id": None}, {"order_id": 7}, {"order_id": "x" * 3000}):
        fine(duka.news("payment.success", **data))


@pytest.mark.parametrize("data", [{"event": "payment.success"}, {"event": 1, "data": {}}, {}])
def test_news_of_another_shape_is_400(duka, data):
    given = duka.hook(PAYMENTS, data)

    assert given.status == 400
    assert given.json == {"success": False, "message": "Invalid message format"}


def test_the_customer_who_wandered_off_gets_the_receipt_and_stays_there(customer, duka):
    _, charge = customer.known_charge()
    customer.says("menu")
    customer.hears_all()

    duka.news("payment.success", **success(charge["id"], "QXR1TEST03"))

    assert "QXR1TEST03" in body_of(customer.hears())
    assert customer.state() == "greeting"


def test_what_a_stranger_says_in_a_reason_is_text(customer, duka):
    _, charge = customer.known_charge()
    said = "{total} <b>\n[INFO] 2026-01-16T10:30:00.000Z paid"

    duka.news("payment.failed", order_id=charge["id"], failure_reason=said)

    assert "{total} <b> [INFO]" in body_of(customer.hears())
    assert json.dumps(said)
