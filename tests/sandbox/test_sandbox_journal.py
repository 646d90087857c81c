"""The journal: the provider's truth outlives its process, and goes on where it was."""

import json

from adapters import signatures

PHONE = "+254700000001"
TEXT = {"type": "text", "text": {"body": "Karibu"}}


def test_the_truth_survives_a_restart(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    before = rehearse(journal=file)
    before.sandbox.say(PHONE, type="text", text="hi")
    before.shop_sends(TEXT, key="once")
    name = before.shop_charges().json()["id"]
    before.sandbox.decide(name, "approve")

    after = rehearse(journal=file)

    assert after.sandbox.truth == before.sandbox.truth
    assert after.status_of(name).body == before.status_of(name).body


def test_a_key_is_still_known_after_a_restart(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    first = rehearse(journal=file).shop_charges(key="once")

    again = rehearse(journal=file).shop_charges(key="once")

    assert again.json() == first.json()


def test_new_ids_after_a_restart_are_new(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    first = rehearse(journal=file).shop_charges("ORD-1.1").json()["id"]

    other = rehearse(journal=file).shop_charges("ORD-2.1", key="new").json()["id"]

    assert first != other


def test_letters_on_their_way_are_posted_after_a_restart(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    before = rehearse(journal=file)
    before.sandbox.decide(before.shop_charges().json()["id"], "approve")
    assert before.posted == []

    after = rehearse(journal=file)
    after.sandbox.catch_up()

    assert [told["event"] for told in after.webhooks()] == ["payment.success"]


def test_letters_are_signed_with_the_secret_of_the_day_they_are_posted(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    rehearse(journal=file).sandbox.say(PHONE, type="text", text="hi")

    after = rehearse(journal=file, secret="another secret, since the restart")
    after.sandbox.catch_up()

    [(_, body, headers)] = after.posted
    text = json.dumps(body, separators=(",", ":")).encode()
    assert headers["x-ghala-signature"] == signatures.sign(
        text, "another secret, since the restart"
    )


def test_what_arrived_is_not_posted_again_after_a_restart(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    before = rehearse(journal=file)
    before.sandbox.decide(before.shop_charges().json()["id"], "approve")
    before.sandbox.catch_up()

    after = rehearse(journal=file)
    after.pass_time(5)

    assert after.posted == []


def test_a_payment_the_plan_decides_is_decided_after_a_restart(rehearse, tmp_path):
    file, plan = tmp_path / "journal.jsonl", {"payments": "approve after 1s"}
    rehearse(journal=file, plan=plan).shop_charges()

    after = rehearse(journal=file, plan=plan)
    after.pass_time(2)

    assert len(after.webhooks()) == 1


def test_a_line_cut_off_by_a_crash_never_counted(rehearse, tmp_path):
    file = tmp_path / "journal.jsonl"
    rehearse(journal=file).shop_sends(TEXT)
    whole = file.read_text()
    file.write_text(whole + '{"n": 99, "fact": "mess')

    after = rehearse(journal=file)
    after.shop_sends(TEXT, key="new")

    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["n"] for line in lines] == [1, 2, 3, 4]


def test_every_call_is_in_the_journal_with_what_became_of_it(rehearse):
    rehearsal = rehearse(plan=[{"when": {"nth": 1}, "then": "status(503)"}])
    rehearsal.shop_sends(TEXT, key="a")
    rehearsal.shop_sends(TEXT, key="a")

    asked = [fact for fact in rehearsal.sandbox.journal() if fact["fact"] == "asked"]

    assert [(fact["status"], fact["then"]) for fact in asked] == [(503, "status"), (200, "ok")]
    assert {fact["key"] for fact in asked} == {"a"}


def test_the_journal_is_read_on_from_a_number(rehearsal):
    rehearsal.shop_sends(TEXT)
    last = rehearsal.sandbox.journal()[-1]["n"]

    rehearsal.shop_sends(TEXT)

    assert [fact["n"] for fact in rehearsal.sandbox.journal(after=last)] == [last + 1, last + 2]
