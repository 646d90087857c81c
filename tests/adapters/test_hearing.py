"""Each shape of a WhatsApp message is one event; a bad one spoils only itself."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters import ghala_v1, payloads
from adapters.errors import Unreadable

PHONE = "+254700123456"
TEXT = {"type": "text", "text": {"body": "Hi"}}
PLACE = {"latitude": -1.28, "longitude": 36.8}


def message(**parts):
    return {"id": "wamid.1", "from": PHONE, "timestamp": "1768559400", **parts}


def heard(*messages):
    """Hear messages as they come over the wire."""
    body = json.dumps({"messages": messages}).encode()
    return ghala_v1.messages(payloads.read(body), country="KE")


def one(**parts):
    [event] = heard(message(**parts))
    return event


def without(name, **parts):
    whole = message(**{**TEXT, **parts})
    del whole[name]
    [event] = heard(whole)
    return event


def reply(kind, **told):
    return {"type": "interactive", "interactive": {"type": kind, kind: told}}


SHAPES = [
    (TEXT, "text", {"text": "Hi"}),
    ({"type": "text", "text": {"body": ""}}, "text", {"text": ""}),
    (reply("button_reply", id="view_products", title="Products"), "choice",
     {"id": "view_products", "title": "Products"}),
    (reply("list_reply", id="prod_001", title="Coffee", description="KES 1500"), "choice",
     {"id": "prod_001", "title": "Coffee"}),
    (reply("list_reply", id="prod_001"), "choice", {"id": "prod_001", "title": ""}),
    ({"type": "interactive", "interactive": {"button_reply": {"id": "a", "title": "A"}}}, "choice",
     {"id": "a", "title": "A"}),
    ({"type": "button", "button": {"payload": "pay_mpesa_ORD-1", "text": "Pay"}}, "choice",
     {"id": "pay_mpesa_ORD-1", "title": "Pay"}),
    (reply("nfm_reply", response_json="{}"), "media", {"type": "interactive"}),
    ({"type": "location", "location": PLACE}, "location", PLACE),
    ({"type": "location", "location": {**PLACE, "name": "Home", "address": "Ngong Rd", "url": 1}},
     "location", {**PLACE, "name": "Home", "address": "Ngong Rd"}),
    ({"type": "location", "location": {**PLACE, "name": 5, "address": None}}, "location", PLACE),
    ({"type": "location", "location": {"latitude": 90, "longitude": -180}}, "location",
     {"latitude": 90.0, "longitude": -180.0}),
    *(({"type": kind, kind: {"id": "m1"}}, "media", {"type": kind}) for kind in (
        "image", "audio", "video", "document", "sticker", "contacts", "order", "unsupported",
        "of_tomorrow")),
    *(({"type": kind, kind: {}}, "silent", {"type": kind}) for kind in ("reaction", "system")),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "name", "data"), SHAPES)
def test_each_shape_is_its_event(parts, name, data):
    event = one(**parts)

    assert (event.id, event.phone, event.name) == ("wa:wamid.1", PHONE, name)
    assert event.data == {**data, "sent_at": 1768559400}
    assert json.loads(json.dumps(event.data)) == event.data


@pytest.mark.parametrize("written", ["+254700123456", "254700123456", "0700123456"])
def test_a_customer_is_one_however_the_number_is_written(written):
    assert one(**{**TEXT, "from": written}).phone == PHONE


def test_a_tap_tells_whose_button_it_was():
    event = one(**reply("button_reply", id="a", title="A"), context={"id": "wamid.0", "from": "x"})

    assert event.data["context"] == "wamid.0"


@pytest.mark.parametrize("context", [None, {}, {"forwarded": True}, {"id": None}])
def test_a_context_without_an_id_is_none(context):
    assert "context" not in one(**TEXT, context=context).data


@pytest.mark.parametrize("stamp", ["1768559400", 1768559400])
def test_a_time_may_be_text_or_number(stamp):
    assert one(**TEXT, timestamp=stamp).data["sent_at"] == 1768559400


@pytest.mark.parametrize(
    "stamp", [None, "", "now", "-5", 0, True, 1.5, [], "٣", "²", "9" * 12, 10**12, "1" * 5000]
)
def test_a_time_that_is_none_is_left_out(stamp):
    event = one(**TEXT, timestamp=stamp)

    assert event.name == "text"
    assert "sent_at" not in event.data


def test_a_long_text_is_cut():
    assert one(type="text", text={"body": "x" * 5000}).data["text"] == "x" * 4096


BAD = [
    {"type": "text"},
    {"type": "text", "text": "Hi"},
    {"type": "text", "text": {}},
    *({"type": "text", "text": {"body": body}} for body in (None, 5, True, ["Hi"], {"a": 1})),
    {"type": "interactive"},
    {"type": "interactive", "interactive": []},
    {"type": "interactive", "interactive": {"type": "button_reply"}},
    {"type": "interactive", "interactive": {"button_reply": None}},
    *(reply("button_reply", id=each, title="A") for each in (None, "", 5, ["a"], "a" * 257)),
    {"type": "button", "button": {"text": "Pay"}},
    {"type": "button"},
    {"type": "location"},
    *({"type": "location", "location": {**PLACE, "latitude": each}} for each in (
        None, "1", True, [1], 90.1, -91, 10**400)),
    *({"type": "location", "location": {**PLACE, "longitude": each}} for each in (180.1, -181)),
    {"type": "location", "location": {"latitude": 1}},
    *({**TEXT, "type": each} for each in (None, "", 5, True, ["text"], {"text": 1}, "t" * 257)),
    *({**TEXT, "id": each} for each in (5, True, ["a"], {"a": 1}, "a" * 257)),
    *({**TEXT, "from": each} for each in (None, "", "nobody", 254700123456, ["+254700123456"], {})),
    *({**TEXT, "context": each} for each in ("x", 5, ["x"], {"id": 5}, {"id": "a" * 257})),
]  # fmt: skip


@pytest.mark.parametrize("parts", BAD)
def test_a_bad_message_is_reported_and_the_others_count(parts):
    good = message(**TEXT)

    first, bad, last = heard(good, message(**parts), good)

    assert first == last
    assert first.name == "text"
    assert (bad.name, bad.phone) == ("unreadable", "")
    assert bad.id.startswith("bad:")
    assert bad.data["why"]


@pytest.mark.parametrize("thing", [None, 5, "Hi", True, [], {}])
def test_what_is_no_message_is_reported_too(thing):
    [event] = heard(thing)

    assert event.name == "unreadable"


def test_a_report_has_the_same_name_when_it_comes_again_and_tells_no_number():
    bad = message(type="text", text=5)

    [event] = heard(bad)

    assert [event] == heard(dict(reversed(bad.items())))
    assert "123456" not in json.dumps(event.data)
    assert [event] != heard(message(type="text", text=6))


def at(latitude):
    """Hear of a place, its latitude written this way."""
    body = json.dumps({"messages": [message(type="location", location={**PLACE, "latitude": 77})]})
    [event] = ghala_v1.messages(payloads.read(body.replace("77", latitude).encode()), country="KE")
    return event


@pytest.mark.parametrize("latitude", ["1e-400", "-0.0", "1E+1", "0.1", "5"])
def test_degrees_become_plain_numbers(latitude):
    assert type(at(latitude).data["latitude"]) is float


@pytest.mark.parametrize("latitude", ["1e400", "-1e400", "1e99999999999999999999", "9" * 5000])
def test_degrees_beyond_all_numbers_are_bad(latitude):
    assert at(latitude).name == "unreadable"


@pytest.mark.parametrize(
    "body",
    [None, 5, "x", [], {}, {"messages": None}, {"messages": {}}, {"messages": "x"}, {"message": []},
     {"object": "whatsapp_business_account"}, {"entry": None}, {"entry": {}}, {"statuses": []}],
)  # fmt: skip
def test_a_body_of_another_shape_is_unreadable(body):
    with pytest.raises(Unreadable):
        ghala_v1.messages(body, country="KE")


def test_no_messages_are_no_events():
    assert heard() == []


WORDS = some.sampled_from(
    "id from timestamp type text body interactive button_reply list_reply button payload title "
    "location latitude longitude context image reaction messages entry changes value statuses "
    "contacts profile name wa_id errors status sent +254700123456 1768559400".split()
)
LEAVES = some.none() | some.booleans() | some.integers() | WORDS | some.text(max_size=5)
JUNK = some.recursive(
    LEAVES | some.decimals().map(lambda each: each if each.is_finite() else Decimal(1)),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(WORDS, inner, max_size=6),
    max_leaves=25,
)


PARTS = dict.fromkeys("id timestamp text interactive button location context".split(), JUNK)
MESSAGE = some.fixed_dictionaries({"from": some.just(PHONE), "type": WORDS}, optional=PARTS)
VALUE = some.dictionaries(WORDS, some.lists(JUNK | MESSAGE, max_size=3), max_size=4)
CHANGES = some.lists(some.fixed_dictionaries({"value": JUNK | VALUE}), max_size=3)


@given(some.lists(JUNK | MESSAGE, max_size=3))
def test_no_message_raises(messages):
    events = ghala_v1.messages({"messages": messages}, country="KE")

    assert len(events) == len(messages)
    for event in events:
        json.dumps(event.data)


@given(some.lists(JUNK | some.fixed_dictionaries({"changes": CHANGES}), max_size=3))
def test_no_envelope_raises(entries):
    for event in ghala_v1.messages({"entry": entries}, country="KE"):
        json.dumps(event.data)


@given(JUNK)
def test_no_body_raises_anything_else(body):
    for hear in (lambda: ghala_v1.messages(body, country="KE"), lambda: ghala_v1.payments(body)):
        try:
            hear()
        except Unreadable:
            continue
