"""What is refused or missing is told in words that whoever must act understands."""

import hmac
import json
import logging

import pytest
from click.testing import CliRunner

from store import orders
from web.app import create_app
from web.chat_commands import COMMANDS
from web.cli import main
from web.logs import LOG

SECRET = "s3cret-of-these-tests-0001"
ORDER = {"phoneNumber": "+254700000001", "productId": "prod_001", "quantity": 2}


@pytest.fixture
def client(tmp_path):
    return create_app(
        database_url=f"sqlite:///{tmp_path}/duka.db", ghala_webhook_secret=SECRET,
        ghala_api_key="k" * 32, api_key="key",
    ).test_client()  # fmt: skip


@pytest.fixture
def told(client):
    """What is logged once the shop is open."""
    lines = []
    listener = logging.Handler()
    listener.emit = lambda record: lines.append(record.getMessage())
    LOG.addHandler(listener)
    yield lines
    LOG.removeHandler(listener)


def hear(client, event):
    body = json.dumps({"event": event, "data": {"order_id": "ORD-none", "amount": 1}}).encode()
    signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
    headers = {"X-Ghala-Signature": signature, "Content-Type": "application/json"}
    assert client.post("/api/webhooks/ghala", data=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quantity": "2"}, "quantity must be a whole number"),
        ({"quantity": 2.5}, "quantity must be a whole number"),
        ({"quantity": True}, "quantity must be a whole number"),
        ({"quantity": 0}, "quantity must be at least 1"),
        ({"quantity": 1000}, "quantity must be at most 999"),
        ({"productId": 7}, "productId must be a text"),
        ({"customerName": "x" * 101}, "customerName must have at most 100 characters"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_in_plain_words(client, wrong, message):
    answer = client.post("/api/orders", json=ORDER | wrong, headers={"Authorization": "Bearer key"})
    assert (answer.status_code, answer.get_json()["message"]) == (400, message)


@pytest.mark.parametrize("path", ["/api/orders/ORD-1", "/api/orders"])
def test_what_breaks_inside_is_told_by_a_reference_alone(client, told, monkeypatch, path):
    def broken(*_, **__):
        raise RuntimeError("no such column: password")

    monkeypatch.setattr(orders, "row", broken)
    monkeypatch.setattr(orders, "page", broken)

    answer = client.get(path, headers={"Authorization": "Bearer key"})

    said = answer.get_json()
    assert answer.status_code == 500
    assert said == {
        "success": False, "message": "Internal server error", "reference": said["reference"],
    }  # fmt: skip
    assert f"Internal error, reference {said['reference']}" in told


def test_an_event_we_do_not_know_is_logged_by_its_own_name(client, told):
    hear(client, "contact.updated")
    assert "Webhook received: contact.updated" in told


def test_news_of_an_unknown_order_are_logged_once(client, told):
    hear(client, "payment.success")
    assert len([line for line in told if "unknown order" in line]) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path):
    there = tmp_path / "nofolder"
    told = CliRunner().invoke(main, ["graph", "-f", "flows.yaml", "-o", str(there / "x.svg")])
    assert f"there is no folder {there}; make it first" in told.output.replace("\n", "")


def test_an_image_is_not_a_image():
    assert COMMANDS["/image"].about == "send an image message"
