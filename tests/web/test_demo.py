"""`duka demo` finds a port, and has a folder's demo books for itself."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from contract.contract_actors import DUKA

from adapters.sandbox import Sandbox
from web import demo, server, sole
from web.cli import main

FLOW = str(Path(__file__).parents[2] / "flows.yaml")


def test_port_0_is_any_that_is_free(tmp_path):
    with subprocess.Popen(
        [DUKA, "demo", "-p", "0", "--flow", FLOW],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={"PYTHONUNBUFFERED": "1"}, start_new_session=True,
    ) as program:  # fmt: skip
        try:
            told = next(line for line in program.stdout if "Phones" in line)
        finally:
            program.terminate()

    assert int(re.search(r"localhost:(\d+)/sandbox", told)[1]) > 1023


def test_no_port_is_told_what_ports_there_are():
    done = CliRunner().invoke(main, ["demo", "-p", "99999"])

    assert done.exit_code == 2
    assert "99999 is not in the range 0<=x<=65535" in done.output


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_second_demo_in_a_folder_is_told_where_to_go(tmp_path, monkeypatch, fresh):
    monkeypatch.chdir(tmp_path)

    with sole.hold(f"sqlite:///{demo.BOOKS}"):
        done = CliRunner().invoke(main, ["demo", *fresh, "--flow", FLOW])

    assert done.exit_code == 1
    assert done.output == (
        "A demo is open in this folder already, and two would share its books: close that one "
        "with Ctrl-C, or start this one in another folder\n"
    )
    assert not demo.BOOKS.exists()


def test_a_fresh_demo_forgets_the_books_and_keeps_the_lock(tmp_path, monkeypatch):
    """Without it a second one would take a lock of its own."""
    monkeypatch.chdir(tmp_path)
    demo.FOLDER.mkdir()
    for name in ("demo.db", "demo.db-wal", "demo-sandbox.jsonl", "demo.db.lock", "duka.db"):
        (demo.FOLDER / name).touch()

    demo._forget()

    assert sorted(each.name for each in demo.FOLDER.iterdir()) == ["demo.db.lock", "duka.db"]


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_where_there_is_no_conversation_the_way_to_one_is_told_and_nothing_is_made(
    verb, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("GHALA_API_KEY", "GHALA_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "k" * 40)

    done = CliRunner().invoke(main, [verb, "-p", "0"])

    assert done.exit_code == 1
    assert done.output == (
        "flows.yaml: there is no such file → duka init begins a shop of your own; "
        "--flow names a file elsewhere\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """The demo's application, without a server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server, "run", lambda app: app)
    monkeypatch.setattr(demo, "JOURNAL", None)
    monkeypatch.setattr(Sandbox, "start", lambda ghala: None)
    return demo.open_demo(demo._settings(3000, FLOW)).test_client()


def test_a_browser_that_opens_the_demos_bare_address_is_led_to_the_phones(opened):
    asked = opened.get("/", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})

    assert asked.status_code == 302
    assert asked.location == "/sandbox"


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_a_program_that_asks_the_demo_who_is_there_is_told(opened, accept):
    assert opened.get("/", headers=accept).json["message"] == "Duka is open"
