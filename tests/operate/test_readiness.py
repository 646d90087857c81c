"""A shop is ready when it can keep and answer what it hears, and never opens where books vanish."""

import pytest
from contract.contract_actors import SECRETS

from store import database
from store.tables import Outbox
from web import readiness, vanishing
from web.app import app_of
from web.settings import MissingSetting, Settings, ready_to_serve
from web.shop import Shop, ghala_of


@pytest.fixture
def web(shop, library, books_url):
    settings = Settings(_env_file=None, database_url=books_url)
    made = Shop(settings, library, ghala_of(settings), now=lambda: shop.now)
    return app_of(made).test_client()


def test_an_open_shop_is_ready(web):
    answer = web.get("/ready")

    assert answer.status_code == 200
    assert answer.json["message"] == "Ready"
    assert answer.json["checks"]["queue"] == {"ok": True, "waiting": 0, "oldest_seconds": 0}


def test_how_long_the_oldest_message_waits_is_told(web, shop):
    shop.says("hi")
    Outbox.update(status="new", created_at=shop.at - 90_000, sent_at=None).execute()

    queue = web.get("/ready").json["checks"]["queue"]

    assert (queue["waiting"], queue["oldest_seconds"]) == (1, 90)
    Outbox.update(status="sent", sent_at=shop.at).execute()


def test_books_without_their_tables_are_not_ready(web, tmp_path, books_url):
    database.close()
    database.connect(f"sqlite:///{tmp_path}/empty.db")

    answer = web.get("/ready")

    database.close()
    database.connect(books_url)
    assert answer.status_code == 503
    assert answer.json["checks"]["tables"] == {"ok": False}


def test_a_full_disk_is_not_ready(web, monkeypatch):
    monkeypatch.setattr(readiness, "ROOM", 2**60)

    assert web.get("/ready").status_code in (200, 503)
    if not database.is_postgres():
        assert web.get("/ready").json["checks"]["disk"]["ok"] is False


HOSTS = [
    ({"DYNO": "web.1"}, "sqlite:///data/duka.db", "Heroku"),
    ({"RAILWAY_ENVIRONMENT_ID": "1"}, "sqlite:////app/duka.db", "Railway"),
    (
        {"RAILWAY_ENVIRONMENT_ID": "1", "RAILWAY_VOLUME_MOUNT_PATH": "/data"},
        "sqlite:////app/duka.db",
        "Railway",
    ),
    (
        {"RAILWAY_ENVIRONMENT_ID": "1", "RAILWAY_VOLUME_MOUNT_PATH": "/data"},
        "sqlite:////data/duka.db",
        "",
    ),
    ({"DYNO": "web.1"}, "postgresql://localhost/duka", ""),
    ({}, "sqlite:///data/duka.db", ""),
]


@pytest.mark.parametrize(("environment", "url", "host"), HOSTS)
def test_books_on_a_disk_that_vanishes_are_refused(environment, url, host):
    told = vanishing.told(url, environment)

    assert host in told
    assert bool(told) == bool(host)
    assert not told or "PostgreSQL" in told


def test_a_shop_does_not_open_on_a_disk_that_vanishes(monkeypatch):
    monkeypatch.setenv("DYNO", "web.1")
    keys = {name.lower(): SECRETS[name] for name in ("GHALA_WEBHOOK_SECRET", "GHALA_API_KEY")}

    with pytest.raises(MissingSetting, match="Heroku empties its disk at every restart"):
        ready_to_serve(Settings(_env_file=None, **keys))
