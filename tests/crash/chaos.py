"""The crash loop on both databases, honest and dishonest, as one run: a table, a drawing, a file.

`python -m tests.crash.chaos --kills 200 --into build/chaos`; the exit code is the number of
violations. A run that cannot be finished counts as one.
"""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    ("sqlite", "nothing"), ("sqlite", "key"), ("postgres", "nothing"), ("postgres", "key"),
)  # fmt: skip
COLUMNS = (
    "db", "honours", "kills", "journeys", "calls", "faults", "deliveries", "messages out",
    "repeats", "charges", "journey p50", "seconds", "violations",
)  # fmt: skip


@click.command()
@click.option("--kills", type=int, default=200, show_default=True, help="For each of the runs.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--at-once", type=int, default=16, show_default=True, help="Customers at a time.")
@click.option("--seconds", type=int, default=1800, show_default=True, help="The most for a run.")
@click.option("--db", type=click.Choice(["sqlite", "postgres"]), help="Only on this one.")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path("build/chaos"), show_default=True
)
def main(db, into, **options):
    """Kill the shop on each database while people buy, and tell what it did to them."""
    into.mkdir(parents=True, exist_ok=True)
    began, runs = datetime.now(UTC), []
    for kind, honours in KINDS:
        if db in (None, kind):
            drawing = into / f"{kind}-{honours}.svg"
            run = played(kind, honours, drawing, **options)
            click.echo(line(run) if runs else f"{line({c: c for c in COLUMNS})}\n{line(run)}")
            runs.append(run)
    (into / "chaos.json").write_text(json.dumps(told(began, runs), indent=1) + "\n")
    drawings = [into / f"{run['db']}-{run['honours']}.svg" for run in runs]
    (into / "chaos.svg").write_text(stacked([d.read_text() for d in drawings if d.exists()]))
    for each in drawings:
        each.unlink(missing_ok=True)
    click.echo(f"\n{into}/chaos.svg shows it, {into}/chaos.json keeps it")
    sys.exit(min(sum(run["violations"] for run in runs), 100))


def played(kind, honours, drawing, **options):
    """One run of the loop: its figures, and the violations that it told of."""
    told = [part for name, value in options.items()
            for part in (f"--{name.replace('_', '-')}", str(value))]  # fmt: skip
    command = [sys.executable, "-m", "tests.crash.loop", "--db", kind, "--honours", honours,
               "--svg", str(drawing.resolve()), *told]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        figures = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        click.echo(done.stdout[-2000:] + done.stderr[-4000:], err=True)
        return {
            "db": kind,
            "honours": honours,
            "violations": 1,
            "unfinished": "the run ended early",
        }
    if figures["violations"]:
        click.echo(done.stdout, err=True)
    return figures


def line(run):
    """A row of the table."""
    return " ".join(f"{run.get(each, '–')!s:>12}" for each in COLUMNS)


def told(began, runs):
    """What is kept: when and where it was, and the figures of each run."""
    return {
        "at": began.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - began).total_seconds()),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "runs": runs,
    }


def stacked(drawings):
    """Several drawings as one, each below the other."""
    parts, y, wide = [], 0.0, 0.0
    for each in drawings:
        width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', each).groups())
        parts.append(each.replace("<svg ", f'<svg y="{y:.0f}" ', 1))
        y, wide = y + height, max(wide, width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {y:.0f}" '
        f'width="{wide:.0f}" height="{y:.0f}">\n' + "".join(parts) + "</svg>\n"
    )


if __name__ == "__main__":
    main()
