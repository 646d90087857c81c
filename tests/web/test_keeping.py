"""`KEEP_MESSAGES_DAYS` is obeyed by the worker, and without it nothing is deleted."""

from datetime import timedelta

import pytest
from shop import ALICE

from store import transcript
from web.app import open_shop
from web.settings import Settings
from web.worker import Worker


@pytest.mark.parametrize(("days", "deleted"), [(0, False), (400, False), (300, True)])
def test_the_worker_deletes_what_is_older_than_the_merchant_says(shop, books_url, days, deleted):
    shop.says("habari")
    opened = open_shop(Settings(
        _env_file=None, database_url=books_url, keep_messages_days=days, ghala_api_key="k" * 32,
        ghala_webhook_secret="s" * 32,
    ))  # fmt: skip
    a_year_later = shop.now + timedelta(days=365)
    object.__setattr__(opened, "now", lambda: a_year_later)

    Worker(opened).work_off()

    said = [each.what for each in transcript.of(ALICE)]
    assert len(said) > 1
    assert all(("(deleted)" in str(each)) is deleted for each in said)
