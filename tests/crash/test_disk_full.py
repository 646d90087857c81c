"""P22 on PostgreSQL: its disk is full. 503, nothing half done, nothing lost, and on it goes."""

import random

import audit
import pytest
from crash.small_disk import SmallDisk, is_possible
from crash.test_troubles import hears, until

from store import database
from store.tables import Inbox, Outbox
from tests.crash import programs
from web.app import create_app
from web.settings import Settings
from web.shop import utc_now

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not is_possible(), reason="no mount namespace may be had here"),
]


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A PostgreSQL whose disk can be filled, its log on the same."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    made = SmallDisk(tmp_path)
    until(made.answers, "PostgreSQL to begin")
    yield made
    database.close()
    made.close()


@pytest.fixture
def app(disk):
    """A shop without a worker, whose books are there."""
    return create_app(
        Settings(
            _env_file=None, database_url=disk.url, flow_file=str(programs.ROOT / "flows.yaml"),
            ghala_webhook_secret=programs.SECRET, ghala_api_key=programs.KEY,
            messages_per_minute=0,
        )
    )  # fmt: skip


def long(name):
    """What no compression makes short."""
    return random.Random(name).randbytes(1900).hex()


def test_a_full_disk_is_told_as_503_and_what_was_taken_is_there_when_it_has_space(app, disk):
    given = {"0": hears(app, "0")}
    with disk.full():
        while len(refused(given)) < 3:
            given[f"{len(given)}"] = hears(app, f"{len(given)}", text=long(len(given)))

    assert_nothing_is_lost(app, given)


def test_a_postgresql_that_dies_of_a_full_disk_has_what_was_taken_when_it_is_back(app, disk):
    """What it must write down and cannot is the end of it; it begins anew and repairs itself."""
    given = {"0": hears(app, "0")}
    with disk.full():
        until(lambda: not disk.writes(30_000_000), "PostgreSQL to die")
        while not refused(given):
            given[f"{len(given)}"] = hears(app, f"{len(given)}", text=long(len(given)))
    until(disk.answers, "PostgreSQL to go on")

    assert any("PANIC" in line and "No space left" in line for line in disk.says().splitlines())
    assert_nothing_is_lost(app, given)


def refused(given):
    return {name: each for name, each in given.items() if each.status_code != 200}


def assert_nothing_is_lost(app, given):
    """Books and senders agree about what was taken, and the rest is taken when it comes again."""
    kept = {row.key for row in Inbox.select(Inbox.key)}
    answers = Outbox.select().count()
    again = [hears(app, name, text=long(int(name))).status_code for name in refused(given)]

    assert {each.status_code for each in refused(given).values()} == {503}
    assert all(each.headers["Retry-After"] == "1" for each in refused(given).values())
    assert kept == {f"wa:{name}" for name in given.keys() - refused(given)}
    assert answers == len(kept)
    assert again == [200] * len(again)
    assert audit.violations(now=utc_now()) == {}
