"""The database is gone, full or held by somebody frozen: 503, nothing half done, no restart."""

import json
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from databases import allow_pages
from flask import Flask
from shop import Shop, World

from adapters import signatures
from adapters.ghala import Opened
from engine.event import Event
from flows import turns
from store import clock, conversations, database, migrate
from store.errors import BooksClosed
from store.tables import Conversation, Inbox, Order, Outbox, Payment
from store.undoing import savepoint
from tests.crash import programs
from web import charging
from web.app import create_app
from web.settings import Settings
from web.shop import utc_now

ALICE, BOB = "+254700000001", "+254700000002"
PATIENCE = 40.0
STATUS = "\\c shop\nSELECT status FROM outbox;"


def until(wanted, what="it"):
    end = time.monotonic() + PATIENCE
    while not (found := wanted()):
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.05)
    return found


def written(name, phone=ALICE, text="hi"):
    message = {"id": name, "from": phone, "type": "text", "text": {"body": text}}
    body = json.dumps({"messages": [message]}).encode()
    sealed = signatures.sealed(body, programs.SECRET, scheme="v1", at=0)
    return body, {"Content-Type": "application/json", **sealed}


# --- P22: the disk is full ----------------------------------------------------------------------


@pytest.fixture
def app(tmp_path):
    """A shop on a SQLite file, without a worker."""
    made = create_app(
        Settings(
            _env_file=None, database_url=f"sqlite:///{tmp_path}/duka.db",
            flow_file=str(programs.ROOT / "flows.yaml"), ghala_webhook_secret=programs.SECRET,
            ghala_api_key=programs.KEY, messages_per_minute=0,
        )
    )  # fmt: skip
    yield made
    database.close()


def hears(app: Flask, name, **more):
    body, headers = written(name, **more)
    return app.test_client().post(programs.MESSAGES, data=body, headers=headers)


@contextmanager
def full_disk():
    """Not one page more than there is."""
    (pages,) = database.database.execute_sql("PRAGMA page_count").fetchone()
    allow_pages(pages)
    yield
    allow_pages(2**30)


def test_a_full_disk_is_told_as_503_and_nothing_is_half_done(app):
    hears(app, "1")
    before = Inbox.select().count(), Outbox.select().count()
    with full_disk():
        given = [hears(app, f"long{n}", text="x" * 4000) for n in range(20)]
        refused = [each for each in given if each.status_code != 200]
        taken = len(given) - len(refused)
        during = Inbox.select().count(), Outbox.select().count()

    assert refused
    assert {(each.status_code, each.headers["Retry-After"]) for each in refused} == {(503, "1")}
    assert during == (before[0] + taken, before[1] + taken)


def test_when_there_is_space_again_what_was_refused_is_taken(app):
    hears(app, "1")
    with full_disk():
        while hears(app, "2", text="x" * 4000).status_code == 200:
            Inbox.delete().where(Inbox.key == "wa:2").execute()

    given = hears(app, "2", text="x" * 4000)

    assert given.status_code == 200
    assert Inbox.select().where(Inbox.key == "wa:2").count() == 1
    assert database.database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)


# --- P23: somebody frozen holds a row -------------------------------------------------------------


@pytest.fixture
def url(postgres):
    postgres.psql("SET client_min_messages = warning; DROP DATABASE IF EXISTS troubles;")
    postgres.psql("CREATE DATABASE troubles;")
    found = postgres.get_uri().replace("/postgres?", "/troubles?")
    database.connect(found)
    migrate.upgrade()
    yield found
    database.close()


def hold(phone):
    with database.transaction():
        conversations.hold(phone, state="greeting", now=clock.ms(utc_now()))


@pytest.mark.postgres
def test_who_is_frozen_with_a_row_holds_up_that_number_only_and_not_for_ever(url):
    """The others pass at once; that number is told to try again, until the row is taken away."""
    hold(ALICE)
    held, thawed = threading.Event(), threading.Event()

    def freeze():
        with database.database.atomic():
            list(Conversation.select().where(Conversation.phone == ALICE).for_update())
            held.set()
            thawed.wait(PATIENCE)
        database.close()

    frozen = threading.Thread(target=lambda: _survive(freeze), daemon=True)
    frozen.start()
    held.wait()
    began = time.monotonic()

    hold(BOB)
    with pytest.raises(BooksClosed):
        hold(ALICE)
    until(lambda: _passes(ALICE), "the row to be taken away")
    took = time.monotonic() - began
    thawed.set()
    frozen.join()

    assert took < PATIENCE  # idle_in_transaction_session_timeout is 15 s, lock_timeout 5 s


def _survive(work):
    try:
        work()
    except Exception:  # noqa: BLE001  its connection was cut, as it should be
        database.close()


def _passes(phone):
    try:
        hold(phone)
    except BooksClosed:
        return False
    return True


# --- D10: locks are taken in one order -----------------------------------------------------------


@pytest.fixture
def open_shop(url, library):
    library.publish((programs.ROOT / "flows.yaml").read_bytes(), file="flows.yaml", now=utc_now())
    return Shop(World(library))


@pytest.mark.postgres
def test_news_of_money_takes_the_locks_in_the_order_of_messages(open_shop):
    """The conversation, then its order: who waits for the first holds nothing another may want."""
    open_shop.goes_to("payment_processing")
    open_shop.charges()
    order = open_shop.order

    assert leaves_free(open_shop, _hear_of_money, Order.select().where(Order.id == order.id))
    assert open_shop.order.payment_status == "paid"


@pytest.mark.postgres
def test_a_cards_link_takes_the_locks_in_the_order_of_messages(open_shop):
    """The conversation, then the payment: else news of the payment and its link may deadlock."""
    open_shop.goes_to("payment")
    open_shop.taps(f"pay_card_{open_shop.order.id}")
    (card,) = open_shop.payments

    assert leaves_free(open_shop, _post, Payment.select().where(Payment.id == card.id))
    assert [each.payment_url for each in open_shop.payments] == ["https://pay.invalid/1"]


def leaves_free(shop, work, rows):
    """Could another have these rows while the work waits for the conversation?"""
    thread = threading.Thread(target=work, args=(shop,), daemon=True)
    with database.transaction():
        conversations.hold(shop.phone, state="greeting", now=shop.at)
        thread.start()
        until(_somebody_waits, "it to wait for the conversation")
        is_free = _can_hold(rows)
    thread.join()
    return is_free


def _post(shop):
    ghala = SimpleNamespace(charge=lambda charge: Opened("G-1", "pending", "https://pay.invalid/1"))
    web = SimpleNamespace(
        ghala=ghala, library=shop.world.library, now=lambda: shop.now, at=lambda: shop.at,
        settings=SimpleNamespace(payment_poll_seconds=1), log=lambda *notes: None,
        wake=lambda: None,
    )  # fmt: skip
    assert charging.post_one(web, owner="one")
    database.close()


def _hear_of_money(shop):
    attempt = shop.payments[-1]
    told = {
        "order_id": attempt.ghala_payment_id, "amount": str(attempt.amount),
        "currency": attempt.currency, "reference": "QXR1TEST", "reason": "",
    }  # fmt: skip
    event = Event(f"pay:payment.success:{attempt.ghala_payment_id}:Q", "", "payment.success", told)
    turns.receive(event, now=shop.now, library=shop.world.library)
    database.close()


def _somebody_waits():
    asked = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
    return database.database.execute_sql(asked).fetchone()[0]


def _can_hold(rows):
    """Could this transaction have these rows at once?"""
    try:
        with savepoint():
            list(rows.for_update("FOR UPDATE NOWAIT"))
    except database.DatabaseFault:
        return False
    return True


# --- P21: the database is gone --------------------------------------------------------------------


@pytest.mark.postgres
def test_the_database_goes_and_returns_and_no_process_was_started_again(tmp_path, monkeypatch):
    """Killed at once, as a machine fails; the same shop goes on when it is back."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    server = programs.postgres(tmp_path / "pg")
    server.psql("CREATE DATABASE shop;")
    url = server.get_uri().replace("/postgres?", "/shop?")
    (tmp_path / "ports").write_text("9")
    ghala = programs.provider(folder=tmp_path, plan={"honours": "key", "rules": []}, seed=1)
    shop = programs.server("serve", folder=tmp_path, database=url, ghala=ghala.port)
    ghala.start().wait()
    shop.start().wait()
    try:
        assert send(shop, "1") == 200
        # What was sent and not yet written down is sent again only when its lease has ended.
        until(lambda: "sent" in server.psql(STATUS), "the first answer to be written down")
        programs.struck(server)
        until(lambda: send(shop, "2") == 503, "the shop to say so")
        programs.back(server)
        until(lambda: send(shop, "2") == 200, "the shop to go on")
        until(lambda: shown(tmp_path) == 2, "both answers")
        assert shop.life["dead"] is None
    finally:
        shop.kill()
        ghala.kill()
        server.cleanup()


@pytest.mark.postgres
def test_a_thread_that_only_reads_has_a_connection_again_when_the_database_is_back(fresh_postgres):
    """A dashboard's page or a look at the clock writes nothing, and so begins no transaction."""
    database.connect(fresh_postgres)
    try:
        assert database.answers()
        own = database.database.execute_sql("SELECT pg_backend_pid()").fetchone()[0]
        with psycopg.connect(fresh_postgres, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (own,))

        with pytest.raises(BooksClosed):
            database.database.execute_sql("SELECT 1")

        assert database.database.execute_sql("SELECT 1").fetchone() == (1,)
    finally:
        database.close()


@pytest.fixture
def fresh_postgres(postgres):
    postgres.psql("DROP DATABASE IF EXISTS reading;")
    postgres.psql("CREATE DATABASE reading;")
    return postgres.get_uri().replace("/postgres?", "/reading?")


def send(shop, name):
    body, headers = written(name)
    return programs.request(shop.port, "POST", programs.MESSAGES, body=body, headers=headers)


def shown(folder):
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return sum(json.loads(line).get("fact") == "message" for line in lines)
