"""The sandbox on the web: the API at its addresses, the phones' API, the plan, and the faults."""

import json
import threading
from http.client import HTTPException
from urllib.request import Request, urlopen

import pytest

from adapters.sandbox import Sandbox
from web import faultplan
from web import sandbox as on_the_web

PHONE = "+254700000001"
BEARER = {"Authorization": "Bearer key"}
TEXT = {"to": PHONE, "type": "text", "text": {"body": "Karibu"}}
ORDER = {
    "external_id": "ORD-1.1",
    "amount": 3000,
    "currency": "KES",
    "payment_method": "card",
    "customer": {"phone": PHONE},
}


@pytest.fixture
def sandbox():
    made = Sandbox(
        duka_url="http://duka",
        secret="s" * 24,
        api_key="key",
        shop="Mama Duka",
        post=lambda *_: 200,
    )
    yield made
    made.stop()


@pytest.fixture
def client(sandbox):
    return on_the_web.app(sandbox).test_client()


@pytest.fixture
def charged(client):
    return client.post("/v1/orders", json=ORDER, headers=BEARER).json["id"]


@pytest.mark.parametrize("base", ["/sandbox/v1", "/v1"])
def test_the_api_answers_at_both_addresses(client, base):
    sent = client.post(f"{base}/whatsapp/messages", json=TEXT, headers=BEARER)

    assert sent.status_code == 200
    assert sent.json["messages"][0]["id"].startswith("wamid.")
    assert client.get(f"{base}/orders/none", headers=BEARER).status_code == 404


def test_the_api_wants_its_key(client):
    refused = client.post("/sandbox/v1/whatsapp/messages", json=TEXT)

    assert refused.status_code == 401
    assert refused.json["error"]["code"] == 190


def test_a_phone_shows_what_was_sent_and_sends_what_is_typed(client):
    client.post("/v1/whatsapp/messages", json=TEXT, headers=BEARER)
    said = client.post(f"/sandbox/phones/{PHONE}/say", json={"type": "text", "text": "hi"})

    shown = client.get(f"/sandbox/phones/{PHONE}").json

    assert said.status_code == 201
    assert [(b["by"], b["message"]["text"]["body"]) for b in shown["bubbles"]] == [
        ("shop", "Karibu"),
        ("customer", "hi"),
    ]
    assert client.get(f"/sandbox/phones/{PHONE}?after={shown['next']}").json["bubbles"] == []


def test_a_phone_is_switched_on_once(client):
    for _ in range(2):
        client.put(f"/sandbox/phones/{PHONE}")

    assert [each["phone"] for each in client.get("/sandbox/phones").json["phones"]] == [PHONE]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"type":"hologram"}', b'{"phone":"x","self":1}']
)
def test_what_a_phone_cannot_send_is_400_with_a_reason(client, body):
    refused = client.post(
        f"/sandbox/phones/{PHONE}/say", data=body, content_type="application/json"
    )

    assert refused.status_code == 400
    assert refused.json["message"]


def test_a_payment_is_decided_once(client, charged):
    first = client.post(f"/sandbox/payments/{charged}", json={"do": "approve", "pin": "1234"})
    again = client.post(f"/sandbox/payments/{charged}", json={"do": "refuse"})

    assert first.json["data"]["status"] == "success"
    assert (again.status_code, again.json["success"]) == (409, False)


def test_the_card_page_takes_a_payment(client, charged):
    page = client.get(f"/sandbox/pay/{charged}").get_data(as_text=True)
    paid = client.post(f"/sandbox/pay/{charged}", data={"do": "approve"}).get_data(as_text=True)

    assert "KES 3,000" in page
    assert "Mama Duka" in page
    assert "Paid" in paid
    assert client.get(f"/v1/orders/{charged}", headers=BEARER).json["payment_status"] == "success"


def test_a_card_declined_is_a_failed_payment_with_a_reason(client, charged):
    client.post(f"/sandbox/pay/{charged}", data={"do": "refuse"})

    told = client.post(f"/sandbox/payments/{charged}", json={"do": "approve"})
    assert "failed" in told.json["message"]


def test_an_unknown_payment_has_no_page(client):
    assert client.get("/sandbox/pay/gh_none").status_code == 404


def test_another_plan_is_put_in_force_as_yaml(client):
    text = """
rules:
  - when: {path: /whatsapp}
    then: status(429, retry_after=2)
"""
    put = client.put("/sandbox/plan", data=text)

    sent = client.post("/v1/whatsapp/messages", json=TEXT, headers=BEARER)
    assert put.json == {"success": True, "rules": 1}
    assert client.get("/sandbox/plan").get_data(as_text=True) == text
    assert (sent.status_code, sent.headers["Retry-After"]) == (429, "2")


def test_a_plan_may_be_json(client):
    put = client.put("/sandbox/plan", data='[{"when": {"nth": 2}, "then": "ok"}]')

    assert put.json == {"success": True, "rules": 1}


def test_a_mistake_in_a_plan_is_told_with_its_line_and_the_old_plan_stays(client):
    client.put("/sandbox/plan", data="honours: nothing")

    refused = client.put("/sandbox/plan", data="rules:\n  - when: {pth: /orders}\n    then: ok\n")

    assert refused.status_code == 400
    assert refused.json["mistakes"] == ['plan.yaml:2:17 S001 "pth" means nothing here → path']
    assert client.get("/sandbox/plan").get_data(as_text=True) == "honours: nothing"


def test_the_journal_is_read_in_pieces(client):
    client.post("/v1/whatsapp/messages", json=TEXT, headers=BEARER)

    whole = client.get("/sandbox/journal").json
    rest = client.get(f"/sandbox/journal?after={whole['next']}").json

    assert [fact["fact"] for fact in whole["facts"]] == ["message", "asked"]
    assert rest == {"facts": [], "next": whole["next"]}


def test_no_page_of_somebody_else_may_press_a_button(client, charged):
    foreign = client.post(
        f"/sandbox/pay/{charged}", data={"do": "approve"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert foreign.status_code == 403


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/", "/sandbox/static/phone.js"])
def test_the_page_and_its_parts_are_served_locked_down(client, path):
    with client.get(path) as served:
        policy = served.headers["Content-Security-Policy"]

    assert served.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_holds_no_script_or_style_of_its_own(client):
    page = client.get("/sandbox").get_data(as_text=True)

    assert "<style" not in page
    assert "style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page


def test_the_page_speaks_the_browsers_language(client):
    page = client.get("/sandbox", headers={"Accept-Language": "sw-KE,sw;q=0.9,en;q=0.5"})

    assert '<html lang="sw"' in page.get_data(as_text=True)


# --- faults, over a real socket ------------------------------------------------------------------


@pytest.fixture
def base(sandbox):
    server = on_the_web.server(sandbox)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def post(base):
    request = Request(
        f"{base}/whatsapp/messages",
        json.dumps(TEXT).encode(),
        {**BEARER, "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=10) as answer:
        return answer.read()


def under(sandbox, then):
    sandbox.plan = faultplan.read(f"- then: {then}")


@pytest.mark.parametrize(
    ("then", "shown"), [("reset_before", 0), ("accept_then(reset)", 1), ("truncated", 1)]
)
def test_a_connection_breaks_for_the_caller(sandbox, base, then, shown):
    under(sandbox, then)

    with pytest.raises((OSError, HTTPException)):
        post(base)

    assert len(sandbox.phone(PHONE)["bubbles"]) == shown


@pytest.mark.parametrize("then", ["slow(0.1)", "drip(0.1)", "huge(200000)"])
def test_a_slow_or_huge_answer_is_whole_in_the_end(sandbox, base, then):
    under(sandbox, then)

    body = post(base)

    assert json.loads(body)["messages"]
    assert (len(body) >= 200_000) is then.startswith("huge")


def test_a_good_answer_comes_over_the_same_server(sandbox, base):
    assert json.loads(post(base))["messages"]
