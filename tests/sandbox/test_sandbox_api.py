"""Ghala's API as the sandbox speaks it: what is taken, what is refused, what is taken once."""

import pytest

TEXT = {"type": "text", "text": {"body": "Karibu"}}


def interactive(kind, action, **more):
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": "Choose"}, "action": action, **more},
    }


def buttons(*titles):
    replies = [{"id": f"b{n}", "title": title} for n, title in enumerate(titles)]
    return interactive("button", {"buttons": [{"type": "reply", "reply": r} for r in replies]})


def rows(many, **changes):
    each = [{"id": f"r{n}", "title": f"Row {n}", "description": "", **changes} for n in range(many)]
    return interactive("list", {"button": "See", "sections": [{"title": "All", "rows": each}]})


TAKEN = {
    "text": TEXT,
    "the longest text": {"type": "text", "text": {"body": "x" * 4096}},
    "three buttons": buttons("M-Pesa", "Airtel Money", "Card"),
    "a title of ten emoji": buttons("🍞" * 10),
    "ten rows": rows(10),
    "image": {"type": "image", "image": {"link": "https://shop.example/a.jpg", "caption": "Look"}},
    "document": {"type": "document", "document": {"link": "https://shop.example/a.pdf"}},
    "location request": interactive("location_request_message", {"name": "send_location"}),
    "template": {"type": "template", "template": {"name": "hi", "language": {"code": "en"}}},
}

REFUSED = {
    "no type": ({}, "type"),
    "unknown type": ({"type": "hologram"}, "hologram"),
    "empty text": ({"type": "text", "text": {"body": " "}}, "text.body"),
    "text too long": ({"type": "text", "text": {"body": "x" * 4097}}, "4096"),
    "text too long in UTF-16": ({"type": "text", "text": {"body": "🍞" * 2049}}, "4098"),
    "four buttons": (buttons("a", "b", "c", "d"), "1 to 3"),
    "no button": (buttons(), "1 to 3"),
    "button title too long": (buttons("x" * 21), "at most 20"),
    "button title too long in UTF-16": (buttons("🍞" * 11), "22"),
    "equal titles": (buttons("Pay", "Pay"), "title must be different"),
    "eleven rows": (rows(11), "10"),
    "row title too long": (rows(1, title="x" * 25), "at most 24"),
    "row description too long": (rows(1, description="x" * 73), "at most 72"),
    "row id too long": (rows(1, id="x" * 201), "at most 200"),
    "equal row ids": (rows(2, id="same"), "id must be different"),
    "body too long": (interactive("button", {}, body={"text": "x" * 1025}), "at most 1024"),
    "footer too long": (interactive("button", {}, footer={"text": "x" * 61}), "at most 60"),
    "opener too long": (interactive("list", {"button": "x" * 21, "sections": []}), "at most 20"),
    "a number for a text": ({"type": "text", "text": {"body": 5}}, "must be a text"),
    "no phone number": ({"to": "someone", **TEXT}, "phone number"),
}


@pytest.mark.parametrize("message", TAKEN.values(), ids=TAKEN)
def test_what_whatsapp_takes_is_taken(rehearsal, message):
    answer = rehearsal.shop_sends(message)

    assert answer.status == 200
    assert answer.json()["messages"][0]["id"].startswith("wamid.")


@pytest.mark.parametrize(("message", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_whatsapp_refuses_is_refused_with_the_reason(rehearsal, message, reason):
    answer = rehearsal.shop_sends(message)

    assert answer.status == 400
    assert reason in answer.json()["error"]["message"]
    assert rehearsal.sandbox.phones() == []


@pytest.mark.parametrize("bearer", ["", "wrong", "kéy"])
def test_without_the_key_nothing_is_possible(rehearsal, bearer):
    assert rehearsal.shop_sends(TEXT, bearer=bearer).status == 401
    assert rehearsal.sandbox.phones() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/elsewhere", 404),
        ("GET", "/orders/unknown", 404),
        ("GET", "/orders/a/b", 404),
        ("DELETE", "/orders/ORD-1.1", 405),
        ("GET", "/whatsapp/messages", 405),
    ],
)
def test_unknown_addresses_and_methods_are_refused(rehearsal, method, path, status):
    answer = rehearsal.call(method, path)

    assert answer.status == status
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 60_000, b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(rehearsal, body):
    headers = {"Authorization": "Bearer key"}

    assert rehearsal.sandbox.answer("POST", "/orders", headers, body).status == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "3000"}, "amount"),
        ({"amount": 3000.5}, "amount"),
        ({"currency": "kes"}, "currency"),
        ({"payment_method": "cash"}, "payment_method"),
        ({"customer": {}}, "customer.phone"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_by_field(rehearsal, changes, field):
    answer = rehearsal.shop_charges(**changes)

    assert answer.status == 400
    assert field in answer.json()["error"]["message"]


def test_an_order_is_pending_and_known_by_both_names(rehearsal):
    answer = rehearsal.shop_charges("ORD-7.1").json()

    told = rehearsal.status_of("ORD-7.1").json()

    assert answer == {"id": told["id"], "status": "pending"}
    assert told == rehearsal.status_of(answer["id"]).json()
    assert told["payment_status"] == "pending"
    assert (told["amount"], told["currency"]) == (3000, "KES")


def test_a_card_order_brings_a_link_to_pay_at(rehearsal):
    answer = rehearsal.shop_charges(payment_method="card").json()

    assert answer["payment_url"].endswith(f"/sandbox/pay/{answer['id']}")


def test_the_same_key_is_answered_the_same_and_acts_once(rehearsal):
    first = rehearsal.shop_sends(TEXT, key="once")

    again = rehearsal.shop_sends(TEXT, key="once")

    assert again.json() == first.json()
    assert len(rehearsal.sandbox.phone("+254700000001")["bubbles"]) == 1


@pytest.mark.parametrize(
    ("honours", "key", "external", "orders"),
    [
        ("key", "same", "other", 1),
        ("key", "other", "same", 2),
        ("external_id", "same", "other", 2),
        ("external_id", "other", "same", 1),
        ("nothing", "same", "same", 2),
    ],
)
def test_each_honesty_mode_knows_a_repeat_by_its_own_mark(rehearse, honours, key, external, orders):
    rehearsal = rehearse(plan={"honours": honours})
    rehearsal.shop_charges("same", key="same")

    rehearsal.shop_charges(external, key=key)

    assert len(rehearsal.sandbox.truth.orders) == orders


def test_an_order_placed_twice_is_looked_up_as_the_one_that_was_paid(rehearse):
    rehearsal = rehearse(plan={"honours": "nothing"})
    paid = rehearsal.shop_charges("ORD-1.1").json()["id"]
    rehearsal.shop_charges("ORD-1.1")

    rehearsal.sandbox.decide(paid, "approve")

    assert rehearsal.status_of("ORD-1.1").json()["payment_status"] == "success"


def test_a_closed_window_takes_only_templates(rehearse):
    rehearsal = rehearse(plan={"window": "24h"})
    rehearsal.sandbox.say("+254700000001", type="text", text="hi")
    open_window = rehearsal.shop_sends(TEXT)

    rehearsal.time = rehearsal.time.replace(day=18)

    assert open_window.status == 200
    assert rehearsal.shop_sends(TEXT).json()["error"]["code"] == 131047
    assert rehearsal.shop_sends(TAKEN["template"]).status == 200


def test_the_same_seed_gives_the_same_ids(rehearse):
    first, second = rehearse(seed=3), rehearse(seed=3)

    assert first.shop_charges().body == second.shop_charges().body
    assert first.shop_charges("b").body != rehearse(seed=4).shop_charges("b").body
