"""The crash loop: real processes are killed at random while customers buy, and nobody can tell.

`python -m tests.crash.loop --db sqlite --kills 200`; the exit code is the number of violations.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from flows.library import Library
from flows.words import vocabulary
from store import database
from store.tables import OPEN, Inbox, Outbox, Payment
from tests.crash import programs, timeline
from tests.crash.journal import Journal
from tests.crash.journeys import Journey, Street
from tests.crash.plan import RATE, plan
from tests.crash.twin import Twin, story
from tests.crash.verdict import Verdict, stumbles, subject

QUIET = 60.0  # seconds after the last journey until everything must have come to rest


class Run:
    """One run from a clean database to its verdict."""

    def __init__(self, folder, *, url, seed, honours, rate, settle, patience):
        self.folder, self.url, self.seed, self.honours = folder, url, seed, honours
        self.luck = random.Random(f"{seed}/nemesis")
        made = plan(honours=honours, seed=seed, rate=rate)
        self.ghala = programs.provider(folder=folder, plan=made, seed=seed)
        settings = {
            "folder": folder, "database": url, "ghala": self.ghala.port,
            "PAYMENT_POLL_SECONDS": "1", "PAYMENT_SETTLE_SECONDS": str(settle),
        }  # fmt: skip
        many = not database.is_sqlite_url(url)
        self.servers = [programs.server(f"serve-{n}", **settings) for n in range(1 + many)]
        self.programs = [*self.servers, *([programs.worker("worker", **settings)] * many)]
        self.journal = Journal(folder / "journal.jsonl")
        self.journeys, self.began, self.marks = [], time.monotonic(), {}
        self.street = Street([each.port for each in self.servers], self.journal, seed, patience)

    def play(self, *, kills, journeys, at_once, seconds):
        """Serve customers and kill until there were enough of both, then let all end in peace."""
        self._open()
        nemesis = programs.Nemesis(self.programs, kills=kills, luck=self.luck)
        self.marks["open"] = time.monotonic()
        end = self.marks["open"] + seconds
        self._crowd = [threading.Thread(target=self._queue, daemon=True) for _ in range(at_once)]
        self._closing, self._numbers = threading.Event(), iter(range(1, 10_000_000))
        nemesis.start()
        for each in self._crowd:
            each.start()
        while time.monotonic() < end and nemesis.error is None:
            done = sum(each.ended is not None for each in self.journeys)
            if not nemesis.is_alive() and done >= journeys:
                break
            time.sleep(0.1)
        nemesis.stop()
        self.kills = nemesis.kills
        self._close()
        if nemesis.error:
            raise nemesis.error

    def _open(self):
        (self.folder / "ports").write_text(" ".join(map(str, self.street.ports)))
        self.ghala.start().wait()
        for each in self.programs:
            each.start()
        for each in self.programs:
            each.wait()
        self.journal.start()

    def _queue(self):
        """One customer after the other."""
        while not self._closing.is_set():
            journey = Journey(self.street, next(self._numbers))
            self.journeys.append(journey)
            journey.run()

    def _close(self):
        """Let nobody new in, wait until the last has left and nothing is owed any more."""
        self._closing.set()
        self.marks["calm"] = time.monotonic()
        for each in self.programs:
            each.wait()
        for each in self._crowd:
            each.join()
        self.marks["last"] = time.monotonic()
        self._come_to_rest()
        self.marks["rest"] = time.monotonic()
        for each in (*self.programs, self.ghala):
            each.kill()
        self.journal.stop()

    def _come_to_rest(self):
        database.connect(self.url)
        end = time.monotonic() + QUIET
        while time.monotonic() < end and self._is_busy():
            time.sleep(0.25)

    def _is_busy(self):
        owed = Outbox.select().where(Outbox.status == "new").exists()
        open_ = Payment.select().where(Payment.stage.in_(OPEN)).exists()
        posted = {each["letter"] for each in self.journal.facts["posted"] if each["done"]}
        on_the_way = any(each["n"] not in posted for each in self.journal.facts["letter"])
        return owed or open_ or on_the_way or self._news_waits()

    def _news_waits(self):
        """Is there news of a real payment that its next look at the books has yet to take up?"""
        real = {each["id"] for each in self.journal.facts["order"]}
        waiting = Inbox.select(Inbox.body).where(Inbox.outcome == "waiting")
        return any(subject(each.body) in real for each in waiting)

    # --- the end -------------------------------------------------------------------------------

    def judge(self):
        """Compare everything with everything."""
        self.verdict = Verdict(
            journeys=self.journeys, facts=self.journal.facts, kills=self.kills,
            honours=self.honours, now=datetime.now(UTC),
        )  # fmt: skip
        found = self.verdict.violations()
        if words := self._other_words():
            found["Every word is what a calm shop would have said."] = words
        if lines := stumbles([each.log for each in self.programs]):
            found["The program tells of no fault of its own."] = lines
        return found

    def _other_words(self):
        """Where what was said is not what a calm shop says to the same."""
        inbox = {row.key: row for row in Inbox.select()}
        stories = {each.phone: story(each.phone, inbox=inbox) for each in self.journeys}
        database.close()
        twin = Twin(f"sqlite:///{self.folder}/twin.db", Library(vocabulary()))
        found = [
            f"{phone}: {each}"
            for phone, (heard, said) in stories.items()
            for each in twin.differences(phone, heard, said)
        ]
        database.close()
        return found

    def figures(self, violations):
        """What is told at the end, as one line of JSON."""
        asked, facts, verdict = self.journal.facts["asked"], self.journal.facts, self.verdict
        ended = [each for each in self.journeys if each.ended is not None]
        lengths = sorted(each.ended - each.began for each in ended)
        return {
            "db": "sqlite" if database.is_sqlite_url(self.url) else "postgres",
            "seed": self.seed,
            "honours": self.honours,
            "kills": len(self.kills),
            "journeys": len(ended),
            "unfinished": len(self.journeys) - len(ended),
            "seconds": round(self.marks["rest"] - self.marks["open"], 1),
            "deliveries": next(self.street.tries),
            "messages in": sum(len(each.sent) for each in self.journeys),
            "messages out": len(verdict.outbox),
            "repeats": sum(times - 1 for times in verdict.shown.values()),
            "ambiguous": verdict.ambiguous,
            "again: doubt": verdict.repeats.reasons["in doubt"],
            "again: killed": verdict.repeats.reasons["killed"],
            "again: why?": verdict.repeats.reasons[None],
            "calls": len(asked),
            "faults": sum(each["then"] != "ok" for each in asked),
            "attempts": len(verdict.payments),
            "charges": len(facts["order"]),
            "money": sum(each["amount"] for each in verdict.won),
            "journey p50": round(lengths[len(lengths) // 2], 1) if lengths else None,
            "journey max": round(lengths[-1], 1) if lengths else None,
            "violations": sum(map(len, violations.values())),
        }


@contextmanager
def clean_database(kind, folder):
    """The URL of a database of this run's own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/duka.db"
        return
    folder.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = programs.postgres(folder / "postgres")
    try:
        server.psql("CREATE DATABASE crash;")
        yield server.get_uri().replace("/postgres?", "/crash?")
    finally:
        database.close()
        server.cleanup()


@click.command()
@click.option("--db", type=click.Choice(["sqlite", "postgres"]), default="sqlite")
@click.option("--kills", type=int, default=30, show_default=True)
@click.option("--journeys", type=int, default=0, help="Go on until so many have ended.")
@click.option("--at-once", type=int, default=16, show_default=True, help="Customers at a time.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--seconds", type=float, default=1800, help="Never kill for longer than this.")
@click.option(
    "--honours", type=click.Choice(["nothing", "external_id", "key"]), default="nothing",
    show_default=True, help="What makes a repeat a repeat to the provider.",
)  # fmt: skip
@click.option("--rate", type=float, default=RATE, show_default=True, help="Share of failing calls.")
@click.option(
    "--settle",
    type=float,
    default=12.0,
    show_default=True,
    help="PAYMENT_SETTLE_SECONDS; the latest that Ghala acts is 6 seconds late.",
)
@click.option(
    "--patience",
    type=float,
    default=100.0,
    show_default=True,
    help="Seconds that a customer waits for an answer before the run is at fault.",
)
@click.option("--svg", type=click.Path(path_type=Path), help="A drawing of the run.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave logs, books and journal here.")
def main(db, kills, journeys, at_once, seed, seconds, honours, rate, settle, patience, svg, keep):
    """Kill the shop while people buy, and count what went wrong."""
    programs.adopt_orphans()
    folder = keep or Path(tempfile.mkdtemp(prefix="duka-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    with clean_database(db, folder) as url:
        run = Run(
            folder, url=url, seed=seed, honours=honours, rate=rate, settle=settle,
            patience=patience,
        )  # fmt: skip
        run.play(kills=kills, journeys=journeys, at_once=at_once, seconds=seconds)
        found = run.judge()
        figures = run.figures(found)
    if svg:
        svg.write_text(timeline.drawn(run, figures))
    tell(figures, found)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(min(figures["violations"], 100))


def tell(figures, found):
    """A table for people, and the last line for programs."""
    for name, value in figures.items():
        click.echo(f"  {name:<14}{value:>14}" if value is not None else f"  {name}")
    for name, broken in found.items():
        click.echo(f"\n✗ {name}")
        for each in broken[:10]:
            click.echo(f"    {each[:600]}")
        if len(broken) > 10:
            click.echo(f"    … and {len(broken) - 10} more")
    click.echo()
    click.echo(json.dumps(figures))


if __name__ == "__main__":
    main()
