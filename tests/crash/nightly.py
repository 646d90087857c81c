"""All that takes hours, one after the other, each with its figures in `tests/crash/results`.

`python -m tests.crash.nightly`, or only some of it: `python -m tests.crash.nightly model swarm`.
The exit code is the number of parts that found something.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import click

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).parent / "results"
PYTEST = ("-m", "pytest", "-q", "--numprocesses", "auto", "-p", "no:cacheprovider")

PARTS = {
    "news": (*PYTEST, "tests/crash/test_news_of_payments.py"),
    "model": (*PYTEST, "tests/crash/test_model.py"),
    "swarm": (*PYTEST, "tests/crash/test_swarm.py"),
    "points": (*PYTEST, "tests/crash/test_every_point.py"),
    "outages": (*PYTEST, "tests/crash/test_outages.py"),
    "crowd": ("-m", "tests.crash.crowd"),
    "chaos": (
        "-m", "tests.crash.chaos", "--kills", "1000", "--seconds", "7200", "--into", str(RESULTS),
    ),
    "seeded": ("-m", "tests.crash.seeded", "--into", str(RESULTS / "seeded.json")),
    "forgeries": (*PYTEST, "tests/web/test_forgeries.py"),
    "api": (*PYTEST, "tests/web/test_openapi_fuzzed.py"),
    "restarts": ("-m", "tests.operate.restarts", "--times", "100"),
}  # fmt: skip


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PARTS)))
def main(names):
    """Play the parts, and write down what came of each."""
    RESULTS.mkdir(exist_ok=True)
    failed = 0
    for name in names or PARTS:
        result = played(name)
        failed += result["status"] != 0
        click.echo(f"{'✗' if result['status'] else '✓'} {name:<9} {result['seconds']:>7} s")
        (RESULTS / f"nightly-{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    sys.exit(failed)


def played(name):
    """One part: when, for how long, how it ended, and each of its tests."""
    report = RESULTS / f"{name}.xml"
    command = PARTS[name]
    if "pytest" in command:
        command = (*command, f"--junitxml={report}")
    began, start = datetime.now(UTC), time.monotonic()
    status = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, "NIGHTLY": "1"}
    ).returncode
    result = {
        "part": name, "at": began.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start), "status": status, "tests": tests(report),
    }  # fmt: skip
    report.unlink(missing_ok=True)
    return result


def tests(report):
    """How each test of a report ended, and after how many seconds."""
    if not report.exists():
        return {}
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return {case.get("name"): [ended(case), float(case.get("time"))] for case in cases}


def ended(case):
    """passed, failed or skipped."""
    for word, name in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        if case.find(word) is not None:
            return name
    return "passed"


if __name__ == "__main__":
    main()
