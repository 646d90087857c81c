"""The longer measurement, with results to keep: `make bench`."""

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench import load, pages, steps
from bench.serving import ROOT, SECRET, running

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
CROWDS = (1, 8, 32, 128)
STATES = (8, 30, 100)
LINES = (500, 1500, 5000)
ORDERS = 1_000_000
RESULTS = ROOT / "bench/results"


def main() -> None:
    """Measure, ask the books whether they agree, and write it all down."""
    found: dict[str, Any] = {"machine": machine(), "webhooks": webhooks()}
    found["step_us"] = {
        str(states): {
            make.__name__: [round(steps.cost(make(states)), 2) for _ in range(ROUNDS)]
            for make in (steps.bare, steps.stock, steps.ours)
        }
        for states in STATES
    }
    found["flow_seconds"] = {str(lines): round(steps.load_seconds(lines), 3) for lines in LINES}
    with tempfile.TemporaryDirectory() as folder:
        found["pages_ms"] = pages.measured(ORDERS, f"sqlite:///{folder}/duka.db")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "results.json").write_text(json.dumps(found, indent=2) + "\n")
    draw(found["webhooks"])
    print(json.dumps(found["step_us"]), json.dumps(found["flow_seconds"]), sep="\n")


def machine() -> dict[str, Any]:
    """On what it was measured."""
    return {
        "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}", "cores": os.cpu_count(),
        "rounds": ROUNDS, "seconds": SECONDS,
    }  # fmt: skip


def webhooks() -> dict[str, Any]:
    """The floor and ours in turns, by how many customers write at once."""
    found: dict[str, Any] = {}
    with running("bench.floor") as (floor, _), running("bench.ours") as (ours, folder):
        for crowd in CROWDS:
            rounds = [
                [load.measure(port, customers=crowd, seconds=SECONDS) for port in (floor, ours)]
                for _ in range(ROUNDS)
            ]
            found[str(crowd)] = {
                "floor": [vars(each) for each, _ in rounds],
                "ours": [vars(each) for _, each in rounds],
                "times": [round(ours.rate / floor.rate, 3) for floor, ours in rounds],
            }
            print(f"{crowd:>4} customers: {median(found[str(crowd)]['times']):.2f} of the floor")
        audit(folder)
    return found


def audit(folder: Path) -> None:
    """What was fast must also be right: stop when the books do not agree."""
    duka = Path(sys.executable).with_name("duka")
    known = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/duka.db", "GHALA_WEBHOOK_SECRET": SECRET,
        "GHALA_API_KEY": SECRET, "FLOW_FILE": str(ROOT / "flows.yaml"),
    }  # fmt: skip
    subprocess.run([duka, "audit"], env=known, cwd=folder, check=True)


def draw(found: dict[str, Any]) -> None:
    """Plot the rates by the crowd."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name in ("floor", "ours"):
        rates = [median(each["rate"] for each in found[crowd][name]) for crowd in found]
        axes.plot(list(found), rates, marker="o", label=name)
    axes.set(xlabel="customers at once", ylabel="webhooks a second, one core", ylim=(0, None))
    axes.legend()
    figure.savefig(RESULTS / "webhooks.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
