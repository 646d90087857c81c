"""Figures are those of the books, hold nobody's number, and every alarm has a figure and a page."""

import json
import re
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from contract.contract_actors import BASIC, free_port, until
from prometheus_client.parser import text_string_to_metric_families as families
from test_readme import commands

from adapters.errors import BadKey
from store import database
from store.tables import Inbox, Outbox
from web import metrics
from web.app import app_of
from web.cli import main
from web.settings import Settings
from web.shop import Shop, ghala_of

ROOT = Path(__file__).parents[2]
ALERTS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
KNOWN_ELSEWHERE = {"up"}  # Prometheus' own
FUNCTIONS = {
    "sum", "by", "le", "delta", "increase", "rate", "histogram_quantile", "clamp_min", "and", "or",
}  # fmt: skip


@pytest.fixture
def open_shop_here(shop, library, books_url):
    settings = Settings(
        _env_file=None, database_url=books_url, admin_username="mama", admin_password="p" * 20
    )
    return Shop(settings, library, ghala_of(settings), now=lambda: shop.now)


def read(shop):
    """Each figure by its name and labels."""
    told = metrics.told(shop).decode()
    return {
        (each.name, *sorted(each.labels.values())): each.value
        for family in families(told)
        for each in family.samples
    }


def test_the_figures_are_those_of_the_books(open_shop_here, shop):
    shop.says("hi")
    order = shop.buys("prod_001", 2)
    shop.taps("M-Pesa")
    shop.pays(order)

    told = read(open_shop_here)

    assert told["duka_database_up",] == 1
    assert told["duka_orders", "completed", "paid"] == 1
    assert told["duka_revenue", "KES"] == 3000
    assert told["duka_payments", "mpesa", "success"] == 1
    assert told["duka_outbox_waiting",] == 0
    assert told["duka_conversations", "completed"] == 1


def test_what_waits_and_what_went_wrong_is_counted(open_shop_here, shop):
    shop.says("hi", key="wa:1")
    Inbox.update(outcome="set_aside").where(Inbox.key == "wa:1").execute()
    Outbox.update(status="new", sent_at=None, created_at=shop.at - 42_000).execute()

    told = read(open_shop_here)

    assert told["duka_inbox_troubled", "set_aside"] == 1
    assert told["duka_outbox_waiting",] == 1
    assert told["duka_outbox_oldest_seconds",] == 42
    Inbox.update(outcome="done").where(Inbox.key == "wa:1").execute()
    Outbox.update(status="sent", sent_at=shop.at).execute()


def test_books_that_do_not_answer_are_a_figure(open_shop_here, books_url):
    database.close()
    database.connect(f"{books_url}.elsewhere")

    told = read(open_shop_here)

    database.close()
    database.connect(books_url)
    assert told["duka_database_up",] == 0
    assert ("duka_outbox_waiting",) not in told


def test_calls_to_ghala_are_counted_by_what_came_of_them(open_shop_here):
    before = read(open_shop_here)

    with metrics.called("send"):
        pass
    with pytest.raises(BadKey), metrics.called("charge"):
        raise BadKey("no", status=401)

    told = read(open_shop_here)
    for call in (("ok", "send"), ("badkey", "charge")):
        name = ("duka_ghala_calls_total", *call)
        assert told[name] == before.get(name, 0) + 1


def test_requests_are_counted_by_route_never_by_what_was_asked_for(open_shop_here):
    web = app_of(open_shop_here).test_client()

    web.get("/api/orders/ORD-+254700000001")
    web.get("/254700000001")

    told = metrics.told(open_shop_here).decode()
    assert 'route="/api/orders/<' in told
    assert "254700000001" not in told


def test_without_the_admins_password_no_figure_is_told(open_shop_here):
    web = app_of(open_shop_here).test_client()

    assert web.get("/metrics").status_code == 401
    assert b"duka_orders" not in web.get("/metrics").data


def test_a_shop_in_business_tells_its_figures_on_a_port_of_their_own(open_shop):
    port = free_port()
    duka = open_shop(METRICS_PORT=str(port))
    duka.hook("/api/messages/incoming", {"messages": []})

    def told():
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return answer.read().decode()

    until(lambda: 'route="/api/messages/incoming",status="200"} 1.0' in told())
    assert "duka_database_up 1.0" in told()
    assert duka.ask("GET", "/metrics", headers=BASIC).status == 200


# The alarms


def names(expression):
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\"[^\"]*\"", "", expression)
    return {each for each in re.findall(r"[a-z_]{2,}", bare) if each not in FUNCTIONS} - {"route"}


@pytest.fixture
def exposed(open_shop_here, shop):
    """Every name there is once something happened."""
    shop.says("hi")
    order = shop.buys()
    shop.taps("M-Pesa")
    shop.pays(order)
    app_of(open_shop_here).test_client().get("/health")
    with metrics.called("send"):
        pass
    return {each for each, *_ in read(open_shop_here)} | KNOWN_ELSEWHERE


def test_every_alarm_and_every_panel_asks_for_figures_that_there_are(exposed):
    board = json.loads((ROOT / "deploy/grafana.json").read_text("utf-8"))
    shown = [each["expr"] for panel in board["panels"] for each in panel["targets"]]

    for expression in [each["expr"] for each in ALERTS] + shown:
        wanted = names(expression) - {"call", "outcome", "status"}
        assert wanted, expression
        assert wanted <= exposed, expression


def anchors():
    titles = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in titles}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each["alert"])
def test_every_alarm_has_its_page_and_the_page_says_what_to_do(alert):
    file, _, anchor = alert["annotations"]["page"].partition("#")

    assert (ROOT / file).is_file()
    assert anchor in anchors()
    section = re.split(r"^#+ ", PAGE, flags=re.MULTILINE)
    (told,) = [each for each in section if each.lower().startswith(anchor.replace("-", " "))]
    assert all(word in told for word in ("**Means**", "**Look**", "**Do**"))


def test_every_command_of_the_page_is_there():
    known = set(commands(main)) | {"duka inbox", "duka outbox"}
    named = re.findall(r"(?:^|`|sudo )(duka [a-z]+(?: (?:list|replay|retry|upgrade))?)", PAGE, re.M)

    assert named
    assert set(named) <= known
