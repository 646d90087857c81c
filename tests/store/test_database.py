"""The door to the database: all or nothing, one at a time, and closed when it is closed."""

import contextlib
import sqlite3
from pathlib import Path

import peewee
import pytest
from shop import ALICE, OPENING
from threads import at_once

from store import (
    clock,
    conversations,
    customers,
    database,
    flow_versions,
    ids,
    migrate,
    statements,
)
from store.database import transaction
from store.errors import BooksClosed
from store.tables import TABLES, Conversation, Customer, FlowVersion
from store.undoing import savepoint, venture

CHANGES = Path(migrate.__file__).parent / "migrations"

NOW = clock.ms(OPENING)


def know(phone=ALICE):
    customers.known(phone, now=NOW)


@pytest.fixture
def sqlite_books(books, books_url):
    """Books in a file of our own; what is true only there is not asked elsewhere."""
    if not database.is_sqlite_url(books_url):
        pytest.skip("only for SQLite")
    return database.file_of(books_url)


# --- all or nothing -----------------------------------------------------------------------------


def know_and_stumble(phone=ALICE, error=RuntimeError):
    know(phone)
    raise error("the last line before the power fails")


def test_a_transaction_that_raises_keeps_nothing(books):
    with pytest.raises(RuntimeError), transaction():
        know_and_stumble()

    assert Customer.select().count() == 0


def test_a_transaction_inside_another_joins_it(books):
    def outer():
        with transaction():
            know("+254700000001")
        know_and_stumble("+254700000002")

    with pytest.raises(RuntimeError), transaction():
        outer()

    assert Customer.select().count() == 0


def test_a_savepoint_that_raises_undoes_only_what_is_within(books):
    with transaction():
        know("+254700000001")
        with pytest.raises(RuntimeError), savepoint():
            know_and_stumble("+254700000002")

    assert [customer.phone_number for customer in Customer.select()] == ["+254700000001"]


@pytest.fixture
def asked(books, monkeypatch):
    """Every statement that the books are asked, as it happens."""
    said, ask = [], database.database.execute_sql
    monkeypatch.setattr(
        database.database.obj,
        "execute_sql",
        lambda sql, *values: (said.append(sql), ask(sql, *values))[1],
    )
    return said


def test_a_venture_that_goes_well_lays_nothing_by(asked):
    def goes_well():
        with savepoint():
            know()

    venture(goes_well)

    assert not any("SAVEPOINT" in sql for sql in asked)
    assert Customer.select().count() == 1


def test_a_venture_that_stumbles_is_undone_and_done_again_so_that_half_can_be_undone(books):
    tries = []

    def stumbles_at_the_second():
        know(f"+25470000000{len(tries)}")
        tries.append("a try")
        with contextlib.suppress(RuntimeError), savepoint():
            know_and_stumble("+254700000009")
        return len(tries)

    told = venture(stumbles_at_the_second)

    assert told == 2
    assert [customer.phone_number for customer in Customer.select()] == ["+254700000001"]


def test_a_venture_inside_a_transaction_joins_it(books):
    def stumbles_at_the_second():
        know("+254700000002")
        with contextlib.suppress(RuntimeError), savepoint():
            know_and_stumble("+254700000009")

    with transaction():
        know("+254700000001")
        venture(stumbles_at_the_second)

    assert Customer.select().count() == 2


def test_a_fault_of_the_database_in_a_venture_is_told_at_once(books):
    tries = []

    def faulty():
        tries.append("a try")
        with savepoint():
            know_and_stumble(error=peewee.OperationalError)

    with pytest.raises(BooksClosed, match="power"):
        venture(faulty)

    assert (len(tries), Customer.select().count()) == (1, 0)


def test_another_error_than_the_databases_passes_as_it_is(books):
    with pytest.raises(ZeroDivisionError), transaction():
        _ = 1 // 0

    assert database.answers()


def test_a_fault_of_the_database_is_told_as_closed_books(books):
    with pytest.raises(BooksClosed, match="power"), transaction():
        know_and_stumble(error=peewee.OperationalError)

    assert Customer.select().count() == 0
    assert database.answers()


def test_two_writers_lose_no_update(books):
    with transaction():
        conversations.hold(ALICE, state="greeting", now=NOW)

    def count(_):
        for _ in range(10):
            with transaction():
                held = conversations.hold(ALICE, state="greeting", now=NOW)
                held.seq += 1
                held.save()

    at_once(8, count)

    assert Conversation.get_by_id(ALICE).seq == 80


def test_a_conversation_begun_by_eight_threads_is_one(books):
    def begin(number):
        with transaction():
            return conversations.hold(ALICE, state=f"state {number}", now=NOW).state

    states = at_once(8, begin)

    assert len(set(states)) == 1


# --- SQLite -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_a_file_is_opened_so_that_what_was_kept_stays(sqlite_books, pragma, value):
    assert database.database.execute_sql(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_row_without_its_parent_is_refused(books):
    with pytest.raises(peewee.IntegrityError), transaction():
        database.database.execute_sql(
            "INSERT INTO payments (id, order_id, attempt, amount, currency, payment_method, "
            "phone_number, status, stage, asks, posts, due_at, created_at, updated_at) "
            "VALUES ('x.1', 'x', 1, 1, 'KES', 'card', '', 'pending', 'pending', 0, 0, 0, 0, 0)"
        )


def plan_of(question):
    """How SQLite means to find it, step by step."""
    asked = question.replace(database.SKIPPING, "")
    values = (0,) * asked.count("?")
    told = database.database.execute_sql(f"EXPLAIN QUERY PLAN {asked}", values)
    return [step for *_, step in told.fetchall()]


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (statements.WAITING, "inbox_not_done"),
        (statements.ASKED_AGAIN, "inbox_not_done"),
        (statements.EARLY, "inbox_not_done"),
        (statements.ASIDE, "inbox_not_done"),
        (statements.FIND_ASKED, "outbox_known"),
        (statements.IS_ANY_TO_SEND, "outbox_due"),
        (statements.NEXT_PAYMENT, "payments_open"),
    ],
)
def test_what_is_asked_each_second_is_found_beside_all_that_is_done(sqlite_books, question, index):
    assert index in plan_of(question)[0]


@pytest.mark.parametrize("question", [statements.IS_ANY_TO_POST, statements.IS_ANY_TO_ASK])
def test_whether_a_payment_is_due_is_asked_of_the_open_ones_alone(sqlite_books, question):
    looked = [step for step in plan_of(question) if "payments" in step]

    assert len(looked) == 2  # what is due, and what a wrong clock put off
    assert all("SEARCH" in step and "payments_open" in step for step in looked)


@pytest.mark.parametrize(
    ("claim", "index"),
    [
        (statements.CLAIM_MESSAGE, "outbox_due"),
        (statements.CLAIM_TO_POST, "payments_open"),
        (statements.CLAIM_TO_ASK, "payments_open"),
    ],
)
def test_who_claims_looks_at_the_first_that_is_due_and_sorts_nothing(sqlite_books, claim, index):
    plan = plan_of(claim)

    assert [step for step in plan if "SCAN" in step] == [step for step in plan if index in step]
    assert not any("TEMP B-TREE" in step for step in plan)


def test_while_the_file_is_held_by_another_the_books_are_closed(sqlite_books):
    database.database.execute_sql("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(sqlite_books, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(BooksClosed), transaction():
        know()

    other.execute("ROLLBACK")
    other.close()
    know()
    assert Customer.select().count() == 1


def test_a_transaction_on_sqlite_has_the_right_to_write_from_its_beginning(migrated):
    """A terminal may write beside the shop: who reads first and writes later must not be beaten."""
    other = sqlite3.connect(migrated, timeout=0, isolation_level=None)

    with transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("name", ["duka.db", "deep/er/duka.db", "with space/duka.db"])
def test_a_file_and_its_folder_are_made_when_there_are_none(tmp_path, name):
    database.connect(f"sqlite:///{tmp_path / name}")

    migrate.upgrade()

    database.close()
    assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    "spoil", [lambda raw: b"not a database" * 400, lambda raw: raw[:4096] + b"x" * 9000]
)
def test_a_file_that_is_no_sound_database_is_told_as_such(migrated, spoil):
    database.close()
    for part in ("-wal", "-shm"):
        migrated.with_name(migrated.name + part).unlink(missing_ok=True)
    migrated.write_bytes(spoil(migrated.read_bytes()))

    with pytest.raises(BooksClosed, match=r"not a database|malformed"):
        migrate.upgrade()


# --- migrations ---------------------------------------------------------------------------------


def schema(path):
    """Every table and index of a file, as it was made: columns, keys and checks."""
    connection = sqlite3.connect(path)
    made = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
    ).fetchall()
    connection.close()
    names = {table._meta.table_name for table in TABLES}
    return sorted(row for row in made if row[2] in names and row[3])


@pytest.fixture
def migrated(tmp_path):
    database.connect(f"sqlite:///{tmp_path}/migrated.db")
    migrate.upgrade()
    yield tmp_path / "migrated.db"
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_code(migrated, tmp_path):
    other = peewee.SqliteDatabase(str(tmp_path / "tables.db"))
    with other.bind_ctx(TABLES):
        other.create_tables(TABLES)
    other.close()

    assert schema(migrated) == schema(tmp_path / "tables.db")


def test_the_unique_keys_that_guard_the_money_are_there(migrated):
    made = {name: sql for kind, name, _, sql in schema(migrated) if kind == "index"}

    assert "UNIQUE" in made["one_open_payment"]
    assert "WHERE stage IN ('requested','unknown','pending')" in made["one_open_payment"]
    assert "UNIQUE" in made["one_success"]
    assert "WHERE stage = 'success'" in made["one_success"]


def test_a_database_is_brought_up_to_date_once(migrated):
    assert migrate.upgrade() == []
    assert migrate.missing() == []
    assert {applied for _, applied in migrate.known()} == {True}


def test_a_new_database_lacks_every_change(tmp_path):
    database.connect(f"sqlite:///{tmp_path}/new.db")

    missing = migrate.missing()

    database.close()
    assert missing == sorted(file.stem for file in CHANGES.glob("0*.py"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.table_name)
def test_no_column_holds_a_float(table):
    floats = (peewee.FloatField, peewee.DoubleField, peewee.DecimalField)

    assert [field.name for field in table._meta.sorted_fields if isinstance(field, floats)] == []


# --- versions, names and time -------------------------------------------------------------------


def test_the_version_published_last_is_live(books):
    for digest in ("a", "b", "a"):
        flow_versions.publish(digest, f"text of {digest}", now=NOW)

    assert flow_versions.active_hash() == "a"
    assert flow_versions.text_of("b") == "text of b"
    assert FlowVersion.select().where(FlowVersion.hash << ["a", "b"]).count() == 2


def test_an_orders_id_is_its_time_and_chance():
    assert ids.order(1_768_559_400_000, "abc123xyz") == "ORD-1768559400000-abc123xyz"


def test_a_thousand_names_differ():
    assert len({ids.token() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("at", [0, 1, 999, 1_768_559_400_123, 253_402_300_799_999])
def test_a_moment_is_kept_to_the_millisecond(at):
    assert clock.ms(clock.moment(at)) == at


def test_a_moment_is_written_as_logs_and_json_have_it():
    assert clock.iso(1_768_559_400_007) == "2026-01-16T10:30:00.007Z"
    assert clock.iso(None) is None
