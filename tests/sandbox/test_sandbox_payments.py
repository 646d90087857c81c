"""Payments: who decides them, what Duka is told of it, and all the ways that news is spoilt."""

import json
import re

import pytest

from adapters import signatures
from adapters.sandbox import NotPossible


def planned(*webhooks):
    return [{"when": {"path": "/orders"}, "webhooks": list(webhooks)}]


def paid(rehearse, *webhooks, seconds=2.0, **settings):
    """Charge under a plan, approve where a person must, and give the news that came."""
    rehearsal = rehearse(plan=planned(*webhooks), **settings)
    name = rehearsal.shop_charges().json()["id"]
    if rehearsal.sandbox.truth.orders[name].asks:
        rehearsal.sandbox.decide(name, "approve")
    rehearsal.pass_time(seconds)
    return rehearsal, name


def test_an_approved_payment_is_told_with_its_reference(rehearsal):
    name = rehearsal.shop_charges().json()["id"]

    rehearsal.sandbox.decide(name, "approve", pin="1234")
    rehearsal.sandbox.catch_up()

    [told] = rehearsal.webhooks()
    reference = told["data"].pop("transaction_reference")
    assert re.fullmatch("[A-Z0-9]{10}", reference)
    assert told == {
        "event": "payment.success",
        "data": {"order_id": name, "amount": 3000, "currency": "KES", "status": "success"},
    }
    assert rehearsal.status_of(name).json()["transaction_reference"] == reference


def test_a_refused_payment_is_told_with_the_reason(rehearsal):
    name = rehearsal.shop_charges().json()["id"]

    rehearsal.sandbox.decide(name, "refuse", reason="Insufficient funds")
    rehearsal.sandbox.catch_up()

    data = {"order_id": name, "failure_reason": "Insufficient funds"}
    assert rehearsal.webhooks() == [{"event": "payment.failed", "data": data}]
    assert rehearsal.status_of(name).json()["payment_status"] == "failed"


def test_an_ignored_payment_is_told_to_nobody_and_stays_pending(rehearsal):
    name = rehearsal.shop_charges().json()["id"]

    rehearsal.sandbox.decide(name, "ignore")
    rehearsal.pass_time(60)

    assert rehearsal.webhooks() == []
    assert rehearsal.status_of(name).json()["payment_status"] == "pending"
    assert rehearsal.sandbox.phone("+254700000001")["prompts"] == []


def test_a_payment_is_decided_once(rehearsal):
    name = rehearsal.shop_charges().json()["id"]
    rehearsal.sandbox.decide(name, "approve")

    with pytest.raises(NotPossible, match="decided already"):
        rehearsal.sandbox.decide(name, "refuse")


@pytest.mark.parametrize("pin", ["123", "12345", "12a4"])
def test_a_pin_has_four_digits(rehearsal, pin):
    name = rehearsal.shop_charges().json()["id"]

    with pytest.raises(NotPossible, match="four digits"):
        rehearsal.sandbox.decide(name, "approve", pin=pin)


def test_a_payment_waits_on_the_phone_for_a_person(rehearsal):
    rehearsal.shop_charges()

    rehearsal.pass_time(60)

    [prompt] = rehearsal.sandbox.phone("+254700000001")["prompts"]
    assert (prompt["amount"], prompt["method"], prompt["status"]) == (3000, "mpesa", "pending")


@pytest.mark.parametrize(
    ("payments", "event"),
    [
        ("approve after 1s", ["payment.success"]),
        ("refuse after 1s: Insufficient funds", ["payment.failed"]),
        ("ignore", []),
    ],
)
def test_the_plan_may_decide_in_place_of_a_person(rehearse, payments, event):
    rehearsal = rehearse(plan={"payments": payments})
    rehearsal.shop_charges()

    rehearsal.pass_time(0.9)
    early = rehearsal.webhooks()
    rehearsal.pass_time(0.3)

    assert early == []
    assert [told["event"] for told in rehearsal.webhooks()] == event
    assert rehearsal.sandbox.phone("+254700000001")["prompts"] == []


def test_news_is_signed_over_the_bytes_sent(rehearsal):
    bodies = []
    desk_post = rehearsal.post
    rehearsal.sandbox._desk.post = lambda url, body, headers: (
        bodies.append((body, headers["x-ghala-signature"])) or desk_post(url, body, headers)
    )
    rehearsal.sandbox.decide(rehearsal.shop_charges().json()["id"], "approve")

    rehearsal.sandbox.catch_up()

    [(body, signature)] = bodies
    assert signature == signatures.sign(body, rehearsal.secret)


def test_planned_news_comes_at_its_time_and_a_late_success_counts(rehearse):
    rehearsal = rehearse(plan=planned("failed@0.1s", "success@0.5s"))
    name = rehearsal.shop_charges().json()["id"]

    rehearsal.pass_time(0.3)
    early = rehearsal.status_of(name).json()["payment_status"]
    rehearsal.pass_time(0.4)

    assert [told["event"] for told in rehearsal.webhooks()] == ["payment.failed", "payment.success"]
    assert early == "failed"
    assert rehearsal.status_of(name).json()["payment_status"] == "success"


def test_a_failure_told_after_a_success_changes_nothing(rehearse):
    rehearsal, name = paid(rehearse, "success@0.1s", "failed@0.3s")

    assert [told["event"] for told in rehearsal.webhooks()] == ["payment.success", "payment.failed"]
    assert rehearsal.status_of(name).json()["payment_status"] == "success"


def test_paid_again_is_a_second_payment_with_its_own_reference(rehearse):
    rehearsal, _ = paid(rehearse, "success@0.1s", "success@0.2s", "success(again)@0.3s")

    first, same, other = (t["data"]["transaction_reference"] for t in rehearsal.webhooks())
    assert first == same != other


def test_news_may_never_come(rehearse):
    rehearsal, name = paid(rehearse, "none", seconds=60)

    assert rehearsal.webhooks() == []
    assert rehearsal.status_of(name).json()["payment_status"] == "success"


def test_news_may_come_several_times(rehearse):
    rehearsal, _ = paid(rehearse, "dup(3)")

    first, *others = rehearsal.webhooks()
    assert others == [first, first]


def test_news_may_come_late(rehearse):
    rehearsal, _ = paid(rehearse, "late(5)", seconds=4.5)
    early = rehearsal.webhooks()

    rehearsal.pass_time(1)

    assert early == []
    assert len(rehearsal.webhooks()) == 1


def test_news_may_come_again_much_later_byte_for_byte(rehearse):
    rehearsal, _ = paid(rehearse, "replay(10)", seconds=9)
    assert len(rehearsal.posted) == 1

    rehearsal.pass_time(2)

    first, again = rehearsal.posted
    assert first == again


def test_news_may_come_in_the_wrong_order(rehearse):
    planned_order, _ = paid(rehearse, "failed@0.1s", "success@0.5s", "reorder")
    by_person, _ = paid(rehearse, "reorder")

    assert [t["event"] for t in planned_order.webhooks()] == ["payment.success", "payment.failed"]
    assert [t["event"] for t in by_person.webhooks()] == ["payment.success", "payment.pending"]


def test_news_may_come_before_the_order_is_answered(rehearse):
    rehearsal = rehearse(plan=planned("before_answer"))

    answer = rehearsal.shop_charges()

    [told] = rehearsal.webhooks()
    assert told["event"] == "payment.success"
    assert told["data"]["order_id"] == answer.json()["id"]


@pytest.mark.parametrize(
    ("twist", "field", "value"),
    [
        ("amount(+1)", "amount", 3001),
        ("amount(-500)", "amount", 2500),
        ("amount(3000.5)", "amount", 3000.5),
        ("amount(true)", "amount", True),
        ('amount("3000")', "amount", "3000"),
        ("amount(none)", "amount", None),
        ("amount", "amount", 3001),
        ("currency(USD)", "currency", "USD"),
        ("currency(none)", "currency", None),
    ],
)
def test_news_may_name_another_sum(rehearse, twist, field, value):
    rehearsal, name = paid(rehearse, twist)

    [told] = rehearsal.webhooks()
    assert told["data"].get(field) == value
    assert rehearsal.status_of(name).json()["amount"] == 3000


def test_news_may_name_an_order_nobody_knows(rehearse):
    rehearsal, name = paid(rehearse, "unknown_id")

    [told] = rehearsal.webhooks()
    assert told["data"]["order_id"] != name


def test_a_forgery_is_signed_wrongly_and_tried_once(rehearse):
    rehearsal = rehearse(plan=planned("bad_sig@0.1s", "success@0.5s"))
    rehearsal.answers = [401]
    rehearsal.shop_charges()

    rehearsal.pass_time(3)

    assert [_is_genuine(rehearsal, letter) for letter in rehearsal.posted] == [False, True]


def _is_genuine(rehearsal, letter):
    _, told, headers = letter
    body = json.dumps(told, separators=(",", ":")).encode()
    return headers["x-ghala-signature"] == signatures.sign(body, rehearsal.secret)


def test_false_news_leaves_the_payment_as_it_is(rehearse):
    rehearsal = rehearse(plan=planned("amount(+1)@0.1s"))
    name = rehearsal.shop_charges().json()["id"]

    rehearsal.pass_time(0.5)

    assert rehearsal.webhooks()[0]["data"]["amount"] == 3001
    assert rehearsal.status_of(name).json()["payment_status"] == "pending"
