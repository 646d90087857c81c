"""Ghala v2 and Meta's Cloud API: recorded shapes in, the right words out, every error's meaning."""

import json

import pytest

from adapters import ghala_v2, meta_cloud
from adapters.answers import Answer, accepted
from adapters.dialects import DIALECTS
from adapters.errors import BadKey, Forged, Refused, TryLater, Unknown
from adapters.plain import spoken
from adapters.signatures import TOLERANCE, sealed, verify
from engine.effect import AskLocation, Button, Buttons, Row, Rows, Template, Text

SECRET = "whsec_a_long_and_private_word"
BODY = b'{"id":"01JZ8Q4R2K7N3M5P9V1X6T0B2C","status":"delivered"}'
PHONE = "+254700000001"
NOW = 1_768_559_400.0
MENU = Buttons("Pay?", (Button("pay_mpesa_1", "M-Pesa"), Button("pay_card_1", "Card")))
LIST = Rows("Which?", "Open", "Goods", (Row("prod_001", "Coffee", "1 kg"),))


def heard(told, *, event="", delivery="d-1"):
    return ghala_v2.events(told, event=event, delivery=delivery, country="KE")


# --- v2: signed with the time -------------------------------------------------------------------


def test_v2_signs_the_time_and_the_body_with_a_dot_between():
    headers = sealed(BODY, SECRET, scheme="v2", at=NOW)

    assert headers["x-ghala-timestamp"] == "1768559400"
    assert headers["x-ghala-signature"].startswith("sha256=")
    believed(headers, now=NOW)


def believed(headers, *, now, body=BODY):
    verify(
        body, [headers["x-ghala-signature"]], secrets=[SECRET], scheme="v2",
        stamp=headers.get("x-ghala-timestamp", ""), now=now,
    )  # fmt: skip


@pytest.mark.parametrize("late", [-TOLERANCE, TOLERANCE])
def test_v2_bears_a_clock_that_is_five_minutes_off(late):
    believed(sealed(BODY, SECRET, scheme="v2", at=NOW), now=NOW + late)


@pytest.mark.parametrize(
    ("headers", "now"),
    [
        (sealed(BODY, SECRET, scheme="v2", at=NOW), NOW + TOLERANCE + 1),
        (sealed(BODY, SECRET, scheme="v2", at=NOW), NOW - TOLERANCE - 1),
        (sealed(BODY, SECRET, scheme="v2", at=NOW) | {"x-ghala-timestamp": "1768559401"}, NOW),
        (sealed(BODY, SECRET, scheme="v2", at=NOW) | {"x-ghala-timestamp": ""}, NOW),
        (sealed(BODY, SECRET, scheme="v2", at=NOW) | {"x-ghala-timestamp": "-1"}, NOW),
        (sealed(BODY, SECRET, scheme="v2", at=NOW) | {"x-ghala-timestamp": "١"}, NOW),
        (sealed(BODY, SECRET, scheme="v2", at=NOW) | {"x-ghala-timestamp": "9" * 4000}, NOW),
        (sealed(BODY, "another", scheme="v2", at=NOW), NOW),
        (sealed(BODY, SECRET, scheme="v1", at=NOW), NOW),
    ],
)
def test_v2_refuses_what_is_old_early_or_another_time_than_was_signed(headers, now):
    with pytest.raises(Forged):
        believed(headers, now=now)


# --- v2: what it brings -------------------------------------------------------------------------

RECEIVED = [
    {"id": "01J", "wa_message_id": "wamid.1", "from": "254700000001", "type": "text",
     "text": {"body": "Hi"}},
    {"id": "01J", "wa_message_id": "wamid.1", "phone_number": "0700000001", "text": "Hi"},
    {"message": {"wa_message_id": "wamid.1", "body": "Hi"},
     "contact": {"phone_number": "+254700000001"}},
    {"event": "message.received",
     "data": {"id": "wamid.1", "from": "+254700000001", "text": {"body": "Hi"}, "type": "text"}},
]  # fmt: skip


@pytest.mark.parametrize("told", RECEIVED)
def test_a_message_is_the_same_wherever_its_parts_stand(told):
    [event] = heard(told, event="message.received")

    assert (event.id, event.phone, event.name, event.data["text"]) == (
        "wa:wamid.1", PHONE, "text", "Hi",
    )  # fmt: skip


def test_a_message_without_an_id_is_known_by_its_delivery_which_is_stable():
    told = {"from": "254700000001", "type": "text", "text": {"body": "Hi"}}

    first, again = (heard(told, event="message.received")[0].id for _ in range(2))
    other = heard(told, event="message.received", delivery="d-2")[0].id

    assert first == again == "wa:d-1"
    assert other == "wa:d-2"


def test_a_tap_is_heard_as_a_choice():
    reply = {"type": "button_reply", "button_reply": {"id": "view_products", "title": "Shop"}}
    told = {"id": "1", "from": "254700000001", "type": "interactive", "interactive": reply}

    [event] = heard(told, event="message.received")

    assert (event.name, event.data["id"]) == ("choice", "view_products")


@pytest.mark.parametrize(
    "told",
    [
        {
            "id": "01J",
            "wa_message_id": "wamid.1",
            "status": "delivered",
            "created_at": "2026-01-16",
        },
        {"message": {"id": "01J", "wa_message_id": "wamid.1", "status": "delivered"}},
    ],
)
def test_a_status_names_the_message_as_the_answer_did(told):
    [event] = heard(told, event="message.status")

    assert event.name == "status"
    assert event.data == {"message_id": "01J", "status": "delivered"}


def test_a_status_that_nobody_knows_is_kept_and_silent():
    assert heard({"id": "1", "status": "typing"}, event="message.status")[0].name == "silent"


def test_news_of_a_payment_is_what_it_is_in_v1():
    data = {"order_id": "gh_1", "amount": 3000, "currency": "KES", "transaction_reference": "Q",
            "status": "success"}  # fmt: skip

    [inside] = heard({"event": "payment.success", "data": data})
    [flat] = heard(data, event="payment.success")

    assert inside == flat
    assert (inside.name, inside.data["amount"]) == ("payment.success", "3000")


FAILED = {"order_id": "gh_1", "amount": 3000, "currency": "KES", "status": "failed"}
READ = {"id": "01J", "wa_message_id": "wamid.1", "status": "read", "from": "254700000001"}


@pytest.mark.parametrize(
    ("told", "event"),
    [
        (FAILED, "payment.success"),
        (FAILED, "payment.pending"),
        (FAILED | {"status": "Success"}, "payment.success"),
        ({"order_id": "gh_1", "amount": 3000, "currency": "KES"}, "payment.success"),
        (FAILED, "message.received"),
        (FAILED | {"id": "1"}, "message.status"),
        (RECEIVED[0], "payment.success"),
        (RECEIVED[0], "message.status"),
        (READ, "payment.success"),
        (READ, "message.received"),
    ],
)
def test_a_header_that_was_not_signed_makes_nothing_else_of_what_was(told, event):
    assert heard(told, event=event)[0].name == "payment.other"


def test_what_the_body_says_counts_against_the_header():
    told = {"event": "payment.failed", "data": FAILED}

    assert heard(told, event="payment.success")[0].name == "payment.failed"


def test_what_is_not_known_is_kept_as_another_event():
    assert heard({"id": 1}, event="contact.updated")[0].name == "payment.other"
    assert heard({})[0].name == "payment.other"


# --- what is said -------------------------------------------------------------------------------


def test_numbers_go_without_a_plus_to_v2_and_meta():
    assert ghala_v2.message_body(PHONE, Text("Hi"))["to"] == "254700000001"
    assert meta_cloud.message_body(PHONE, Text("Hi")) == {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "254700000001",
        "type": "text", "text": {"body": "Hi"},
    }  # fmt: skip


@pytest.mark.parametrize(("message", "kind"), [(MENU, "button"), (LIST, "list")])
def test_meta_takes_buttons_and_lists(message, kind):
    said = meta_cloud.message_body(PHONE, message)

    assert (said["type"], said["interactive"]["type"]) == ("interactive", kind)


def test_v2_lays_a_template_flat():
    said = ghala_v2.message_body(PHONE, Template("order_ready", "sw", ("Asha",)))

    assert said == {
        "to": "254700000001", "type": "template", "template_name": "order_ready",
        "template_language": "sw",
        "template_components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Asha"}]}
        ],
    }  # fmt: skip


def test_where_nothing_can_be_tapped_the_words_are_written_out():
    assert spoken(MENU) == Text("Pay?\n\n• M-Pesa\n• Card")
    assert spoken(LIST) == Text("Which?\n\n• Coffee")
    assert spoken(AskLocation("Where?")) == Text("Where?")
    assert spoken(Text("Hi")) == Text("Hi")


@pytest.mark.parametrize(
    ("dialect", "answer", "name"),
    [
        ("v2", {"id": "01J", "status": "sent", "wa_message_id": "wamid.1"}, "01J"),
        ("meta", {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}, "wamid.1"),
    ],
)
def test_the_id_of_a_message_is_found_in_the_answer(dialect, answer, name):
    assert DIALECTS[dialect].message_id(answer) == name


# --- errors -------------------------------------------------------------------------------------


def meaning(status, told):
    with pytest.raises((Refused, TryLater, Unknown)) as raised:
        accepted(Answer(status, json.dumps(told).encode()))
    return raised.type


@pytest.mark.parametrize(
    ("status", "word", "kind"),
    [
        (401, "not_authenticated", BadKey),
        (402, "plan_feature_locked", BadKey),
        (409, "idempotency_in_progress", Unknown),
        (422, "idempotency_key_reused", Refused),
        (409, "outside_messaging_window", Refused),
        (502, "whatsapp_rejected", Refused),
        (503, "unavailable", Unknown),
        (429, "rate_limited", TryLater),
        (400, "validation_failed", Refused),
    ],
)
def test_what_each_word_of_v2_means(status, word, kind):
    assert meaning(status, {"code": word, "message": "why"}) is kind


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 131047, Refused),  # more than 24 hours since the customer wrote
        (400, 131026, Refused),  # not on WhatsApp
        (400, 131051, Refused),  # a kind of message that is not supported
        (400, 131056, TryLater),  # too many to this customer
        (400, 130429, TryLater),  # too many in all
        (400, 80007, TryLater),
        (401, 190, BadKey),  # the token has expired
        (403, 131031, BadKey),  # the account is locked
        (400, 131042, BadKey),  # the bill is not paid
        (400, 368, BadKey),  # blocked for a breach of policy
        (500, 131000, Unknown),
        (503, 131016, Unknown),
    ],
)
def test_what_each_number_of_meta_means(status, code, kind):
    assert meaning(status, {"error": {"code": code, "message": "why"}}) is kind
