"""Claims on PostgreSQL: a dead process holds nothing, a frozen one cannot overwrite who went on."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from flows.library import Library
from flows.words import vocabulary
from store import clock, conversations, database, leases, migrate, outbox, payments
from store.tables import Outbox
from tests.crash import programs
from web.settings import Settings
from web.shop import Shop, ghala_of, utc_now
from web.worker import Worker

pytestmark = pytest.mark.postgres
ALICE = "+254700000001"
LEASE = 30_000


@pytest.fixture
def url(postgres, request):
    name = f"frozen_{abs(hash(request.node.name)) % 10**8}"
    postgres.psql(f"SET client_min_messages = warning; DROP DATABASE IF EXISTS {name};")
    postgres.psql(f"CREATE DATABASE {name};")
    found = postgres.get_uri().replace("/postgres?", f"/{name}?")
    database.connect(found)
    migrate.upgrade()
    yield found
    database.close()


@pytest.fixture
def ghala(tmp_path):
    """A provider that honours keys, and whose journal can be read."""
    (tmp_path / "ports").write_text("9")
    program = programs.provider(folder=tmp_path, plan={"honours": "key", "rules": []}, seed=1)
    yield program.start().wait()
    program.kill()


def owe(*bodies):
    now = clock.ms(utc_now())
    with database.transaction():
        conversation = conversations.hold(ALICE, state="greeting", now=now)
        conversation.heard_at = now
        for body in bodies:
            outbox.put(conversation, {"type": "text", "body": body}, cause="x", now=now)
        conversation.save()


def settings(url, ghala):
    given = programs._settings(url, ghala.port)
    return Settings(_env_file=None, **{name.lower(): value for name, value in given.items()})


def facts(folder, name):
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return [fact for line in lines if (fact := json.loads(line)).get("fact") == name]


@pytest.fixture
def frozen(url, ghala, tmp_path):
    """Start a worker that freezes with a claim in its hand."""
    started = []

    def start(moment):
        program = programs.Program("frozen", (), folder=tmp_path, settings={})
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.frozen", moment], cwd=tmp_path, text=True,
            stdout=subprocess.PIPE,
            env={**program._settings, **programs._settings(url, ghala.port)},
        )  # fmt: skip
        started.append(process)
        assert process.stdout.readline() == "frozen\n"
        until_stopped(process.pid)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def until_stopped(pid):
    end = time.monotonic() + 20
    while f"{pid}) T" not in (told := _stat(pid)):
        assert time.monotonic() < end, told
        time.sleep(0.01)


def _stat(pid):
    text = Path(f"/proc/{pid}/stat").read_text()
    return f"{pid}) {text.rpartition(') ')[2][:1]}"


def work(url, ghala, *, later=0):
    """Another worker does all that is due, by a clock that is so many seconds on."""
    shop = Shop(settings(url, ghala), Library(vocabulary()), ghala_of(settings(url, ghala)))
    shop.now = lambda: utc_now() + timedelta(seconds=later)
    Worker(shop).work_off()


def wake(process):
    os.kill(process.pid, signal.SIGCONT)
    assert process.stdout.readline() == "over\n"
    assert process.wait(20) == 0


def test_while_its_claim_lasts_nobody_takes_the_message_of_a_frozen_worker(
    url, ghala, frozen, tmp_path
):
    owe("one")
    frozen("before")

    work(url, ghala)

    assert facts(tmp_path, "message") == []
    assert Outbox.get().status == "new"


def test_who_was_frozen_before_sending_does_not_send_what_another_has_sent(
    url, ghala, frozen, tmp_path
):
    owe("one")
    slow = frozen("before")

    work(url, ghala, later=35)
    wake(slow)

    asked = [each for each in facts(tmp_path, "asked") if each["path"].endswith("/messages")]
    assert len(asked) == 1
    assert Outbox.get().status == "sent"


def test_who_was_frozen_after_sending_overwrites_nothing_and_the_phone_shows_it_once(
    url, ghala, frozen, tmp_path
):
    owe("one")
    slow = frozen("after")

    work(url, ghala, later=35)
    before = Outbox.get().__data__
    wake(slow)

    assert Outbox.get().__data__ == before
    assert before["status"] == "sent"
    assert len(facts(tmp_path, "message")) == 1


# --- the dead -----------------------------------------------------------------------------------

CLAIMS = """
import sys, time
from store import database, leases, outbox
database.connect(sys.argv[1])
assert leases.sign_in(4711)
with database.transaction():
    assert outbox.claim(owner=leases.owner_name(4711, "a"), now=int(sys.argv[2]), lease=30_000)
print("claimed", flush=True)
time.sleep(600)
"""


def test_what_a_dead_process_held_is_free_at_once_and_what_a_living_one_holds_is_not(url):
    owe("one")
    now = clock.ms(utc_now())
    holder = subprocess.Popen(
        [sys.executable, "-c", CLAIMS, url, str(now)], stdout=subprocess.PIPE, text=True,
        cwd=programs.ROOT,
    )  # fmt: skip
    assert holder.stdout.readline() == "claimed\n"

    while_alive = leases.bury_the_dead(mine=1, now=now)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    end = time.monotonic() + 10
    while not (freed := leases.bury_the_dead(mine=1, now=now)) and time.monotonic() < end:
        time.sleep(0.05)  # PostgreSQL has yet to notice

    assert (while_alive, freed) == (0, 1)
    with database.transaction():
        assert outbox.claim(owner="other", now=now, lease=LEASE).attempts == 2


def test_a_worker_does_not_take_itself_for_dead(url):
    owe("one")
    now = clock.ms(utc_now())
    leases.sign_in(4711)
    with database.transaction():
        outbox.claim(owner=leases.owner_name(4711, "a"), now=now, lease=LEASE)

    assert leases.bury_the_dead(mine=4711, now=now) == 0


def test_a_claim_under_another_kind_of_name_is_left_until_it_ends(url):
    owe("one")
    now = clock.ms(utc_now())
    with database.transaction():
        outbox.claim(owner="postman", now=now, lease=LEASE)

    assert leases.bury_the_dead(mine=1, now=now) == 0
    assert payments.next_due(now=now) is None
