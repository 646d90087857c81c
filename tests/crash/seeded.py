"""Does the harness see? Each known bug is put into a copy of the program: the tests must object.

`python -m tests.crash.seeded` tries all of them, `python -m tests.crash.seeded 03 17` these two;
with `--once` the first witness of each bug is enough, the quickest being heard first.
"""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
BUGS = Path(__file__).parent / "bugs"
LOOP = ("-m", "tests.crash.loop", "--at-once", "12", "--db")
PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly")

#: Who may object, the quickest first.
HARNESSES = {
    "house": (*PYTEST, "tests/test_house.py", "-k", "float"),
    "store": (*PYTEST, "tests/store"),
    "flows": (*PYTEST, "tests/flows"),
    "news": (*PYTEST, "tests/crash/test_news_of_payments.py", "-k", "sqlite"),
    "closed": (*PYTEST, "tests/contract/test_contract_troubles.py", "-k", "closed_books"),
    "model": (*PYTEST, "tests/crash/test_model.py", "-k", "sqlite"),
    "swarm": (*PYTEST, "tests/crash/test_swarm.py", "-k", "sqlite"),
    "troubles": (*PYTEST, "tests/crash/test_troubles.py", "-k", "locks"),
    "points": (*PYTEST, "tests/crash/test_every_point.py", "-k", "sqlite"),
    "loop": (*LOOP, "sqlite", "--kills", "14", "--patience", "60"),
    "loop postgres": (*LOOP, "postgres", "--kills", "20"),
}


def copy(folder):
    """The program as it was last committed."""
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")


def seed(folder, bug):
    """Put a bug into the copy; a place that is not found, or twice, is an error."""
    for edit in bug["edit"]:
        file = folder / edit["file"]
        text = file.read_text()
        if text.count(edit["find"]) != 1:
            raise ValueError(
                f"{edit['file']}: {edit['find']!r} is there {text.count(edit['find'])} times"
            )
        file.write_text(text.replace(edit["find"], edit["put"]))


def tried(folder, harness, more=()):
    """Run one harness on a copy: what it objects to, empty when it sees nothing wrong."""
    command = [sys.executable, *HARNESSES[harness], *(more if "loop" in harness else ())]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=1500,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    if done.returncode == 0:
        return ""
    said = done.stdout + done.stderr
    promises = re.findall(r"^✗ (.+)$", said, re.MULTILINE)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
    return "; ".join(promises) or " ".join(failed) or said.strip()[-300:]


def bugs(names):
    """The bugs by name, after none at all: what objects to that is no witness."""
    chosen = [each for each in sorted(BUGS.glob("*.toml"))
              if not names or any(each.name.startswith(name) for name in names)]  # fmt: skip
    found = {file.stem: tomllib.loads(file.read_text()) for file in chosen}
    wanted = dict.fromkeys(name for bug in found.values() for name in bug["seen_by"])
    return {"00-none": {"bug": "none", "edit": [], "seen_by": list(wanted)}, **found}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--once", is_flag=True, help="Go to the next bug as soon as one harness objects.")
@click.option("--into", type=click.Path(path_type=Path), help="Keep what each harness said here.")
def main(names, once, into):
    """Try every seeded bug, and print who saw it; the exit code is the number nobody saw."""
    began, rows, unseen = datetime.now(UTC), [], 0
    for name, bug in bugs(names).items():
        seen = witnesses(name, bug, once=once and bool(bug["edit"]))
        caught = [harness for harness, told in seen.items() if told]
        unseen += bool(caught) if not bug["edit"] else not caught and "survives" not in bug
        rows.append({"bug": name, "what": bug["bug"], "caught": caught, "told": seen})
        if into:
            into.write_text(kept(began, rows))
    for row in rows:
        click.echo(f"{'✓' if row['caught'] else '✗'} {row['bug']:<28} {', '.join(row['caught'])}")
    sys.exit(unseen)


def witnesses(name, bug, *, once):
    """What each harness says to a bug, the quickest first; `once`: no more after the first no."""
    seen = {}
    with tempfile.TemporaryDirectory(prefix="duka-bug-") as folder:
        copy(Path(folder))
        seed(Path(folder), bug)
        for harness in sorted(bug["seen_by"], key=list(HARNESSES).index):
            seen[harness] = tried(folder, harness, bug.get("loop", ()))
            click.echo(f"{name:<28} {harness:<14} {seen[harness][:300] or '–'}", err=True)
            if once and seen[harness]:
                break
    return seen


def kept(began, rows):
    """What is kept of a run: of which program, when, and the words of each harness."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = {"at": began.isoformat(timespec="seconds"), "commit": commit.strip(), "bugs": rows}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    main()
