"""A shop whose flow file is faulty, or gone, opens with the last good flow, and says so."""

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from click.testing import CliRunner
from contract.contract_actors import Duka, free_port, until
from databases import BOTH
from shop import FLOW

from engine.errors import FlowError
from web import app as opening
from web import doctor_live, flow_file
from web.app import app_of, create_app
from web.cli import main
from web.logs import LOG
from web.settings import Settings

GOOD = "Raw forest honey from Kitui"
FAULTS = 3  # two names that nothing fills, and the other language lacks them
OWNER = {"Authorization": "Basic " + b64encode(b"mama:kijiko-na-sukari-7").decode()}


@pytest.fixture(params=BOTH)
def books_url(request, books_in):
    return books_in(request.param)


@pytest.fixture
def file(tmp_path):
    """The flow file of a shop, edited badly: two placeholders that nothing fills."""
    text, home = FLOW.read_text("utf-8"), tmp_path / "flows.yaml"
    assert GOOD in text
    home.write_text(text.replace(GOOD, '"{nobody} {nothing}"'), "utf-8")
    return home


@pytest.fixture
def settings(file, books_url):
    return Settings(
        _env_file=None, database_url=books_url, flow_file=str(file), admin_username="mama",
        admin_password="kijiko-na-sukari-7", ghala_api_key="k" * 20, admin_per_minute=0,
        ghala_webhook_secret="s" * 24,
    )  # fmt: skip


@pytest.fixture
def shop(books, settings):
    """Open on books in which the shipped flow is live."""
    return opening.open_shop(settings)


@pytest.fixture
def browser(shop):
    return app_of(shop).test_client()


def mend(file):
    file.write_bytes(FLOW.read_bytes())


def test_the_last_good_flow_goes_on(shop):
    assert shop.library.live().flow.catalog["prod_002"].about.template("en").source == GOOD


def test_each_fault_is_logged(settings, books, capsys):
    create_app(settings)

    told = capsys.readouterr().err.splitlines()
    assert [each for each in told if "nothing fills {nobody}" in each]
    assert [each for each in told if "nothing fills {nothing}" in each]
    assert told[-1].endswith("The flow file has faults; the last good flow stays live")


def test_the_first_start_has_no_flow_to_go_on_with(settings, tmp_path):
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/new.db"})

    with pytest.raises(FlowError, match="nobody"):
        opening.open_shop(empty)


def test_a_flow_that_names_what_an_upgrade_took_away_does_not_go_on(settings, books, monkeypatch):
    words = opening.vocabulary()
    fewer = replace(
        words, actions={n: each for n, each in words.actions.items() if n != "place_order"}
    )
    monkeypatch.setattr(opening, "vocabulary", lambda: fewer)

    with pytest.raises(FlowError, match="nobody"):
        opening.open_shop(settings)


def test_a_mended_file_goes_live_and_nothing_is_refused_any_more(shop, file):
    seen = flow_file.looked_at(file)
    mend(file)

    flow_file.look(shop, seen)

    assert shop.refused is None


def test_an_edit_while_the_shop_is_open_is_refused_too(shop, file):
    mistaken, seen = file.read_bytes(), flow_file.looked_at(file)
    mend(file)
    seen = flow_file.look(shop, seen)
    file.write_bytes(mistaken + b"\n")

    flow_file.look(shop, seen)

    assert len(shop.refused.faults) == FAULTS


def test_the_shop_is_ready_and_says_how_many_faults_the_file_has(browser, shop):
    answer = browser.get("/ready")

    assert answer.status_code == 200
    assert answer.json["checks"]["flow"]["faults_in_file"] == len(shop.refused.faults) == FAULTS


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/admin", "flows.yaml has faults: the last good flow goes on"),
        ("/admin/health", "Faults of the flow file"),
        ("/admin/catalogue", "was edited since and has faults"),
        ("/admin/flow", "was edited since and has faults"),
    ],
)
def test_the_dashboard_says_so_until_it_is_mended(browser, shop, file, path, told):
    before = browser.get(path, headers=OWNER).text
    mend(file)
    flow_file.look(shop, {file: None})

    assert told in before
    assert told not in browser.get(path, headers=OWNER).text


def test_the_page_of_health_names_every_fault_with_its_line(browser, shop):
    page = browser.get("/admin/health", headers=OWNER).text

    for each in shop.refused.faults:
        assert f"line {each.line}: {each.message}" in page


def test_the_doctor_warns(browser):
    flow = browser.get("/ready").json["checks"]["flow"]

    told = list(doctor_live._flow_file(flow, FLOW))

    assert [each.what for each in told] == [
        f"the server's flow file has {FAULTS} faults: the last good one goes on"
    ]


# --- a file that is gone ------------------------------------------------------------------------


@pytest.fixture
def bereft(shop, file):
    """The same shop, whose file was good and then taken away before it was started anew."""
    file.unlink()
    return opening.open_shop(shop.settings)


def test_where_the_file_is_gone_the_last_good_flow_goes_on(bereft):
    assert bereft.library.live().flow.catalog["prod_002"].about.template("en").source == GOOD


def test_that_the_file_is_gone_is_logged_in_one_line(bereft, file, caplog):
    with caplog.at_level("ERROR", LOG.name):
        flow_file.tell(bereft)

    [told] = caplog.messages
    assert told.startswith(f"The flow file {file} cannot be read (No such file or directory); ")
    assert told.endswith("the last good flow stays live")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/admin", "The flow file cannot be read: the last good flow goes on"),
        ("/admin/health", "The flow file cannot be read"),
        ("/admin/catalogue", "flows.yaml</code> cannot be read"),
        ("/admin/flow", "flows.yaml</code> cannot be read"),
    ],
)
def test_the_dashboard_says_that_the_file_is_gone_until_it_is_back(bereft, file, path, told):
    browser = app_of(bereft).test_client()
    before = browser.get(path, headers=OWNER).text
    mend(file)
    flow_file.look(bereft, {file: None})

    assert told in before
    assert told not in browser.get(path, headers=OWNER).text


def test_the_doctor_warns_of_a_file_that_is_gone(bereft):
    answer = app_of(bereft).test_client().get("/ready")

    told = list(doctor_live._flow_file(answer.json["checks"]["flow"], FLOW))

    assert answer.status_code == 200
    assert [each.level for each in told] == ["warning"]
    assert told[0].what.startswith("the server's flow file cannot be read (No such file or dir")


def test_where_no_flow_was_ever_live_a_file_that_is_gone_keeps_the_shop_closed(settings, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    empty = settings.model_copy(update={"database_url": url, "flow_file": "nowhere.yaml"})

    with pytest.raises(FileNotFoundError):
        opening.open_shop(empty)


def test_a_new_shop_with_a_faulty_flow_is_told_that_it_did_not_open(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    for name in ("GHALA_API_KEY", "GHALA_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "k" * 40)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    done = CliRunner().invoke(main, ["serve", "-p", str(free_port())])

    assert done.exit_code == 1
    count, last = done.output.splitlines()[-2:]
    assert count == f"{FAULTS} problems"
    assert last.startswith("The shop did not open: ")
    assert last.endswith(
        "Mend flows.yaml until duka check flows.yaml finds nothing, then duka serve"
    )


def test_a_shop_restarted_without_its_file_answers(tmp_path):
    duka = Duka(tmp_path / "shop").start().wait()
    duka.kill()
    (tmp_path / "shop" / "flows.yaml").unlink()
    try:
        duka.start().wait()
        assert duka.ask("GET", "/ready").status == 200
    finally:
        duka.kill()

    assert [each for each in duka.lines if "flows.yaml cannot be read" in each]


def test_a_restarted_shop_answers_and_its_log_names_the_line(tmp_path):
    duka = Duka(tmp_path / "shop").start().wait()
    duka.kill()
    flow = tmp_path / "shop" / "flows.yaml"
    flow.write_text(flow.read_text("utf-8").replace(GOOD, '"{nobody}"'), "utf-8")
    try:
        duka.start().wait()
        message = {"from": "+254700000001", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}
        answer = duka.hook("/api/messages/incoming", {"messages": [message]})
        outbox = until(lambda: duka.books("SELECT body FROM outbox"), "an answer")
    finally:
        duka.kill()

    assert answer.status == 200
    assert "Karibu" in json.dumps(outbox) or "Welcome" in json.dumps(outbox)
    assert [each for each in duka.lines if "flows.yaml:" in each and "{nobody}" in each]
    assert duka.indiscretions() == []
