"""The longer measurement, with results to keep: `make bench`, or `python -m bench.whole PART …`.

Each part prints its lines; all go to ``bench/results``. BENCH_ROUNDS, BENCH_SECONDS and
BENCH_STORED change how long it takes: by default about ten minutes.
"""

import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

from bench import drawing, growth, load, pages, shop, steps, streets
from bench.quick import quotient
from bench.serving import ROOT, running

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
STORED = int(os.environ.get("BENCH_STORED", "200000"))  # 1000000 takes some minutes more
CROWDS = (1, 8, 32, 128)
STATES = (8, 30, 100)
LINES = (500, 1500, 5000)
IDLE = 5 * SECONDS
RESULTS = ROOT / "bench/results"

Found = dict[str, Any]


def main() -> None:
    """Measure the parts that are named, or all, and write each down as soon as it is known."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "results.json"
    found: Found = json.loads(path.read_text()) if path.exists() else {}
    for name in sys.argv[1:] or PARTS:
        began = time.monotonic()
        found[name] = PARTS[name]()
        found.setdefault("machine", {})[name] = machine()
        print(f"   ({name}: {time.monotonic() - began:.0f} s)\n", flush=True)
        path.write_text(json.dumps(found, indent=1) + "\n")
    (RESULTS / "table.md").write_text("\n".join(_rows(found)) + "\n")
    drawing.draw(found, RESULTS)


def machine() -> Found:
    """On what it was measured, and when."""
    return {
        "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}", "cores": os.cpu_count(),
        "load": os.getloadavg()[0], "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": ROUNDS, "seconds": SECONDS,
    }  # fmt: skip


def told(what: str, figures: Iterable[float], wanted: str = "") -> Found:
    """Print the median of some figures with the least and the most, and give them."""
    known = sorted(figures)
    found = {"what": what, "median": median(known), "least": known[0], "most": known[-1],
             "wanted": wanted}  # fmt: skip
    print(_row(found), flush=True)
    return found


def _row(found: Found) -> str:
    spread = f"{found['least']:.4g} to {found['most']:.4g}"
    return f"| {found['what']} | {found['median']:.4g} | {spread} | {found['wanted']} |"


def _rows(found: Found) -> Iterable[str]:
    yield from ("| what | median | spread | wanted |", "|---|---|---|---|")
    for part in PARTS:
        yield from (_row(each) for each in found.get(part, ()))


# --- the parts ---------------------------------------------------------------------------------


def webhooks() -> list[Found]:
    """The floor and ours in turns, by how many customers write at once."""
    found = []
    with running("bench.floor") as (floor, _), running("bench.ours") as (ours, folder):
        for crowd in CROWDS:
            both = [
                [load.measure(port, customers=crowd, seconds=SECONDS) for port in (floor, ours)]
                for _ in range(ROUNDS)
            ]
            quotients = [our.rate / base.rate for base, our in both]
            who = f"{crowd} customers"
            found += [
                told(f"floor: webhooks/s, {who}", (base.rate for base, _ in both)),
                told(f"ours: webhooks/s, {who}", (our.rate for _, our in both)),
                told(f"rate, times the floor, {who}", quotients, "1.6" if crowd == 32 else ""),
                told(f"floor: p50 in ms, {who}", (base.p50 for base, _ in both)),
                told(f"ours: p50 in ms, {who}", (our.p50 for _, our in both)),
                told(f"p50, times the floor's, {who}", (our.p50 / base.p50 for base, our in both),
                     "at most 1.5" if crowd == 1 else ""),
                told(f"ours: p99 in ms, {who}", (our.p99 for _, our in both)),
            ]  # fmt: skip
        shop.audit(folder)
    return found


def bounds() -> list[Found]:
    """What ours cannot pass: the listener alone, and with the books of a plain message."""
    found = []
    for name, what in (
        ("make", "the listener alone"),
        ("make_books", "and the books of a message"),
    ):
        with running("bench.floor") as (floor, _), running("bench.bounds", name) as (bound, _):
            rates = [quotient(floor, bound, 32, "rate") for _ in range(ROUNDS)]
            waits = [quotient(floor, bound, 1, "p50") for _ in range(ROUNDS)]
        found.append(told(f"{what}, times the floor, 32 customers", rates))
        found.append(told(f"{what}, p50 of one customer, times the floor's", waits))
    return found


def journeys() -> list[Found]:
    """Whole journeys through HTTP, with the worker and a Ghala that answers at once or late."""
    found = []
    with shop.open_shop() as (port, ghala, folder):
        quick = {crowd: _walked(port, ghala, crowd) for crowd in (1, 8, 32)}
        late = _walked(port, ghala, 32, delay=0.2)
        found += [
            told(f"journeys/s, {crowd} customers", (each.journeys for each in quick[crowd]), "60")
            for crowd in (8, 32)
        ]
        found += [
            told("journeys/s, 32 customers, Ghala takes 200 ms", (each.journeys for each in late)),
            told("reply at Ghala after the 200, ms, 1 customer",
                 (each.reply_p50 for each in quick[1]), "at most 20"),
            told("ack p99 in ms, 32 customers", (each.ack_p99 for each in quick[32])),
        ]  # fmt: skip
        held = shop.memory(folder) / 1024**2
        found.append(told("memory of the shop and its listener, MB", [held]))
        began = shop.processor_seconds(folder)
        time.sleep(IDLE)
        busy = 100 * (shop.processor_seconds(folder) - began) / IDLE
        found.append(told("idle: per cent of a core", [busy], "at most 1"))
        shop.audit(folder)
    return found


def acks() -> list[Found]:
    """How soon the 200 comes to customers who write without a pause, whatever Ghala takes."""
    pairs = []
    for _ in range(ROUNDS):
        with shop.open_shop() as (port, ghala, folder):
            pairs.append([_hasty(port, ghala, delay).ack_p99 for delay in (0, 0.2)])
            shop.audit(folder)
    return [
        told("ack p99 in ms, 32 customers in haste", (fast for fast, _ in pairs)),
        told("the same while Ghala takes 200 ms", (slow for _, slow in pairs)),
        told("the second, times the first", (slow / fast for fast, slow in pairs), "at most 1.2"),
    ]


def delivery() -> list[Found]:
    """How many messages leave for Ghala in a second when many are owed, to as many customers."""
    found = []
    for late, letters in ((0.0, 1_000), (0.2, 200)):
        rates = []
        for _ in range(ROUNDS):
            with shop.open_shop() as (_, ghala, folder):
                owe = partial(growth.owe, f"sqlite:///{folder}/duka.db")
                rates.append(streets.delivered(ghala, owe, letters=letters, delay=late))
                shop.audit(folder)
        told_as = f", Ghala takes {late * 1000:.0f} ms" if late else ""
        found.append(told(f"messages delivered a second{told_as}", rates))
    return found


def _hasty(port: int, ghala: int, delay: float) -> streets.Walked:
    return streets.measure(port, ghala, customers=32, seconds=2 * SECONDS, delay=delay, haste=True)


def _walked(port: int, ghala: int, crowd: int, *, delay: float = 0) -> list[streets.Walked]:
    walks = [
        streets.measure(port, ghala, customers=crowd, seconds=2 * SECONDS, delay=delay)
        for _ in range(ROUNDS)
    ]
    if any(each.disorder for each in walks):
        raise SystemExit(f"a customer's messages came out of order: {walks}")
    return walks


def step() -> list[Found]:
    """A step by the number of states, beside a bare loop and stock transitions."""
    found = []
    for states in STATES:
        made = [getattr(steps, name)(states) for name in ("bare", "stock", "ours")]
        costs = [[steps.cost(each) for each in made] for _ in range(ROUNDS)]
        wanted = "at most 45" if states == STATES[0] else ""
        found += [
            told(f"a step in us, {states} states", (our for *_, our in costs)),
            told(f"a step, times a bare loop, {states} states",
                 (our / bare for bare, _, our in costs), wanted),
            told(f"stock transitions, times a bare loop, {states} states",
                 (stock / bare for bare, stock, _ in costs)),
        ]  # fmt: skip
    few, many = steps.ours(STATES[0]), steps.ours(STATES[-1])
    both = ((steps.cost(many), steps.cost(few)) for _ in range(ROUNDS))
    found.append(told("a step at 100 states, times that at 8", (a / b for a, b in both),
                      "at most 1.2"))  # fmt: skip
    return found


def flow() -> list[Found]:
    """How long a flow takes to be read, proved and compiled."""
    return [
        told(f"a flow of {lines} lines, s", (steps.load_seconds(lines) for _ in range(ROUNDS)),
             "at most 1" if lines == LINES[-1] else "")
        for lines in LINES
    ]  # fmt: skip


def stored() -> list[Found]:
    """The shop with few and with many conversations and orders in its books."""
    known: Any = growth.measured(STORED, rounds=ROUNDS, seconds=SECONDS)
    return [
        told(f"webhooks/s with {STORED:,} stored, times that with 1,000", known["times"], "0.8"),
        told(f"journeys/s with {STORED:,} stored, times that with 1,000", known["journeys"], "0.8"),
        told("bytes of disk of an idle conversation", [known["disk_bytes_of_one"]], "at most 1024"),
        told("bytes of memory of an idle conversation", [known["memory_bytes_of_one"]], "0"),
    ]


def dashboard() -> list[Found]:
    """The dashboard's pages in a shop with many orders."""
    with tempfile.TemporaryDirectory() as folder:
        found = pages.measured(STORED, f"sqlite:///{folder}/duka.db")
    return [told(f"{page} with {STORED:,} orders, ms", [took], "at most 50")
            for page, took in found.items()]  # fmt: skip


def postgres() -> list[Found]:
    """PostgreSQL with more processes: does each customer's order hold, and what passes?"""
    found = []
    with shop.postgres() as url:
        for processes, workers in ((2, 0), (4, 0), (2, 1), (2, 4)):
            words = ("--workers", str(processes))
            with shop.open_shop(*words, workers=workers, url=url) as (port, ghala, folder):
                walks = _walked(port, ghala, 32)
                shop.audit(folder, url)
            found.append(told(f"PostgreSQL, {processes} web, {workers} workers: journeys/s",
                              (each.journeys for each in walks)))  # fmt: skip
    return found


PARTS: dict[str, Callable[[], list[Found]]] = {
    "webhooks": webhooks,
    "bounds": bounds,
    "journeys": journeys,
    "acks": acks,
    "delivery": delivery,
    "step": step,
    "flow": flow,
    "stored": stored,
    "dashboard": dashboard,
    "postgres": postgres,
}

if __name__ == "__main__":
    main()
