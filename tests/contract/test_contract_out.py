"""Section 4: what leaves for Ghala, byte for byte, and what is done when Ghala has a bad day."""

import re
import time
from itertools import pairwise

import pytest
from contract_actors import SECRETS, Customer, body_of, choices_of, until

SEND, CHARGE = "/v1/whatsapp/messages", "/v1/orders"


def on(path, phone, then, nth="1..", method="POST"):
    """One rule of the sandbox's fault plan, for one phone."""
    when = f"{{path: {path}, method: {method}, phone: '{phone}', nth: {nth}}}"
    return f"- when: {when}\n  then: {then}\n"


def first(tap, phone, path):
    return until(lambda: tap.requests(phone, path), f"a request to {path}")[0]


# --- the words ------------------------------------------------------------------------------------


def test_buttons(customer, tap):
    customer.says("Hi")

    sent = first(tap, customer.phone, SEND)
    text = sent.body["interactive"]["body"]["text"]
    assert sent.method == "POST"
    assert sent.body == {
        "to": customer.phone,
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": text},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "view_products", "title": "View Products"}},
                    {"type": "reply", "reply": {"id": "view_promotions", "title": "Promotions"}},
                ]
            },
        },
    }
    assert "elcome" in text


def test_a_list(customer, tap):
    customer.taps("view_products")

    sent = first(tap, customer.phone, SEND).body
    told = sent["interactive"]
    (section,) = told["action"]["sections"]
    assert sent == {"to": customer.phone, "type": "interactive", "interactive": told}
    assert told.keys() == {"type", "body", "action"}
    assert told["type"] == "list"
    assert told["body"].keys() == {"text"}
    assert told["action"].keys() == {"button", "sections"}
    assert section.keys() == {"title", "rows"}
    assert [row.keys() for row in section["rows"]] == [{"id", "title", "description"}] * 5
    shelf = [("☕", "1500"), ("🍯", "800"), ("🧼", "600"), ("🥑", "400"), ("🍞", "250")]
    for number, ((emoji, price), row) in enumerate(zip(shelf, section["rows"], strict=True), 1):
        assert row["id"] == f"prod_00{number}"
        assert row["title"].startswith(emoji)
        assert f"KES {price}" in row["description"]
        assert len(row["title"].encode("utf-16-le")) <= 48
        assert len(row["description"].encode("utf-16-le")) <= 144


def test_a_text(customer, tap):
    customer.taps("prod_001")

    sent = first(tap, customer.phone, SEND).body
    assert sent == {"to": customer.phone, "type": "text", "text": {"body": sent["text"]["body"]}}
    for said in ("Premium Coffee Beans 1kg", "KES 1500", "e.g. 2"):
        assert said in sent["text"]["body"]


def test_the_summary_and_its_three_buttons(customer):
    customer.says("Hi").taps("prod_003").says("5").says("Ngong Road 7")

    heard = customer.hears_all()
    assert "skip" in body_of(heard[2])
    order = customer.orders()[0]["id"]
    for said in (order, "Handmade Soap Set", "5", "Ngong Road 7", "KES 3000"):
        assert said in body_of(heard[3])
    assert choices_of(heard[3]) == [f"pay_{each}_{order}" for each in ("mpesa", "airtel", "card")]
    titles = [each["reply"]["title"] for each in heard[3]["interactive"]["action"]["buttons"]]
    assert titles == ["M-Pesa", "Airtel Money", "Card"]


@pytest.mark.parametrize("method", ["mpesa", "airtel", "card"])
def test_a_charge(customer, duka, tap, method):
    order, _ = customer.charged(method)

    sent = first(tap, customer.phone, CHARGE)
    assert sent.method == "POST"
    assert sent.body == {
        "external_id": f"{order}.1",
        "amount": 3000,
        "currency": "KES",
        "payment_method": method,
        "customer": {"phone": customer.phone},
        "description": "Payment for Premium Coffee Beans 1kg x2",
        "callback_url": f"http://localhost:{duka.port}/api/webhooks/ghala",
    }


def test_the_headers(customer, tap):
    customer.charged()

    for sent in tap.requests(customer.phone):
        assert sent.headers["authorization"] == f"Bearer {SECRETS['GHALA_API_KEY']}"
        assert sent.headers["content-type"] == "application/json"
        assert sent.headers["idempotency-key"]


def test_each_thing_has_a_key_of_its_own(customer, tap):
    customer.charged()

    keys = [sent.headers["idempotency-key"] for sent in tap.requests(customer.phone)]
    assert len(set(keys)) == len(keys) == 7


def test_the_customer_is_told_what_to_do_on_the_phone(customer):
    order = customer.selects()
    customer.taps(f"pay_mpesa_{order}")

    said = body_of(customer.hears())
    for each in (order, "rocessing", "PIN"):
        assert each in said


def test_the_link_to_pay_by_card_is_sent_to_the_customer(customer):
    order, charge = customer.charged("card")

    said = body_of(customer.hears())
    assert charge["payment_url"] in said
    assert order in said


# --- bad days -------------------------------------------------------------------------------------

#: What a message meets at its first try, or its first two: by the sandbox, or by the line itself.
MESSAGE_MEETS = {
    "500": ("status(500)", 1),
    "503": ("status(503)", 1),
    "twice 500": ("status(500)", "1..2"),
    "429 with Retry-After": ("status(429, retry_after=3)", 1),
    "500 after it acted": ("accept_then(500)", 1),
    "reset before it acts": "before",
    "reset after it acted": "after",
    "no answer for 14 s": "hold",
}
CHARGE_MEETS = {
    "500": ("status(500)", 1),
    "429": ("status(429, retry_after=2)", 1),
    "500 after it acted": ("accept_then(500)", 1),
    "garbage": ("garbage", 1),
    "wrong types": ("wrong_types", 1),
    "late": ("accept_late(1.5)", 1),
    "422": ("status(422)", 1),
    "reset before it acts": "before",
    "reset after it acted": "after",
    "no webhook": ("ok\n  webhooks: [success@0.1s, none]", 1),
}


@pytest.fixture(scope="module")
def bad_day(open_world):
    """A world where everything fails that can, for everybody at once, as waiting takes its time.

    Gives the customer who meets something, and the order if it is a charge that does.
    """
    world = open_world("bad_day")
    writers = {name: Customer(world.duka, world.ghala) for name in MESSAGE_MEETS}
    payers = {name: Customer(world.duka, world.ghala) for name in CHARGE_MEETS}
    everybody = [(writers, MESSAGE_MEETS, SEND), (payers, CHARGE_MEETS, CHARGE)]
    plan = ""
    for people, meets, path in everybody:
        for name, how in meets.items():
            phone = people[name].phone
            if isinstance(how, str):
                world.tap.breaks(phone, path, how, seconds=14 if how == "hold" else 0)
            else:
                plan += on(path.removeprefix("/v1"), phone, *how)
    world.ghala.plan(plan)
    for writer in writers.values():
        writer.says("Hi").taps("view_products")
    orders = {payer: payer.selects() for payer in payers.values()}
    for payer, order in orders.items():
        payer.taps(f"pay_mpesa_{order}").hears()

    def meeting(message="", charge=""):
        return writers[message] if message else (payers[charge], orders[payers[charge]])

    meeting.world = world
    return meeting


@pytest.fixture(scope="module", autouse=True)
def _begin_now(bad_day):
    """Let the bad day begin with the first test."""


def pauses(requests):
    at = [each.at for each in requests]
    return [after - before for before, after in pairwise(at)]


def test_one_slow_answer_keeps_no_other_customer_waiting(duka, ghala, tap):
    slow, quick = Customer(duka, ghala), Customer(duka, ghala)
    tap.breaks(slow.phone, SEND, "hold", seconds=6)
    slow.says("Hi")
    first(tap, slow.phone, SEND)
    began = time.monotonic()

    quick.says("Hi").hears()

    assert time.monotonic() - began < 5
    assert slow.owed()
    slow.says("Hi")
    assert len(slow.hears_all()) == 2
    keys = [each.headers["idempotency-key"] for each in tap.requests(slow.phone, SEND)]
    assert len(keys) == len(set(keys)) == 2


@pytest.mark.parametrize("status", [400, 404, 422])
def test_another_4xx_is_final_and_the_operator_is_told(customer, duka, ghala, tap, status):
    ghala.plan(on("/whatsapp/messages", customer.phone, f"status({status})", nth=1))

    customer.says("Hi").taps("view_products")

    assert len(choices_of(customer.hears())) == 5
    keys = [each.headers["idempotency-key"] for each in tap.requests(customer.phone, SEND)]
    assert len(keys) == len(set(keys)) == 2
    (row,) = duka.books("SELECT * FROM outbox WHERE phone = ? AND status = 'dead'", customer.phone)
    assert str(status) in row["error"]
    line = duka.logged(f"Message {row['id']} ")
    assert line.startswith("[ERROR] ")
    assert str(status) in line


def test_a_redirect_is_not_followed(customer, ghala, tap):
    ghala.plan(on("/whatsapp/messages", customer.phone, "redirect", nth=1))

    customer.says("Hi").taps("view_products").hears_all()

    assert {each.path for each in tap.requests(customer.phone)} == {SEND}
    assert ghala.facts("asked", path="/followed") == []


# charges


@pytest.mark.parametrize(
    "met", ["500 after it acted", "reset after it acted", "garbage", "wrong types"]
)
def test_a_charge_of_unknown_fate_is_asked_about_and_not_sent_again(bad_day, met):
    (customer, order), world = bad_day(charge=met), bad_day.world
    asked = f"{CHARGE}/{order}.1"

    until(lambda: [each for each in world.tap.heard if each.path == asked], "a question")
    (charge,) = world.ghala.charges(order)
    world.ghala.decide(charge["id"], "approve")

    assert order in body_of(customer.hears())
    assert len(world.tap.requests(customer.phone, CHARGE)) == 1
    assert len(world.ghala.charges(order)) == 1


@pytest.mark.parametrize("met", ["500", "reset before it acts"])
def test_after_settling_the_same_attempt_is_posted_again_under_the_same_key(bad_day, met):
    (customer, order), world = bad_day(charge=met), bad_day.world
    (charge,) = until(lambda: world.ghala.charges(order), "the charge")

    posts = world.tap.requests(customer.phone, CHARGE)
    assert [each.headers["idempotency-key"] for each in posts] == [f"{order}.1"] * 2
    assert posts[0].body == posts[1].body
    assert pauses(posts)[0] > 2  # PAYMENT_SETTLE_SECONDS is 3; the first may arrive late
    asked = [each for each in world.tap.heard if each.path == f"{CHARGE}/{order}.1"]
    assert asked
    assert {each.method for each in asked} == {"GET"}
    world.ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())
    assert len(world.ghala.charges(order)) == 1


def test_a_charge_that_ghala_takes_late_is_found_by_asking(bad_day):
    (customer, order), world = bad_day(charge="late"), bad_day.world
    (charge,) = until(lambda: world.ghala.charges(order), "the charge")
    world.ghala.decide(charge["id"], "approve")

    assert order in body_of(customer.hears())
    keys = {each.headers["idempotency-key"] for each in world.tap.requests(customer.phone, CHARGE)}
    assert keys == {f"{order}.1"}
    assert len(world.ghala.charges(order)) == 1


def test_a_charge_that_ghala_puts_off_is_sent_again_under_its_key(bad_day):
    (customer, order), world = bad_day(charge="429"), bad_day.world
    until(lambda: world.ghala.charges(order), "the charge")

    posts = world.tap.requests(customer.phone, CHARGE)
    assert [each.headers["idempotency-key"] for each in posts] == [f"{order}.1"] * 2
    assert 1.9 < pauses(posts)[0] < 6


def test_a_charge_that_ghala_refuses_is_final_and_told_to_both(bad_day):
    (customer, order), world = bad_day(charge="422"), bad_day.world

    heard = customer.hears()

    assert choices_of(heard)[0] == f"pay_mpesa_{order}"
    assert customer.state() == "payment_failed"
    assert len(world.tap.requests(customer.phone, CHARGE)) == 1
    assert world.duka.logged(f"refused payment {order}.1").startswith("[ERROR] ")


def test_without_any_webhook_the_payment_is_found_by_polling(bad_day):
    (customer, order), ghala = bad_day(charge="no webhook"), bad_day.world.ghala

    receipt = body_of(customer.hears())

    assert order in receipt
    (charge,) = ghala.charges(order)
    (news,) = ghala.facts("payment", id=charge["id"])
    assert news["reference"] in receipt
    assert not [each for each in ghala.facts("letter") if charge["id"] in each["lane"]]


# messages


@pytest.mark.parametrize("met", MESSAGE_MEETS)
def test_a_message_is_sent_again_under_its_own_key_until_ghala_has_it(bad_day, met):
    customer, tap = bad_day(message=met), bad_day.world.tap

    heard = customer.hears_all()

    assert [len(choices_of(each)) for each in heard] == [2, 5]
    *tries, second = tap.requests(customer.phone, SEND)
    assert len(tries) == (3 if met == "twice 500" else 2)
    assert len({each.headers["idempotency-key"] for each in tries}) == 1
    assert all(each.body == tries[0].body for each in tries)
    assert second.headers["idempotency-key"] != tries[0].headers["idempotency-key"]


def test_retry_after_is_honoured(bad_day):
    customer = bad_day(message="429 with Retry-After")
    customer.hears_all()

    assert 2.9 < pauses(bad_day.world.tap.requests(customer.phone, SEND))[0] < 8


def test_there_is_a_pause_before_each_further_try(bad_day):
    customer = bad_day(message="twice 500")
    customer.hears_all()

    between = pauses(bad_day.world.tap.requests(customer.phone, SEND))[:2]
    assert min(between) > 0.5
    assert between[1] > 1.0


def test_no_answer_is_waited_for_for_ever(bad_day):
    customer = bad_day(message="no answer for 14 s")
    customer.hears_all()

    assert 9 < pauses(bad_day.world.tap.requests(customer.phone, SEND))[0] < 14.5


def test_limits_of_whatsapp_are_kept_in_all_that_was_sent(tap):
    """A sandbox that refuses what WhatsApp refuses has refused nothing of ours."""
    sent = [each.body for each in tap.heard if each.path == SEND]

    assert sent
    for each in sent:
        assert re.fullmatch(r"\+[0-9]{9,15}", each["to"])
        assert all(len(choice) <= 256 for choice in choices_of(each))
        assert len(body_of(each).encode("utf-16-le")) <= 2048
