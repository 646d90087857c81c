"""Ghala as the shop knows it: heard only when genuine, asked without ever asking twice."""

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from adapters import payloads
from adapters.errors import BadKey, Forged, Refused, TryLater, Unknown, Unreadable
from adapters.ghala import Asked, Charge, Ghala, Opened
from adapters.signatures import sign
from engine.effect import Text

SECRET = "whsec_a_long_and_private_word"
PHONE = "+254700123456"
MESSAGES = b'{ "messages": [{"id":"1","from":"0700123456","type":"text","text":{"body":"Hi"}}]}'
NEWS = b'{"event": "payment.success",  "data": {"order_id": "gh_1"}}'
CHARGE = Charge(
    attempt="ORD-1768559400000-abc123.1",
    amount=3000,
    currency="KES",
    method="mpesa",
    phone=PHONE,
    description="Payment for Coffee x2",
)


@pytest.fixture
def ghala(far):
    return Ghala(
        base_url=f"{far.url}/v1",
        api_key="sk_live_key",
        secrets=(SECRET,),
        callback_url="https://shop.example/api/webhooks/ghala",
    )


def answers(far, told, status=200):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    far.answers = lambda request: request.say(status, body)


def test_secrets_do_not_show(ghala):
    assert SECRET not in repr(ghala)
    assert "sk_live_key" not in repr(ghala)


def test_it_is_one_for_all_threads_and_cannot_be_changed(ghala):
    with pytest.raises(FrozenInstanceError):
        ghala.secrets = ("mine",)


def test_a_dialect_that_nobody_speaks_is_refused_at_once(ghala):
    with pytest.raises(ValueError, match="v9"):
        replace(ghala, dialect="v9")


def test_what_is_signed_is_heard(ghala):
    [message] = ghala.hear_messages(MESSAGES, [sign(MESSAGES, SECRET)])
    [news] = ghala.hear_payments(NEWS, [sign(NEWS, SECRET)])

    assert (message.name, message.phone) == ("text", PHONE)
    assert news.name == "payment.success"
    assert ghala.signature_header == "x-ghala-signature"


def test_meta_signs_in_a_header_of_its_own(ghala):
    meta = replace(ghala, dialect="meta")

    assert meta.signature_header == "X-Hub-Signature-256"
    assert meta.hear_messages(MESSAGES, [f"sha256={sign(MESSAGES, SECRET)}"])
    with pytest.raises(Forged):
        meta.hear_messages(MESSAGES, [sign(MESSAGES, SECRET)])


def test_the_country_is_whose_short_numbers_are_meant(ghala):
    body = MESSAGES.replace(b"0700123456", b"0712345678")

    [event] = replace(ghala, country="TZ").hear_messages(body, [sign(body, SECRET)])

    assert event.phone == "+255712345678"


@pytest.mark.parametrize("given", [[], ["0" * 64], [sign(MESSAGES, SECRET)] * 2, ["é"]])
@pytest.mark.parametrize("hear", ["hear_messages", "hear_payments"])
def test_nothing_is_read_before_it_is_verified(ghala, monkeypatch, given, hear):
    monkeypatch.setattr(payloads, "read", lambda body: pytest.fail("read before verified"))

    with pytest.raises(Forged):
        getattr(ghala, hear)(MESSAGES, given)


@pytest.mark.parametrize("hear", ["hear_messages", "hear_payments"])
@pytest.mark.parametrize("body", [b"", b"[" * 60_000, b"\xff", b'{"a":1,"a":2}', b"[]"])
def test_what_is_genuine_but_unreadable_says_so(ghala, hear, body):
    with pytest.raises(Unreadable):
        getattr(ghala, hear)(body, [sign(body, SECRET)])


class TestUnsignedMessages:
    """A rehearsal may leave signatures out, but nobody may fake one."""

    @pytest.fixture
    def ghala(self, ghala):
        return replace(ghala, unsigned_messages=True)

    def test_a_missing_signature_passes(self, ghala):
        assert ghala.hear_messages(MESSAGES, [])

    @pytest.mark.parametrize("given", [[""], ["0" * 64], [sign(MESSAGES, SECRET)] * 2])
    def test_a_wrong_one_does_not(self, ghala, given):
        with pytest.raises(Forged):
            ghala.hear_messages(MESSAGES, given)

    def test_money_is_always_signed_for(self, ghala):
        with pytest.raises(Forged):
            ghala.hear_payments(NEWS, [])


def test_a_message_goes_out_under_its_key(far, ghala):
    answers(far, {"messages": [{"id": "wamid.9"}]})

    assert ghala.send(Text("Hi"), to=PHONE, key="wa:1/0") == "wamid.9"

    [seen] = far.seen
    assert (seen.command, seen.path) == ("POST", "/v1/whatsapp/messages")
    assert seen.headers["Idempotency-Key"] == "wa:1/0"
    assert seen.headers["Authorization"] == "Bearer sk_live_key"
    assert json.loads(seen.body) == {"to": PHONE, "type": "text", "text": {"body": "Hi"}}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"id": "m1"}, "m1"),
        ({"message_id": "m2"}, "m2"),
        ({"messages": [{"id": "m3"}], "id": "m1"}, "m3"),
        ({"messages": [], "message_id": "m2"}, "m2"),
        ({"messages": "none"}, None),
        ({"messages": [None]}, None),
        ({"messages": [{"id": 12345}]}, None),
        ({"id": ""}, None),
        ({"id": "x" * 257}, None),
        ({}, None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_an_accepted_message_is_accepted_whatever_is_told_of_it(far, ghala, told, found):
    answers(far, told)

    assert ghala.send(Text("Hi"), to=PHONE, key="k") == found


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, TryLater), (500, Unknown), (400, Refused), (302, Refused), (401, BadKey)],
)
def test_every_way_to_fail_has_its_name(far, ghala, status, error):
    answers(far, b"", status)

    for call in (
        lambda: ghala.send(Text("Hi"), to=PHONE, key="k"),
        lambda: ghala.charge(CHARGE),
        lambda: ghala.ask("gh_1"),
    ):
        with pytest.raises(error):
            call()


def test_money_is_asked_for_under_the_attempts_own_key(far, ghala):
    answers(far, {"id": "gh_1", "status": "pending"}, 201)

    assert ghala.charge(CHARGE) == Opened("gh_1", "pending", None)

    [seen] = far.seen
    assert (seen.command, seen.path) == ("POST", "/v1/orders")
    assert seen.headers["Idempotency-Key"] == CHARGE.attempt
    assert json.loads(seen.body) == {
        "external_id": CHARGE.attempt,
        "amount": 3000,
        "currency": "KES",
        "payment_method": "mpesa",
        "customer": {"phone": PHONE},
        "description": "Payment for Coffee x2",
        "callback_url": "https://shop.example/api/webhooks/ghala",
    }


@pytest.mark.parametrize("url", ["https://pay.example/x?y=1", "http://127.0.0.1:9/pay/1"])
def test_a_card_is_paid_at_a_link(far, ghala, url):
    answers(far, {"id": "gh_1", "status": "pending", "payment_url": url})

    assert ghala.charge(CHARGE).url == url


@pytest.mark.parametrize(
    "url",
    [
        None, "", 5, ["https://a"], "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x",
        "//pay.example", "/pay", "https://", "https:///x", "ftp://pay.example", "https://[", "xyz",
        "https://pay.example/a b", "https://pay.example/\nx", "https://pay.example/" + "x" * 2048,
    ],
)  # fmt: skip
def test_a_link_that_is_none_is_dropped(far, ghala, url):
    answers(far, {"id": "gh_1", "status": "pending", "payment_url": url})

    assert ghala.charge(CHARGE) == Opened("gh_1", "pending", None)


def test_a_status_that_we_do_not_know_is_not_final(far, ghala):
    answers(far, {"id": "gh_1", "status": "queued"})

    assert ghala.charge(CHARGE).status == "pending"


@pytest.mark.parametrize(
    "told",
    [
        b"", b"<html>", b"[]", b'{"id":"a","id":"b","status":"pending"}', {}, {"status": "pending"},
        {"id": "gh_1"}, {"id": 12345, "status": 12345}, {"id": "", "status": "pending"},
        {"id": None, "status": "pending"}, {"id": "x" * 257, "status": "pending"},
    ],
)  # fmt: skip
def test_a_charge_that_nobody_can_read_is_unknown(far, ghala, told):
    answers(far, told)

    with pytest.raises(Unknown):
        ghala.charge(CHARGE)


def test_what_became_of_a_payment_is_asked(far, ghala):
    told = {"id": "gh_1", "payment_status": "success", "amount": 3000, "currency": "KES"}
    answers(far, {**told, "transaction_reference": "QXR1"})

    asked = ghala.ask("gh_1")

    assert asked == Asked("success", "3000", "KES", "QXR1", "", "gh_1")
    assert [(seen.command, seen.path) for seen in far.seen] == [("GET", "/v1/orders/gh_1")]


def test_a_payment_may_say_little(far, ghala):
    answers(far, {"payment_status": "failed", "failure_reason": "cancelled by user"})

    assert ghala.ask("gh_1") == Asked("failed", reason="cancelled by user")


@pytest.mark.parametrize(
    ("sent", "amount"), [("3000.50", "3000.50"), (True, "invalid"), (None, None)]
)
def test_an_amount_that_was_asked_for_is_as_exact_as_one_that_was_told(far, ghala, sent, amount):
    answers(far, {"payment_status": "success", "amount": sent})

    assert ghala.ask("gh_1").amount == amount


def test_a_payment_that_is_not_known_is_none(far, ghala):
    answers(far, b"{}", 404)

    assert ghala.ask("gh_1") is None


@pytest.mark.parametrize("name", ["a/b", "a?b=1", "a#b", "a b", "é", "../admin", "%2e"])
def test_an_id_stays_one_step_of_the_way(far, ghala, name):
    answers(far, {"payment_status": "pending"})

    ghala.ask(name)

    assert far.seen[0].path.startswith("/v1/orders/")
    assert far.seen[0].path.count("/") == 3
    assert "?" not in far.seen[0].path


@pytest.mark.parametrize(
    "told",
    [b"", b"<html>", {}, {"payment_status": "paid"}, {"payment_status": 5}, {"status": "success"}],
)
def test_an_answer_that_nobody_can_read_is_unknown(far, ghala, told):
    answers(far, told)

    with pytest.raises(Unknown):
        ghala.ask("gh_1")
