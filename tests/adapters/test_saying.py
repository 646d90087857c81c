"""Each message of ours in WhatsApp's words, to the letter."""

import pytest

from adapters.ghala_v1 import message_body
from engine.effect import AskLocation, Button, Buttons, Media, Row, Rows, Template, Text

PHONE = "+254700123456"


def interactive(kind, action):
    said = {"type": kind, "body": {"text": "Choose"}, "action": action}
    return {"type": "interactive", "interactive": said}


SAID = [
    (Text("Hi"), {"type": "text", "text": {"body": "Hi"}}),
    (
        Buttons("Choose", (Button("view_products", "Products"), Button("b", "B"))),
        interactive("button", {"buttons": [
            {"type": "reply", "reply": {"id": "view_products", "title": "Products"}},
            {"type": "reply", "reply": {"id": "b", "title": "B"}},
        ]}),
    ),
    (
        Rows("Choose", "Products", "Today", (Row("a", "☕ Coffee", "KES 1500"), Row("b", "B"))),
        interactive("list", {"button": "Products", "sections": [{"title": "Today", "rows": [
            {"id": "a", "title": "☕ Coffee", "description": "KES 1500"},
            {"id": "b", "title": "B"},
        ]}]}),
    ),
    (
        Rows("Choose", "Products", "", (Row("b", "B"),)),
        interactive("list", {"button": "Products", "sections": [
            {"rows": [{"id": "b", "title": "B"}]}
        ]}),
    ),
    (AskLocation("Choose"), interactive("location_request_message", {"name": "send_location"})),
    (
        Media("image", "https://shop.example/a.png", "Coffee"),
        {"type": "image", "image": {"link": "https://shop.example/a.png", "caption": "Coffee"}},
    ),
    (
        Media("document", "https://shop.example/a.pdf"),
        {"type": "document", "document": {"link": "https://shop.example/a.pdf"}},
    ),
    (
        Template("order_reminder", "en"),
        {"type": "template", "template": {"name": "order_reminder", "language": {"code": "en"}}},
    ),
    (
        Template("order_reminder", "sw", ("ORD-1", "KES 3000")),
        {"type": "template", "template": {
            "name": "order_reminder", "language": {"code": "sw"},
            "components": [{"type": "body", "parameters": [
                {"type": "text", "text": "ORD-1"}, {"type": "text", "text": "KES 3000"},
            ]}],
        }},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "body"), SAID)
def test_each_message_is_said_in_whatsapps_words(message, body):
    assert message_body(PHONE, message) == {"to": PHONE, **body}
