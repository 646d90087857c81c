"""Every dialect from greeting to receipt: `duka serve` and `duka sandbox` as two processes."""

import json
import time
from types import SimpleNamespace

import pytest
from contract_actors import (
    MESSAGES,
    PROCESSED,
    SECRETS,
    Customer,
    Duka,
    Sandbox,
    ask,
    free_port,
    sign,
    until,
)

META = {
    "META_APP_SECRET": "as-8vHq2LmXw7RtZc4NkPd6Yb3G",
    "META_ACCESS_TOKEN": "at-5nTz9QcWk3RxVb7LmHf2Yp4D",
    "META_PHONE_NUMBER_ID": "100000000000001",
}
TEXT = {"id": "wamid.x", "from": "254700000009", "type": "text", "text": {"body": "hi"}}


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """Open a shop and a sandbox that speak one dialect; they are gone at the end."""
    open_ones = {}

    def of(dialect):
        if dialect not in open_ones:
            folder, port = tmp_path_factory.mktemp(dialect), free_port()
            told = {**META, "GHALA_DIALECT": dialect}
            ghala = Sandbox(folder / "ghala", duka=port)
            ghala.settings = {**ghala.settings, **told}
            path = "/v1/" if dialect == "meta" else "/v1"
            duka = Duka(
                folder / "duka", ghala=ghala.port, port=port,
                META_API_URL=f"http://127.0.0.1:{ghala.port}{path}", **told,
            )  # fmt: skip
            open_ones[dialect] = SimpleNamespace(duka=duka, ghala=ghala)
            for each in (ghala.start(), duka.start()):
                each.wait()
        return open_ones[dialect]

    yield of
    for each in open_ones.values():
        each.ghala.kill()
        each.duka.kill()


class Phone(Customer):
    """A customer whose words go by the sandbox, as a real phone's go by the provider."""

    def sends(self, *messages):
        before = len(self.shown())
        for each in messages:
            given = ask(
                self.ghala.port, "POST", f"/sandbox/phones/{self.phone}/say",
                body=json.dumps(done(each)).encode(), headers={"Content-Type": "application/json"},
            )  # fmt: skip
            assert given.status < 300, given.body
        until(lambda: len(self.shown()) > before, f"an answer\n{self.duka.log[-2000:]}")
        return SimpleNamespace(status=200, json=PROCESSED)


def done(message):
    """What is done on a phone to send this."""
    if message["type"] == "text":
        return {"type": "text", "text": message["text"]["body"]}
    reply = message["interactive"][message["interactive"]["type"]]
    return {"type": "choice", "id": reply["id"], "title": reply["title"]}


@pytest.mark.parametrize("dialect", ["v1", "v2", "meta"])
def test_a_journey_goes_from_greeting_to_receipt_in_every_dialect(shops, dialect):
    shop = shops(dialect)
    customer = Phone(shop.duka, shop.ghala)

    order, charge = customer.known_charge()
    shop.ghala.decide(charge["id"], "approve")

    until(lambda: customer.orders()[0]["payment_status"] == "paid", "the money")
    receipt = until(
        lambda: next(
            (
                e
                for e in map(json.dumps, customer.shown())
                if "receipt" in e.lower() or "Payment received" in e
            ),
            None,
        ),
        "the receipt",
    )
    assert order in receipt


def words(message):
    return json.dumps(message, ensure_ascii=False)


def charged(message):
    return "Payment received" in words(message)


@pytest.mark.parametrize("dialect", ["v2", "meta"])
def test_ticks_are_kept_in_every_dialect(shops, dialect):
    shop = shops(dialect)
    customer = Phone(shop.duka, shop.ghala)

    customer.says("hi")

    read = "SELECT 1 FROM outbox WHERE phone = ? AND tick = 'read'"
    until(lambda: shop.duka.books(read, customer.phone), "the tick")


def v2_headers(body, *, secret=SECRETS["GHALA_WEBHOOK_SECRET"], at=None, stamp=True):
    moment = str(int(at or time.time()))
    told = {"x-ghala-signature": "sha256=" + sign(moment.encode() + b"." + body, secret)}
    return {**told, **({"x-ghala-timestamp": moment} if stamp else {})}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (v2_headers, 200),
        (lambda body: v2_headers(body, at=time.time() - 290), 200),
        (lambda body: v2_headers(body, at=time.time() - 310), 401),
        (lambda body: v2_headers(body, at=time.time() + 310), 401),
        (lambda body: v2_headers(body, stamp=False), 401),
        (lambda body: v2_headers(body, secret="another"), 401),
        (lambda body: {"x-ghala-signature": sign(body)}, 401),
        (lambda body: {"x-hub-signature-256": "sha256=" + sign(body)}, 401),
    ],
)
def test_v2_believes_only_what_was_signed_just_now(shops, headers, status):
    body = json.dumps({"messages": [TEXT]}).encode()
    told = {"Content-Type": "application/json", **headers(body)}

    given = ask(shops("v2").duka.port, "POST", MESSAGES, body=body, headers=told)

    assert given.status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (
            lambda body: {"x-hub-signature-256": "sha256=" + sign(body, META["META_APP_SECRET"])},
            200,
        ),
        (lambda body: {"x-hub-signature-256": "sha256=" + sign(body)}, 401),
        (lambda body: {"x-ghala-signature": sign(body)}, 401),
    ],
)
def test_meta_signs_messages_with_the_secret_of_its_app(shops, headers, status):
    body = json.dumps({"messages": [TEXT]}).encode()
    told = {"Content-Type": "application/json", **headers(body)}

    given = ask(shops("meta").duka.port, "POST", MESSAGES, body=body, headers=told)

    assert given.status == status


def test_meta_shakes_hands_with_the_right_word_only(shops):
    path = f"{MESSAGES}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    port = shops("meta").duka.port

    right = ask(port, "GET", path + SECRETS["WHATSAPP_VERIFY_TOKEN"])
    wrong = ask(port, "GET", path + "another")

    assert (right.status, right.body) == (200, b"1158201444")
    assert wrong.status == 403
