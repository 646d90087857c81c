"""A key that Ghala refuses is seen wherever an operator looks, until it is right."""

import pytest

from store import figures
from store.tables import Outbox
from web import doctor
from web.app import app_of
from web.delivery import deliver_one
from web.pace import Pace
from web.settings import Settings
from web.shop import Shop, ghala_of

PASSWORD = "p" * 20


@pytest.fixture
def silenced(shop, library, books_url, elsewhere):
    """An open shop that owes a message, at a Ghala that refuses its key; it tried once."""
    settings = Settings(
        _env_file=None, database_url=books_url, ghala_api_key="k" * 20, admin_username="mama",
        admin_password=PASSWORD, ghala_api_url=f"http://127.0.0.1:{elsewhere(401, body=b'{}')}/v1",
    )  # fmt: skip
    made = Shop(settings, library, ghala_of(settings), now=lambda: shop.now)
    shop.says("hi")
    owed = {"status": "new", "sent_at": None, "attempts": 0, "lease_until": 0, "due_at": shop.at}
    Outbox.update(owed).execute()
    assert deliver_one(made, Pace(0, 0), owner="we")
    yield made
    Outbox.update(status="sent", sent_at=shop.at).execute()


def page(shop, path):
    return app_of(shop).test_client().get(path, auth=("mama", PASSWORD)).text


def test_the_first_page_says_so_under_what_needs_attention(silenced):
    assert "GHALA_API_KEY is refused: nothing can be sent" in page(silenced, "/admin/today")


def test_health_counts_the_try_and_says_what_to_do(silenced):
    text = page(silenced, "/admin/health/body")

    assert figures.tries_lately() == (1, 1)
    assert "1 of the last 1 tries to send" in text
    assert "GHALA_API_KEY is refused" in text


def test_the_shop_stays_ready_and_tells_how_many_wait_for_a_right_key(silenced):
    answer = app_of(silenced).test_client().get("/ready")

    assert answer.status_code == 200
    assert answer.json["checks"]["key"] == {"ok": True, "refused": 1}


def test_the_doctor_warns(silenced, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    found = [each for each in doctor.examine(silenced.settings) if "refused" in each.what]

    assert [(each.level, each.about) for each in found] == [("warning", "GHALA_API_KEY")]
    assert "a message waits" in found[0].what


def test_once_the_message_is_sent_nothing_is_said_of_the_key(silenced, shop):
    Outbox.update(status="sent", sent_at=shop.at).execute()

    assert figures.key_refused() == (0, None)
    assert "is refused" not in page(silenced, "/admin/today")


def test_where_messages_go_by_meta_its_own_key_is_named():
    assert Settings(_env_file=None, ghala_dialect="meta").name_of_key == "META_ACCESS_TOKEN"
