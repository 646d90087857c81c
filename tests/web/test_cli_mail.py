"""What went wrong on the way in and out is listed and tried again from the terminal."""

import json

import pytest
from click.testing import CliRunner

from store import clock, database, inbox, outbox
from store.tables import Outbox
from web.cli import main


@pytest.fixture
def duka(shop, books_url, monkeypatch, tmp_path):
    """Run a verb on the books of this test, as from another terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", books_url)

    def run(*words):
        database.close()
        done = CliRunner().invoke(main, words)
        return done.exit_code, done.output

    return run


def test_when_all_is_well_nothing_is_listed(duka):
    assert duka("inbox", "list") == (
        0, "Nothing was set aside, and no news of a payment waits.\n",
    )  # fmt: skip
    assert duka("outbox", "list") == (0, "Every message was delivered or is on its way.\n")


def test_what_was_set_aside_is_listed_and_asked_for_once(shop, duka):
    shop.says("hi", key="wa:1")
    inbox.mark("wa:1", "set_aside", error="why", reference="ref1")

    _, listed = duka("inbox", "list")
    first, second = duka("inbox", "replay", "wa:1"), duka("inbox", "replay", "wa:1")

    assert "ref1  wa:1" in listed
    assert shop.phone not in listed
    assert first == (0, "It passes again.\n")
    assert second == (1, "Error: wa:1: no such event is set aside\n")


def _money_of_another_system(shop, order="GH-777"):
    shop.payment("success", order_id=order, amount="300", currency="KES", reference="QXR1TEST")


def test_money_without_an_order_is_listed_as_waiting_since_it_came(shop, duka):
    _money_of_another_system(shop)

    _, listed = duka("inbox", "list")
    (told,) = json.loads(duka("inbox", "list", "--json")[1])

    assert f"payment.success  waiting  GH-777  {told['key']}" in listed
    assert told["outcome"] == "waiting"
    assert told["since"] == clock.iso(shop.at)


def test_money_that_waits_for_its_order_cannot_be_made_to_pass(shop, duka):
    """It would only wait again: whoever tries is told that nothing is to be done."""
    _money_of_another_system(shop)
    (told,) = json.loads(duka("inbox", "list", "--json")[1])

    code, said = duka("inbox", "replay", told["key"])

    assert code == 1
    assert "passes by itself" in said
    assert inbox.waits(told["key"])


def test_what_was_given_up_is_listed_and_owed_again_once(shop, duka):
    """The books' own clock is this test's: a day without a word is told as such."""
    shop.says("hi")
    row = Outbox.get()
    Outbox.update(status="dead", error="Ghala said 400").execute()

    _, listed = duka("outbox", "list")
    code, told = duka("outbox", "retry", str(row.id))

    assert f"{row.id}  " in listed
    assert "Ghala said 400" in listed
    assert (code, "24 hours" in told) == (1, True)
    assert outbox.retry(row.id, by="Amina", now=shop.at) is True


def test_books_that_are_no_books_are_told_in_one_line(duka, monkeypatch, tmp_path, books_url):
    (tmp_path / "spoilt.db").write_bytes(b"not a database" * 400)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/spoilt.db")

    code, told = duka("inbox", "list")

    database.connect(books_url)
    assert code == 1
    assert "Traceback" not in told
    assert told.startswith("DATABASE_URL: ")
