"""Works that wait for the one writer are committed together, and fail each for itself."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from store import customers, database, sharing
from store.errors import BooksClosed
from store.tables import Customer

PHONES = [f"+2547000000{at:02d}" for at in range(5)]


@pytest.fixture
def commits(books, monkeypatch):
    """Every commit of the books, as it happens."""
    done, commit = [], database.database.obj.commit
    monkeypatch.setattr(database.database.obj, "commit", lambda: (done.append(1), commit())[1])
    return done


@pytest.fixture
def alone(books, books_url):
    if not database.is_sqlite_url(books_url):
        pytest.skip("PostgreSQL has many writers")


def write(phone):
    return customers.known(phone, now=1).phone_number


def at_once(*works):
    """Let all works wait for the writer, then let go; give what each told or raised."""
    with ThreadPoolExecutor(len(works)) as crew:
        with database.alone():
            futures = [crew.submit(in_thread, work) for work in works]
            while len(sharing._queue) < len(works):
                threading.Event().wait(0.001)
        return [each.exception() or each.result() for each in futures]


def in_thread(work):
    try:
        return sharing.together(work)
    finally:
        database.close()


def kept():
    return sorted(each.phone_number for each in Customer.select())


def test_works_that_wait_are_committed_at_once(alone, commits):
    told = at_once(*(lambda phone=phone: write(phone) for phone in PHONES))

    assert told == PHONES
    assert kept() == PHONES
    assert len(commits) == 1


def test_who_was_not_taken_along_leads_the_next_commit(alone, commits, monkeypatch):
    monkeypatch.setattr(sharing, "MOST", 2)

    told = at_once(*(lambda phone=phone: write(phone) for phone in PHONES))

    assert told == PHONES
    assert kept() == PHONES
    assert len(commits) == 3


def test_whoever_waits_is_told_at_once_when_the_books_are_closed(alone, monkeypatch):
    tried = []

    def closed():
        tried.append(1)
        while len(sharing._queue) < len(PHONES):
            threading.Event().wait(0.001)
        raise BooksClosed("nobody can write")

    with monkeypatch.context() as shut, ThreadPoolExecutor(len(PHONES)) as crew:
        shut.setattr(database, "alone", closed)
        told = list(crew.map(lambda phone: raised(lambda: write(phone)), PHONES))

    assert {type(each) for each in told} == {BooksClosed}
    assert len(tried) == 1
    assert not sharing._queue


def raised(work):
    try:
        return in_thread(work)
    except BooksClosed as error:
        return error


def test_a_work_that_raises_undoes_only_its_own(alone):
    def stumbles():
        write("+254700000099")
        raise ValueError("mine")

    first, wrong, last = at_once(lambda: write(PHONES[0]), stumbles, lambda: write(PHONES[1]))

    assert (first, last) == (PHONES[0], PHONES[1])
    assert str(wrong) == "mine"
    assert kept() == PHONES[:2]


def test_when_the_commit_fails_nobody_is_told_that_it_was_kept(alone, monkeypatch):
    def full():
        raise database.DatabaseFault[0]("disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(database.database.obj, "commit", full)
        told = at_once(*(lambda phone=phone: write(phone) for phone in PHONES))

    assert [type(each) for each in told] == [BooksClosed] * len(PHONES)
    assert kept() == []


def test_a_fault_of_the_database_in_one_work_undoes_all_and_tells_all(alone):
    def faulty():
        database.database.execute_sql("SELECT * FROM no_such_table")

    told = at_once(lambda: write(PHONES[0]), faulty, lambda: write(PHONES[1]))

    assert [type(each) for each in told] == [BooksClosed] * 3
    assert kept() == []


def test_a_work_alone_that_raises_keeps_nothing(books):
    def stumbles():
        write(PHONES[0])
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        sharing.together(stumbles)
    assert kept() == []


def test_who_waited_too_long_has_written_nothing(alone, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    with database.alone(), ThreadPoolExecutor(1) as crew:
        told = crew.submit(in_thread, lambda: write(PHONES[0])).exception()

    assert isinstance(told, BooksClosed)
    assert kept() == []
    assert not sharing._queue


def test_when_the_leader_is_cut_off_the_others_are_told_to_try_again(alone):
    class Cut(BaseException):
        pass

    def cut():
        raise Cut

    told = at_once(lambda: write(PHONES[0]), cut, lambda: write(PHONES[1]))

    assert {type(each) for each in told} <= {BooksClosed, Cut}
    assert BooksClosed in {type(each) for each in told}
    assert kept() == []


def test_a_work_alone_that_raises_is_no_fault_of_the_books_to_who_comes_meanwhile(alone):
    begun, goes_on = threading.Event(), threading.Event()

    def stumbles():
        begun.set()
        goes_on.wait(5)
        raise ValueError("mine")

    with ThreadPoolExecutor(2) as crew:
        wrong = crew.submit(in_thread, stumbles)
        begun.wait(5)
        right = crew.submit(in_thread, lambda: write(PHONES[0]))
        while not sharing._queue:
            threading.Event().wait(0.001)
        goes_on.set()

    assert (str(wrong.exception()), right.exception()) == ("mine", None)
    assert kept() == [PHONES[0]]


def test_works_within_a_transaction_join_it(books):
    with database.transaction():
        sharing.together(lambda: write(PHONES[0]))
        assert database.in_transaction()
    assert kept() == [PHONES[0]]


# --- works that came together -------------------------------------------------------------------


def test_works_that_came_together_are_committed_at_once(books, commits):
    told = sharing.all_together([lambda phone=phone: write(phone) for phone in PHONES])

    assert told == PHONES
    assert kept() == PHONES
    assert len(commits) == 1


def test_more_works_than_share_a_commit_pass_when_they_came_together(books, commits, monkeypatch):
    monkeypatch.setattr(sharing, "MOST", 2)

    told = sharing.all_together([lambda phone=phone: write(phone) for phone in PHONES])

    assert (told, len(commits)) == (PHONES, 1)


def test_they_share_a_commit_with_whoever_waits_beside_them(alone, commits):
    many = [lambda phone=phone: write(phone) for phone in PHONES[1:]]

    with ThreadPoolExecutor(2) as crew:
        with database.alone():
            one = crew.submit(in_thread, lambda: write(PHONES[0]))
            all_others = crew.submit(sharing.all_together, many)
            while len(sharing._queue) < 2:
                threading.Event().wait(0.001)
        told = [one.result(), *all_others.result()]

    assert (told, len(commits)) == (PHONES, 1)


def test_of_works_that_came_together_one_that_raises_undoes_only_its_own(books):
    def stumbles():
        write("+254700000099")
        raise ValueError("mine")

    works = [lambda: write(PHONES[0]), stumbles, lambda: write(PHONES[1])]
    first, wrong, last = sharing.all_together(works)

    assert (first, str(wrong), last) == (PHONES[0], "mine", PHONES[1])
    assert kept() == PHONES[:2]


def test_when_their_commit_fails_all_who_came_together_are_told(alone, monkeypatch):
    def full():
        raise database.DatabaseFault[0]("disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(database.database.obj, "commit", full)
        told = sharing.all_together([lambda phone=phone: write(phone) for phone in PHONES])

    assert [type(each) for each in told] == [BooksClosed] * len(PHONES)
    assert kept() == []


def test_who_brings_no_work_asks_for_no_transaction(books, monkeypatch):
    monkeypatch.setattr(sharing.undoing, "venture", None)

    assert sharing.all_together([]) == []
