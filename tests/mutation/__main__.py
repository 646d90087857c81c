"""How many harmful mutants of the flows are refused: `python -m tests.mutation`.

Every transition, text, guard and bound is taken away or altered in turn. A mutant is harmful when
random walks of it end badly (see `paper`); those should be refused by `duka check`. What is
neither refused nor harmful is another shop's flow: whether the written and generated conversations
notice is counted for a sample of them.
"""

import json
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import click

from engine import checks, limits
from engine.errors import faults
from flows.words import vocabulary
from tests.mutation import mutants, paper
from tests.mutation.noticed import conversations, hears_the_same, is_never_said, notice

ROOT = Path(__file__).resolve().parents[2]
FLOWS = ("flows.yaml", *sorted(
    str(each.relative_to(ROOT)) for each in ROOT.glob("examples/*/flows.yaml")
))  # fmt: skip


def judged(job):
    """What becomes of one mutant: the codes it is refused with, and the harm it does."""
    name, number, kind, where, text, many, steps = job
    limits.fitted = lambda message: message  # what the proof must see, not what saves the day
    words = vocabulary()
    flow, problems = checks.examine(text, words)
    codes = sorted({each.code for each in faults(problems)})
    many = many // 5 if codes else many  # too few to find a harm: then it counts for nobody
    harm = paper.walks(flow, words, many=many, steps=steps) if flow else ""
    return {
        "flow": name, "number": number, "kind": kind, "where": where, "refused": codes,
        "harm": harm,
    }  # fmt: skip


def jobs(flow, *, walks, steps, every):
    """The mutants of one flow, as work to be shared out."""
    text = (ROOT / flow).read_bytes()
    for number, mutant in islice(enumerate(mutants.mutants(text)), 0, None, every):
        yield flow, number, mutant.kind, mutant.where, mutant.text, walks, steps


def noticed(job):
    """Which conversation notices a mutant."""
    row, text, folder = job
    with tempfile.TemporaryDirectory() as beside:
        mutant = Path(beside) / "flows.yaml"
        mutant.write_bytes(text)
        scripts = sorted(Path(folder).glob("*.yaml"))
        return row | {"noticed": notice(mutant, row["where"], scripts)}


def rest(flow, rows, most):
    """A sample of the mutants that are neither refused nor harmful, with their texts."""
    texts = {(each.kind, each.where, at): each.text
             for at, each in enumerate(mutants.mutants((ROOT / flow).read_bytes()))}  # fmt: skip
    left = [row for row in rows if row["flow"] == flow and not row["refused"] and not row["harm"]]
    left = [row for row in left if not is_the_same(flow, row, texts[key(row)])]
    for row in left[:: max(1, len(left) // most)][:most]:
        yield row, texts[key(row)]


def key(row):
    """By what a mutant is known."""
    return row["kind"], row["where"], row["number"]


def is_the_same(flow, row, mutated):
    """Can no customer tell the mutant from the flow?"""
    text = (ROOT / flow).read_bytes()
    if row["kind"] == "word removed" and "/hear" in row["where"]:
        here, there = (checks.examine(each, vocabulary())[0] for each in (text, mutated))
        return hears_the_same(here, there)
    return row["kind"].startswith("text") and is_never_said(row["where"], mutants.document(text))


def table(rows):
    """The figures of each flow."""
    for flow in dict.fromkeys(row["flow"] for row in rows):
        mine = [row for row in rows if row["flow"] == flow]
        harmful = [row for row in mine if row["harm"]]
        refused = [row for row in harmful if row["refused"]]
        share = len(refused) / max(1, len(harmful))
        yield flow, len(mine), len(harmful), len(refused), f"{share:.1%}"


def _tested(rows, flows, most):
    with tempfile.TemporaryDirectory() as made, ProcessPoolExecutor() as pool:
        for at, flow in enumerate(flows):
            folder = Path(made) / str(at)
            conversations(ROOT / flow, folder)
            yield from pool.map(noticed, [(*each, str(folder)) for each in rest(flow, rows, most)])


@click.command()
@click.option("--walks", default=1000, show_default=True)
@click.option("--steps", default=14, show_default=True)
@click.option("--every", default=1, show_default=True, help="Every so many of them only.")
@click.option("--tests", default=0, help="Play the made conversations on so many of the rest.")
@click.option("--flow", "flows", multiple=True, default=FLOWS)
@click.option("--out", type=click.Path(path_type=Path), help="Write all of it as JSON.")
def main(walks, steps, every, tests, flows, out):
    """Count the harmful mutants that are refused."""
    began, rows = time.perf_counter(), []
    with ProcessPoolExecutor() as pool:
        for flow in flows:
            work = jobs(flow, walks=walks, steps=steps, every=every)
            for row in pool.map(judged, work, chunksize=4):
                rows.append(row)
                if sys.stderr.isatty():
                    click.echo(f"\r{len(rows)} mutants", err=True, nl=False)
    for row in table(rows):
        click.echo("{:28} {:5} mutants {:5} harmful {:5} refused {}".format(*row))
    left = [row for row in rows if row["harm"] and not row["refused"]]
    for row in left:
        click.echo(f"  {row['flow']} {row['where']} {row['kind']}: {row['harm']}")
    if tests:
        seen = list(_tested(rows, flows, tests))
        for row in seen:
            if not row["noticed"]:
                click.echo(f"  nobody noticed {row['flow']} {row['where']} {row['kind']}")
        found = sum(bool(row["noticed"]) for row in seen)
        click.echo(f"{found} of {len(seen)} of the rest were noticed by the made conversations")
        rows = [row for row in rows if row not in seen] + seen
    click.echo(f"{time.perf_counter() - began:.0f} s")
    if out:
        out.write_text(json.dumps(rows, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
