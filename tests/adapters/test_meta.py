"""Meta's envelope holds messages, ticks and complaints; a bad part spoils only itself."""

import pytest

from adapters import ghala_v1

PHONE = "+254700123456"
TEXT = {
    "id": "wamid.1",
    "from": "254700123456",
    "timestamp": "1768559400",
    "type": "text",
    "text": {"body": "Hi"},
}
CONTACT = {"profile": {"name": "Wanjiru  Kamau\n"}, "wa_id": "254700123456"}


def envelope(*values, **parts):
    changes = [{"field": "messages", "value": value} for value in values or (parts,)]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


def heard(body):
    return ghala_v1.messages(body, country="KE")


def names(body):
    return [event.name for event in heard(body)]


def test_a_message_in_the_envelope_is_the_message_outside_it():
    [outside] = heard({"messages": [TEXT]})

    assert heard(envelope(messages=[TEXT])) == [outside]


def test_what_a_customer_calls_himself_comes_with_what_he_says():
    [event] = heard(envelope(contacts=[CONTACT], messages=[TEXT]))

    assert event.data["profile_name"] == "Wanjiru Kamau"
    assert len(_named("x" * 500)) == 80


def _named(name):
    contact = {**CONTACT, "profile": {"name": name}}
    [event] = heard(envelope(contacts=[contact], messages=[TEXT]))
    return event.data.get("profile_name")


@pytest.mark.parametrize(
    "contacts",
    [
        None, "x", {}, [None], [{}], [{"profile": None, "wa_id": "254700123456"}],
        [{**CONTACT, "wa_id": 5}], [{**CONTACT, "wa_id": "254700000001"}],
        [{**CONTACT, "profile": {"name": 5}}], [{**CONTACT, "profile": {"name": " "}}],
    ],
)  # fmt: skip
def test_a_bad_contact_costs_only_its_name(contacts):
    [event] = heard(envelope(contacts=contacts, messages=[TEXT]))

    assert event.name == "text"
    assert "profile_name" not in event.data


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_a_tick_is_noted_under_its_message(status):
    told = {"id": "wamid.9", "status": status, "timestamp": "1", "recipient_id": "254700123456"}

    [event] = heard(envelope(statuses=[told]))

    assert (event.id, event.name, event.phone) == (f"status:wamid.9:{status}", "status", "")
    assert event.data == {"message_id": "wamid.9", "status": status}


def test_a_failure_says_why():
    told = {"id": "wamid.9", "status": "failed", "errors": [{"code": 131047, "title": "Too late"}]}

    [event] = heard(envelope(statuses=[told]))

    assert event.data["error"] == "131047 Too late"


@pytest.mark.parametrize("errors", [None, [], "x", [None], [{}], [{"code": True, "title": 5}]])
def test_a_failure_without_a_reason_is_still_one(errors):
    [event] = heard(envelope(statuses=[{"id": "wamid.9", "status": "failed", "errors": errors}]))

    assert event.data == {"message_id": "wamid.9", "status": "failed"}


def test_a_tick_of_another_kind_is_kept_and_changes_nothing():
    [event] = heard(envelope(statuses=[{"id": "wamid.9", "status": "deleted"}]))

    assert (event.name, event.data) == ("silent", {"type": "deleted"})


@pytest.mark.parametrize(
    "status", [None, 5, [], {}, {"id": "x"}, {"status": "sent"}, {"id": 5, "status": "sent"}]
)
def test_a_bad_tick_is_reported_and_the_others_count(status):
    good = {"id": "wamid.9", "status": "sent"}

    assert names(envelope(statuses=[status, good])) == ["unreadable", "status"]


def test_a_complaint_is_kept_and_never_answered():
    [event] = heard(envelope(errors=[{"code": 130429, "title": "Rate limit hit"}]))

    assert (event.name, event.phone) == ("silent", "")
    assert event.data == {"type": "error", "error": "130429 Rate limit hit"}


def test_another_field_is_kept_and_never_answered():
    change = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}

    [event] = heard({"entry": [{"changes": [change]}]})

    assert (event.name, event.data) == ("silent", {"type": "message_template_status_update"})
    assert [event] == heard({"entry": [{"changes": [dict(reversed(change.items()))]}]})


def test_all_that_one_envelope_holds_is_heard_in_order():
    both = {
        "messages": [TEXT, {**TEXT, "id": "wamid.2"}],
        "statuses": [{"id": "a", "status": "read"}],
    }

    assert [
        event.id for event in heard(envelope(both, {"messages": [{**TEXT, "id": "wamid.3"}]}))
    ] == [
        "wa:wamid.1",
        "wa:wamid.2",
        "status:a:read",
        "wa:wamid.3",
    ]


@pytest.mark.parametrize(
    "entry",
    [None, 5, "x", [], {}, {"changes": None}, {"changes": [None]}, {"changes": [{}]},
     {"changes": [{"value": 5}]}, {"changes": [{"value": {"messages": {}}}]},
     {"changes": [{"value": {"statuses": 5}}]}],
)  # fmt: skip
def test_a_bad_entry_spoils_only_itself(entry):
    good = envelope(messages=[TEXT])["entry"][0]

    assert names({"object": "x", "entry": [entry, good]}) == ["unreadable", "text"]


def test_a_bad_message_spoils_only_itself():
    assert names(envelope(messages=[{**TEXT, "text": 5}, TEXT])) == ["unreadable", "text"]
