"""A customer is shown and forgotten from the terminal, and told why the books are kept."""

import json

import pytest
from click.testing import CliRunner

from store import database
from web.cli import main


@pytest.fixture
def duka(shop, books_url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", books_url)

    def run(*words, typed=""):
        database.close()
        done = CliRunner().invoke(main, ["customers", *words], input=typed)
        return done.exit_code, done.output

    return run


def test_a_customer_is_forgotten_once_it_is_confirmed(shop, duka):
    shop.goes_to("payment")

    refused = duka("forget", shop.phone, typed="n\n")
    still = duka("show", shop.phone)
    done = duka("forget", shop.phone, typed="y\n")
    gone = duka("show", shop.phone)

    assert (refused[0], still[0], done[0], gone[0]) == (1, 0, 0, 1)
    assert "the law asks you to keep your books" in done[1]
    assert "Backups made before today still hold this customer" in done[1]
    assert shop.phone not in done[1]


def test_an_open_payment_refuses_in_one_line(shop, duka):
    shop.buys()
    shop.taps("M-Pesa")

    code, told = duka("forget", "--yes", shop.phone)

    assert code == 1
    assert told.startswith("Error: a payment of order ")


def test_all_that_is_kept_is_printed_for_the_customer(shop, duka):
    shop.goes_to("payment")

    code, told = duka("show", shop.phone, "--json")

    assert code == 0
    assert json.loads(told)["phone"] == shop.phone


def test_what_is_no_number_is_told(duka):
    assert duka("forget", "--yes", "Alice")[0] == 2
