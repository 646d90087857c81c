"""The doctor asks an open shop from outside, and leaves it as it found it."""

import json
import socket
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from contract.contract_actors import SECRETS

from adapters.errors import Unreadable
from web import doctor_live
from web.cli import main
from web.settings import Settings
from web.shop import ghala_of


@pytest.fixture(scope="module")
def shop(open_shop):
    return open_shop()


def settings(**given):
    known = {"ghala_webhook_secret": SECRETS["GHALA_WEBHOOK_SECRET"], "flow_file": "none.yaml"}
    return Settings(_env_file=None, **{**known, **given})


def found(port, **given):
    return list(doctor_live.examine(f"http://127.0.0.1:{port}", settings(**given)))


def rows(duka):
    with closing(sqlite3.connect(duka.books_file)) as books:
        return [books.execute(f"SELECT count(*) FROM {each}").fetchone() for each in
                ("inbox", "outbox", "orders", "payment_log", "conversations")]  # fmt: skip


def test_an_open_shop_is_sound_and_stays_as_it_was(shop):
    before = rows(shop)

    told = found(shop.port)

    assert [each for each in told if each.is_fault] == []
    assert {"reach", "clock", "database", "disk", "tables", "flow", "queue", "signature"} <= {
        each.about for each in told
    }
    assert rows(shop) == before


def test_another_secret_than_the_servers_is_told(shop):
    faults = [each for each in found(shop.port, ghala_webhook_secret="x" * 30) if each.is_fault]

    assert [each.about for each in faults] == ["signature", "signature"]
    assert "differ" in faults[0].todo


def test_without_a_secret_nothing_can_be_signed_and_that_is_told(shop):
    faults = [each for each in found(shop.port, ghala_webhook_secret=None) if each.is_fault]

    assert [each.what for each in faults] == [
        "GHALA_WEBHOOK_SECRET is not set here, so nothing can be signed"
    ]


def test_a_shop_that_believes_unsigned_messages_is_a_fault_unless_it_is_meant(open_shop):
    trusting = open_shop(GHALA_UNSIGNED_MESSAGES="true")

    strict = [each.what for each in found(trusting.port) if each.is_fault]
    meant = [each.level for each in found(trusting.port, ghala_unsigned_messages=True)]

    assert strict == [
        "an unsigned call of /api/messages/incoming was answered 200, and must be 401"
    ]
    assert "fault" not in meant


def test_where_nothing_listens_the_next_step_is_told():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        told = found(probe.getsockname()[1])

    assert [each.about for each in told] == ["reach"]
    assert "is duka-web running" in told[0].todo


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        (502, "the shop is not running behind nginx: systemctl status duka-web"),
        (503, "the shop is not running behind nginx: systemctl status duka-web"),
        (504, "the shop is not running behind nginx: systemctl status duka-web"),
        (404, "this address does not lead to Duka: "),
        (200, "this address does not lead to Duka: "),
        (301, "this address does not lead to Duka: "),
    ],
)
def test_who_does_not_find_the_shop_is_told_where_to_look_and_of_no_strangers(
    elsewhere, status, todo
):
    [told] = [each for each in found(elsewhere(status)) if each.is_fault]

    assert told.about == "reach"
    assert told.what.endswith(f"/health answered {status}")
    assert told.todo.startswith(todo)


@pytest.mark.parametrize(
    ("status", "body", "todo"),
    [
        (200, b"", "strangers"),
        (400, b'{"success":false}', "strangers"),  # the signature was believed, and nothing read
        (400, b"<html>", "this address does not lead to Duka"),
        (404, b"", "this address does not lead to Duka"),
        (503, b"", "the shop is not running behind nginx"),
    ],
)
def test_only_a_forged_call_that_was_believed_tells_of_strangers(elsewhere, status, body, todo):
    port = elsewhere(status, body=body)
    messages, _ = doctor_live._doors(settings())

    told = doctor_live._refused(
        urlsplit(f"http://127.0.0.1:{port}"), messages, "a forged", {"x": "y"}, settings()
    )

    assert told.is_fault
    assert told.todo.startswith(todo)


def test_clocks_that_differ_are_told(shop, monkeypatch):
    now = doctor_live.utc_now
    monkeypatch.setattr(doctor_live, "utc_now", lambda: now() + timedelta(minutes=5))

    clock = next(each for each in found(shop.port) if each.about == "clock")

    assert clock.is_fault
    assert "behind" in clock.what


def test_mail_that_waits_too_long_is_a_fault():
    queue = {"waiting": 7, "oldest_seconds": 1200}

    told = list(doctor_live._queue(queue))

    assert [each.what for each in told] == ["7 messages wait, the oldest for 20 minutes"]
    assert told[0].is_fault


@pytest.mark.parametrize(
    ("many", "said"),
    [(0, "no message waits"), (1, "a message waits"), (1200, "1,200 messages wait")],
)
def test_mail_that_waits_a_moment_is_no_fault(many, said):
    told = list(doctor_live._queue({"waiting": many, "oldest_seconds": 2}))

    assert [(each.level, each.what) for each in told] == [("ok", f"{said} to be sent")]


def test_a_key_that_ghala_refuses_is_a_warning(shop):
    assert list(doctor_live._key({"ok": True, "refused": 0}, settings())) == []

    [told] = doctor_live._key({"ok": True, "refused": 7}, settings())

    assert (told.level, told.about) == ("warning", "GHALA_API_KEY")
    assert "7 messages wait" in told.what


def test_a_live_flow_that_is_the_shipped_example_is_a_warning(shop):
    real = [each.what for each in found(shop.port) if each.level == "warning"]
    sandbox = found(shop.port, ghala_api_url="http://localhost:4000/v1")

    assert [each for each in real if "is the shipped example" in each]
    assert not [each for each in sandbox if "is the shipped example" in each.what]


def test_the_command_ends_with_the_line_that_counts(shop, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GHALA_WEBHOOK_SECRET", SECRETS["GHALA_WEBHOOK_SECRET"])
    url = f"http://127.0.0.1:{shop.port}"

    done = CliRunner().invoke(main, ["doctor", "--live", url])
    plain = CliRunner().invoke(main, ["doctor", "--live", url, "--json"])

    assert done.exit_code == 0
    assert done.output.endswith("\nThe shop is open and sound; read the warnings first.\n")
    assert json.loads(plain.output)[0]["about"] == "reach"


@pytest.mark.openssl
def test_a_certificate_that_nobody_vouches_for_is_told(self_made):
    (told,) = doctor_live.examine(self_made, settings())

    assert told.is_fault
    assert "certificate is not valid: run certbot again" in told.todo


@pytest.mark.parametrize("dialect", ["v1", "v2", "meta"])
def test_in_every_dialect_the_doctor_signs_as_ghala_does(dialect):
    given = {"meta_app_secret": "app-" + "s" * 30, "meta_phone_number_id": "1"}
    known = settings(ghala_dialect=dialect, **given)
    ghala = ghala_of(known)
    messages, payments = doctor_live._doors(known)

    now = doctor_live.utc_now().timestamp()
    for door, hear in ((messages, ghala.hear_messages), (payments, ghala.hear_payments)):
        sent = {name.lower(): value for name, value in door.signed(door.secret).items()}
        signature = [value for name, value in sent.items() if "signature" in name]
        with suppress(Unreadable):  # believed, and understood to say nothing
            assert hear(door.body, signature, sent, now) == []


@pytest.mark.parametrize("words", [["--live"], ["--live", "--json"], ["--live", ""]], ids=" ".join)
def test_without_an_address_it_is_told_how_one_is_given(words):
    done = CliRunner().invoke(main, ["doctor", *words])

    assert done.exit_code == 2
    assert done.output.endswith(
        "Error: --live needs the shop's address: duka doctor --live https://shop.example.com\n"
    )
