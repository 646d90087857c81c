"""Section 3, what customers send: every type, every spelling, whatever comes to the door."""

import json
import threading
import time

import pytest
from contract_actors import (
    MESSAGES,
    PAYMENTS,
    PROCESSED,
    SECRET,
    SECRETS,
    Customer,
    ask,
    ask_raw,
    body_of,
    choices_of,
    sign,
    tapped,
    too_large,
    typed,
)

BAD_SHAPE = {"success": False, "message": "Invalid message format"}
BAD_SIGNATURE = {"success": False, "message": "Invalid signature"}


def kept(duka, phone):
    return duka.books("SELECT * FROM inbox WHERE phone = ? ORDER BY received_at", phone)


# --- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", "hi hello hey start menu HELLO! 👋Hi M-E-N-U".split())
def test_words_of_greeting(customer, word):
    customer.says(word)

    assert choices_of(customer.hears()) == ["view_products", "view_promotions"]
    assert customer.state() == "greeting"


@pytest.mark.parametrize("word", "products catalog shop buy".split())
def test_words_for_the_list(customer, word):
    customer.says(word)

    assert choices_of(customer.hears()) == [f"prod_00{each}" for each in range(1, 6)]
    assert customer.state() == "product"


@pytest.mark.parametrize("word", "promotions promo deals offers".split())
def test_words_for_promotions(customer, word):
    customer.says(word)

    said = body_of(customer.hears())
    assert "Weekend Special" in said
    assert "New Customer Discount" in said
    assert customer.state() == "greeting"


def test_a_button_and_a_row_and_a_number(customer):
    customer.taps("view_products").taps("prod_002").says("3")

    heard = customer.hears_all()
    assert [body_of(each).count("Organic Honey") for each in heard] == [0, 1, 1]
    assert "KES 800" in body_of(heard[1])
    assert customer.state() == "address"


def test_a_location_is_an_address(customer):
    customer.says("Hi").taps("view_products").taps("prod_001").says("2")
    place = {"latitude": -1.28333, "longitude": 36.81667, "name": "Jeevanjee Gardens"}

    customer.sends({"type": "location", "location": place})

    assert customer.hears_all()
    (order,) = customer.orders()
    assert "Jeevanjee Gardens" in order["delivery_address"]
    assert "-1.28333,36.81667" in order["delivery_address"]


def test_skip_is_no_address(customer):
    order = customer.selects(address="Skip")

    assert customer.orders()[0]["id"] == order
    assert customer.orders()[0]["delivery_address"] is None


@pytest.mark.parametrize("word", ["Shop", "hello", "products"])
def test_a_command_where_free_text_is_expected_is_the_answer(customer, word):
    customer.selects(address=word)

    assert customer.orders()[0]["delivery_address"] == word


@pytest.mark.parametrize("word", ["menu", "cancel", "MENU!"])
def test_menu_and_cancel_leave_from_there(customer, word):
    customer.says("Hi").taps("prod_001").says("2").says(word)

    assert choices_of(customer.hears_all()[-1]) == ["view_products", "view_promotions"]
    assert customer.orders() == []


@pytest.mark.parametrize(
    "kind",
    "image audio video document sticker contacts order button unsupported ephemeral".split(),
)
def test_what_cannot_be_used_is_answered_kindly_and_changes_nothing(customer, kind):
    customer.says("Hi").taps("prod_001")
    customer.hears_all()
    what = {"payload": "xyz", "text": "xyz"} if kind == "button" else {"id": "1", "caption": "zz"}

    given = customer.sends({"type": kind, kind: what})

    assert (given.status, given.json) == (200, PROCESSED)
    (answer,) = customer.hears_all()
    assert "e.g. 2" in body_of(answer)
    assert customer.state() == "quantity"


def test_a_template_button_acts_as_a_button(customer):
    customer.sends({"type": "button", "button": {"payload": "view_products", "text": "Shop"}})

    assert choices_of(customer.hears())[0] == "prod_001"


def test_a_reaction_is_kept_and_not_answered(customer):
    customer.sends({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}})

    assert [row["outcome"] for row in kept(customer.duka, customer.phone)] == ["ignored"]
    assert customer.hears_all() == []


# --- who and when ---------------------------------------------------------------------------------


def test_all_spellings_of_a_number_are_one_customer(customer):
    plain = customer.phone.removeprefix("+")
    spellings = [customer.phone, plain, "0" + plain.removeprefix("254"), f"whatsapp:+{plain}"]

    for each in spellings:
        customer.sends({**typed("Hi"), "from": each})

    assert len(customer.hears_all()) == 4
    people = customer.duka.books(
        "SELECT * FROM customers WHERE phone_number LIKE ?", f"%{plain[-9:]}"
    )
    assert [each["phone_number"] for each in people] == [customer.phone]


@pytest.mark.parametrize("absent", [("id",), ("timestamp",), ("id", "timestamp")])
def test_without_id_or_time_it_still_counts_and_a_repeat_still_does_not(customer, absent):
    message = {**customer.stamp(), **typed("Hi")}
    body = {"messages": [{name: each for name, each in message.items() if name not in absent}]}

    given = [customer.duka.hook(MESSAGES, body).json for _ in range(3)]

    assert given == [PROCESSED] * 3
    assert len(customer.hears_all()) == 1


def test_without_id_another_second_is_another_message(customer):
    at = int(time.time())
    for each in (at - 2, at - 1, at):
        body = {"messages": [{"from": customer.phone, "timestamp": str(each), **typed("Hi")}]}
        customer.duka.hook(MESSAGES, body)

    assert len(customer.hears_all()) == 3


def test_a_number_for_a_time_is_a_time(customer):
    customer.sends({**typed("Hi"), "timestamp": int(time.time())})

    assert customer.hears()


def test_context_tells_which_message_was_tapped(customer):
    customer.sends({**tapped("view_products"), "context": {"id": "wamid.the-one-with-buttons"}})

    assert choices_of(customer.hears())
    (row,) = kept(customer.duka, customer.phone)
    assert json.loads(row["body"])["context"] == "wamid.the-one-with-buttons"


# --- Meta's envelope ------------------------------------------------------------------------------


def envelope(**value):
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def test_metas_envelope_counts_and_tells_the_name(customer):
    wa_id = customer.phone.removeprefix("+")
    message = {**customer.stamp(), "from": wa_id, **typed("Hi")}
    contact = {"profile": {"name": "Wanjirũ Mwangi"}, "wa_id": wa_id}

    given = customer.duka.hook(MESSAGES, envelope(contacts=[contact], messages=[message]))

    assert (given.status, given.json) == (200, PROCESSED)
    assert choices_of(customer.hears())
    (person,) = customer.duka.books(
        "SELECT name FROM customers WHERE phone_number = ?", customer.phone
    )
    assert person["name"] == "Wanjirũ Mwangi"


def test_statuses_are_recorded_and_never_answered(customer):
    customer.says("Hi").hears_all()
    told = customer.duka.books("SELECT * FROM outbox WHERE phone = ?", customer.phone)[0]
    before = len(customer.shown())

    for word in ("read", "delivered", "sent"):  # out of order: none is lowered again
        status = {"id": told["provider_id"], "status": word, "recipient_id": customer.phone[1:]}
        given = customer.duka.hook(MESSAGES, envelope(statuses=[{**status, "timestamp": "1"}]))
        assert (given.status, given.json) == (200, PROCESSED)

    (told,) = customer.duka.books("SELECT * FROM outbox WHERE phone = ?", customer.phone)
    assert told["tick"] == "read"
    assert customer.hears_all() == []
    assert len(customer.shown()) == before


def test_errors_of_meta_are_recorded(duka):
    told = {"code": 131000, "title": "Something went wrong"}

    given = duka.hook(MESSAGES, envelope(errors=[told]))

    assert given.status == 200
    assert duka.books("SELECT 1 FROM inbox WHERE body LIKE '%131000 Something%'")


# --- batches --------------------------------------------------------------------------------------

BAD_ONES = {
    "no object": "hello",
    "no sender": {"id": "b1", "type": "text", "text": {"body": "from nobody"}},
    "no number": {"id": "b2", "from": "nobody", "type": "text", "text": {"body": "hi"}},
    "no type": {"id": "b3", "from": "+254700009999", "text": {"body": "typeless"}},
    "no text": {"id": "b4", "from": "+254700009999", "type": "text"},
    "text of another shape": {"id": "b5", "from": "+254700009999", "type": "text", "text": []},
    "a reply without id": {"id": "b6", "from": "+254700009999", "type": "interactive",
                           "interactive": {"type": "button_reply", "button_reply": {}}},
    "nowhere": {"id": "b7", "from": "+254700009999", "type": "location",
                "location": {"latitude": 200, "longitude": 0}},
    "nothing": None,
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_ONES.values(), ids=BAD_ONES)
def test_one_bad_message_is_recorded_and_skipped_and_the_others_count(duka, ghala, bad):
    first, second = Customer(duka, ghala), Customer(duka, ghala)
    unreadable = "SELECT * FROM inbox WHERE kind = 'unreadable'"
    before = len(duka.books(unreadable))
    batch = [{**first.stamp(), **typed("Hi")}, bad, {**second.stamp(), **typed("Hi")}]

    given = duka.hook(MESSAGES, {"messages": batch})

    assert (given.status, given.json) == (200, PROCESSED)
    assert choices_of(first.hears())
    assert choices_of(second.hears())
    assert len(duka.books(unreadable)) == before + 1


def test_a_batch_without_messages_is_fine(duka):
    assert duka.hook(MESSAGES, {"messages": []}).json == PROCESSED


# --- shapes ---------------------------------------------------------------------------------------

NOT_OURS = {
    "nothing": b"",
    "no JSON": b"hello",
    "half of it": b'{"messages":[{"id":"1"',
    "a list": b"[]",
    "a text": b'"messages"',
    "null": b"null",
    "an object without messages": b"{}",
    "messages that are no list": b'{"messages":{}}',
    "messages that are null": b'{"messages":null}',
    "an entry that is no list": b'{"object":"x","entry":{}}',
    "not UTF-8": b'{"messages":["\xff\xfe"]}',
    "UTF-16": '{"messages":[]}'.encode("utf-16"),
    "nested beyond reason": b"[" * 60_000,
    "NaN": b'{"messages":[NaN]}',
    "a key twice": b'{"messages":[],"messages":[]}',
}


@pytest.mark.parametrize("body", NOT_OURS.values(), ids=NOT_OURS)
@pytest.mark.parametrize("path", [MESSAGES, PAYMENTS])
def test_json_of_another_shape_is_400(duka, path, body):
    given = duka.hook(path, body)

    assert (given.status, given.json) == (400, BAD_SHAPE)
    assert given.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [MESSAGES, PAYMENTS])
@pytest.mark.parametrize("chunked", [False, True])
def test_more_than_a_mebibyte_is_413(duka, path, chunked):
    headers = {"x-ghala-signature": sign(b" " * (1024 * 1024 + 1))}

    given = ask_raw(duka.port, too_large(path, headers, chunked=chunked))

    assert given.status == 413
    assert given.json["success"] is False
    assert given.json["message"]


def test_a_mebibyte_is_not_too_much_nor_does_it_need_a_length(duka):
    body = b'{"messages":[]}'.ljust(1024 * 1024)
    headers = {"x-ghala-signature": sign(body)}
    pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))

    assert ask(duka.port, "POST", MESSAGES, body=body, headers=headers).status == 200
    assert ask(duka.port, "POST", MESSAGES, body=pieces, headers=headers).status == 200


# --- signatures -----------------------------------------------------------------------------------


def hidden(body):
    """Every signature that is not the right one, by what is wrong with it."""
    right = sign(body)
    return {
        "missing": [],
        "empty": [""],
        "wrong": [sign(body, "another secret")],
        "of another body": [sign(body + b" ")],
        "upper case": [right.upper()],
        "cut short": [right[:-1]],
        "one digit off": [("1" if right[0] == "0" else "0") + right[1:]],
        "doubled": [right, right],
        "doubled with a wrong one": ["0" * 64, right],
        "doubled with a wrong one behind": [right, "0" * 64],
        "in one line": [f"{right}, {right}"],
        "non-ASCII": ["é" * 64],
        "prefixed": [f"sha256={right}"],
        "huge": ["0" * 5000],
    }


@pytest.mark.parametrize("path", [MESSAGES, PAYMENTS])
@pytest.mark.parametrize("name", hidden(b""))
def test_a_signature_that_is_not_right_is_401_and_warned_of(customer, duka, path, name):
    message = {**customer.stamp(), **typed("Hi")}
    news = {"event": "payment.success", "data": {"order_id": customer.phone}}
    body = json.dumps({"messages": [message]} if path == MESSAGES else news).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: duka\r\nContent-Length: {len(body)}\r\n".encode()
    signed = b"".join(
        f"x-ghala-signature: {each}\r\n".encode("latin-1") for each in hidden(body)[name]
    )
    already = len(duka.lines)

    given = ask_raw(duka.port, head + signed + b"\r\n" + body)

    assert (given.status, given.json) == (401, BAD_SIGNATURE)
    warned = duka.logged("signature", lines_from=already)
    assert warned.startswith("[WARN] ")
    assert kept(duka, customer.phone) == []
    assert duka.books("SELECT 1 FROM payment_log WHERE body LIKE ?", f"%{customer.phone}%") == []


def test_what_is_signed_is_the_raw_body(customer):
    """Spaces and the order of keys are part of it: it is verified before it is parsed."""
    body = json.dumps({"messages": [{**customer.stamp(), **typed("Hi")}]}, indent=4).encode()

    assert customer.duka.hook(MESSAGES, body).status == 200
    assert customer.hears()


def test_a_forged_body_is_not_even_parsed(duka):
    assert duka.hook(MESSAGES, b"[" * 60_000, signature="0" * 64).json == BAD_SIGNATURE


def test_a_signature_does_not_hold_for_another_name_of_the_secret(duka):
    assert duka.hook(MESSAGES, {"messages": []}, secret=SECRET.lower()).status == 401


# --- the handshake --------------------------------------------------------------------------------

TOKEN = SECRETS["WHATSAPP_VERIFY_TOKEN"]


def test_the_handshake_gives_the_challenge_back_as_text(duka):
    asked = f"?hub.mode=subscribe&hub.verify_token={TOKEN}&hub.challenge=1158201444%3Cb%3E"

    given = duka.ask("GET", MESSAGES + asked)

    assert (given.status, given.body) == (200, b"1158201444<b>")
    assert given.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "asked",
    [
        "?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=42",
        f"?hub.mode=unsubscribe&hub.verify_token={TOKEN}&hub.challenge=42",
        f"?hub.mode=subscribe&hub.verify_token={TOKEN.lower()}&hub.challenge=42",
        "?hub.mode=subscribe&hub.verify_token=%C3%A9&hub.challenge=42",
        "?hub.mode=subscribe&hub.challenge=42",
        "",
    ],
)
def test_any_other_handshake_is_403(duka, asked):
    given = duka.ask("GET", MESSAGES + asked)

    assert given.status == 403
    assert b"42" not in given.body


# --- what customers type --------------------------------------------------------------------------

TYPED = {
    "markup": "<script>alert(1)</script>",
    "a template": "{total} ${x} {{7*7}} %s {0.__class__}",
    "SQL": "'); DROP TABLE orders;--",
    "a formula": "=HYPERLINK(1)",
    "lines": "Kimathi Street\n[INFO] 2026-01-16T10:30:00.000Z Order created",
    "NUL": "Kimathi \0 Street",
    "a lone surrogate": "Kimathi \ud800 Street",
    "emoji": "🏠" * 100,
    "right to left": "Kimathi \u202e teertS",
}


@pytest.mark.parametrize("address", TYPED.values(), ids=TYPED)
def test_whatever_is_typed_is_text(customer, address):
    order = customer.selects(address=address)

    (row,) = customer.orders()
    assert row["id"] == order
    assert row["total_amount"] == 3000
    kept = row["delivery_address"]
    assert "\0" not in kept
    if address.isprintable():
        assert kept == address


def test_many_at_once_from_one_number_are_one_after_the_other(customer):
    """Each is kept and answered, and the state is one that a sequence could have led to."""
    messages = [typed("Hi"), tapped("view_products"), tapped("prod_001"), typed("promo")] * 3
    bodies = [{"messages": [{**customer.stamp(), **each}]} for each in messages]
    given = []
    threads = [
        threading.Thread(target=lambda b=b: given.append(customer.duka.hook(MESSAGES, b).status))
        for b in bodies
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert given == [200] * 12
    assert len(customer.hears_all()) == 12
    assert customer.state() in ("greeting", "product", "quantity")
