"""The phones: what a customer does becomes a signed message, in order, until it arrives."""

import pytest

from adapters.sandbox import NotPossible

PHONE = "+254700000001"
CHOICES = {
    "type": "interactive",
    "interactive": {
        "type": "button",
        "body": {"text": "Welcome"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "view", "title": "Products"}}]},
    },
}
LIST = {
    "type": "interactive",
    "interactive": {
        "type": "list",
        "body": {"text": "Products"},
        "action": {
            "button": "See",
            "sections": [{"rows": [{"id": "p1", "title": "Honey", "description": "Raw"}]}],
        },
    },
}


def heard(rehearsal):
    """The customer's messages Duka was sent."""
    rehearsal.sandbox.catch_up()
    return [
        message
        for url, body, _ in rehearsal.posted
        if url == "http://duka/api/messages/incoming"
        for message in body.get("messages", ())
    ]


def ticks(rehearsal):
    return [bubble["tick"] for bubble in rehearsal.sandbox.phone(PHONE)["bubbles"]]


def test_typed_text_arrives_as_whatsapp_sends_it(rehearsal):
    name = rehearsal.sandbox.say(PHONE, type="text", text="hi")

    [message] = heard(rehearsal)

    assert message == {
        "id": name,
        "from": PHONE,
        "timestamp": "1768559400",
        "type": "text",
        "text": {"body": "hi"},
    }


@pytest.mark.parametrize(
    ("sent", "chosen", "reply"),
    [
        (CHOICES, "view", {"button_reply": {"id": "view", "title": "Products"}}),
        (LIST, "p1", {"list_reply": {"id": "p1", "title": "Honey", "description": "Raw"}}),
    ],
)
def test_a_tap_names_its_choice_and_the_message_it_was_on(rehearsal, sent, chosen, reply):
    shown = rehearsal.shop_sends(sent).json()["messages"][0]["id"]

    rehearsal.sandbox.say(PHONE, type="choice", id=chosen)

    [message] = heard(rehearsal)
    assert message["context"] == {"id": shown}
    assert message["interactive"].items() >= reply.items()


def test_of_equal_buttons_the_newest_is_tapped_unless_another_is_meant(rehearsal):
    old, new = (rehearsal.shop_sends(CHOICES).json()["messages"][0]["id"] for _ in range(2))

    rehearsal.sandbox.say(PHONE, type="choice", id="view")
    rehearsal.sandbox.say(PHONE, type="choice", id="view", message=old)

    assert [message["context"]["id"] for message in heard(rehearsal)] == [new, old]


def test_a_button_never_shown_can_only_be_forged_on_purpose(rehearsal):
    rehearsal.shop_sends(CHOICES)

    with pytest.raises(NotPossible, match="No message"):
        rehearsal.sandbox.say(PHONE, type="choice", id="pay_mpesa_ORD-1")
    rehearsal.sandbox.say(PHONE, type="choice", id="pay_mpesa_ORD-1", title="M-Pesa")

    [message] = heard(rehearsal)
    assert message["interactive"]["button_reply"]["id"] == "pay_mpesa_ORD-1"


def test_a_location_is_shared_with_its_name(rehearsal):
    place = {"latitude": -1.2921, "longitude": 36.7856, "name": "Kilimani"}

    rehearsal.sandbox.say(PHONE, type="location", **place)

    assert heard(rehearsal)[0]["location"] == place


@pytest.mark.parametrize("kind", ["image", "audio", "video", "document", "sticker", "contacts"])
def test_what_is_no_text_arrives_by_its_type(rehearsal, kind):
    rehearsal.sandbox.say(PHONE, type=kind)

    [message] = heard(rehearsal)
    assert message["type"] == kind
    assert message[kind]


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"type": "hologram"},
        {"type": "text"},
        {"type": "text", "text": "  "},
        {"type": "text", "text": 5},
        {"type": "choice"},
        {"type": "location", "latitude": 91, "longitude": 0},
        {"type": "location", "latitude": True, "longitude": 0},
    ],
)
def test_what_no_phone_can_send_is_refused(rehearsal, what):
    with pytest.raises(NotPossible):
        rehearsal.sandbox.say(PHONE, **what)

    assert heard(rehearsal) == []


def test_half_an_emoji_does_not_stop_the_post(rehearsal):
    rehearsal.sandbox.say(PHONE, type="text", text="\ud83d hi")

    assert heard(rehearsal)[0]["text"]["body"] == "? hi"


@pytest.mark.parametrize("phone", ["0700000001", "+", "someone", "+0700000001", "+2547\n00000001"])
def test_a_phone_has_a_whole_number(rehearsal, phone):
    with pytest.raises(NotPossible):
        rehearsal.sandbox.add(phone)


def test_a_message_that_does_not_arrive_is_sent_again_and_holds_up_the_next(rehearsal):
    rehearsal.answers = [503, 0, 200]
    rehearsal.sandbox.say(PHONE, type="text", text="one")
    rehearsal.sandbox.say(PHONE, type="text", text="two")

    rehearsal.pass_time(3)

    said = [message["text"]["body"] for message in heard(rehearsal)]
    assert said == ["one", "one", "one", "two"]


def test_one_phone_does_not_hold_up_another(rehearsal):
    rehearsal.answers = [503]
    rehearsal.sandbox.say(PHONE, type="text", text="one")
    rehearsal.sandbox.say("+254700000002", type="text", text="other")

    said = [message["text"]["body"] for message in heard(rehearsal)]

    assert said == ["one", "other"]


def test_ticks_tell_how_far_a_message_has_come(rehearsal):
    rehearsal.sandbox.say(PHONE, type="text", text="hi")
    seen = [ticks(rehearsal)]
    rehearsal.sandbox.catch_up()
    seen.append(ticks(rehearsal))
    rehearsal.shop_sends(CHOICES)
    seen.append(ticks(rehearsal)[:1])

    assert seen == [["sent"], ["delivered"], ["read"]]


def test_a_message_given_up_is_shown_as_failed(rehearse):
    rehearsal = rehearse(tries=3)
    rehearsal.answers = [500, 500, 500]
    rehearsal.sandbox.say(PHONE, type="text", text="hi")

    rehearsal.pass_time(5)

    assert ticks(rehearsal) == ["failed"]
    assert len(rehearsal.posted) == 3


def test_a_phone_tells_only_what_changed_since(rehearsal):
    rehearsal.sandbox.say(PHONE, type="text", text="hi")
    rehearsal.sandbox.catch_up()
    seen = rehearsal.sandbox.phone(PHONE)["next"]

    assert rehearsal.sandbox.phone(PHONE, after=seen)["bubbles"] == []
    rehearsal.shop_sends(CHOICES)

    changed = rehearsal.sandbox.phone(PHONE, after=seen)["bubbles"]
    assert [bubble["by"] for bubble in changed] == ["customer", "shop"]


def test_delivery_is_told_in_metas_envelope_when_wanted(rehearse):
    rehearsal = rehearse(statuses=True)
    name = rehearsal.shop_sends(CHOICES).json()["messages"][0]["id"]

    rehearsal.pass_time(1)

    told = [
        status
        for _, body, _ in rehearsal.posted
        for entry in body["entry"]
        for status in entry["changes"][0]["value"]["statuses"]
    ]
    assert [status["status"] for status in told] == ["sent", "delivered", "read"]
    assert {status["id"] for status in told} == {name}
