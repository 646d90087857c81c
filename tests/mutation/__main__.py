"""How many harmful mutants of the flows are refused: `python -m tests.mutation`.

Every transition, text, guard and bound is taken away or altered in turn. A mutant is harmful when
random walks of it end badly (see `paper`); those should be refused by `duka check`. What is
neither refused nor harmful is another shop's flow: whether the written and generated conversations
notice is counted for a sample of them.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import click

from engine import checks, limits
from engine.errors import faults
from flows.words import vocabulary
from tests.mutation import mutants, paper

ROOT = Path(__file__).resolve().parents[2]
FLOWS = ("flows.yaml", *sorted(
    str(each.relative_to(ROOT)) for each in ROOT.glob("examples/*/flows.yaml")
))  # fmt: skip


def judged(job):
    """What becomes of one mutant: the codes it is refused with, and the harm it does."""
    name, kind, where, text, many, steps = job
    limits.fitted = lambda message: message  # what the proof must see, not what saves the day
    words = vocabulary()
    flow, problems = checks.examine(text, words)
    codes = sorted({each.code for each in faults(problems)})
    many = many // 5 if codes else many  # too few to find a harm: then it counts for nobody
    harm = paper.walks(flow, words, many=many, steps=steps) if flow else ""
    return {"flow": name, "kind": kind, "where": where, "refused": codes, "harm": harm}


def jobs(flow, *, walks, steps, every):
    """The mutants of one flow, as work to be shared out."""
    text = (ROOT / flow).read_bytes()
    for mutant in islice(mutants.mutants(text), 0, None, every):
        yield flow, mutant.kind, mutant.where, mutant.text, walks, steps


def table(rows):
    """The figures of each flow."""
    for flow in dict.fromkeys(row["flow"] for row in rows):
        mine = [row for row in rows if row["flow"] == flow]
        harmful = [row for row in mine if row["harm"]]
        refused = [row for row in harmful if row["refused"]]
        share = len(refused) / max(1, len(harmful))
        yield flow, len(mine), len(harmful), len(refused), f"{share:.1%}"


@click.command()
@click.option("--walks", default=1000, show_default=True)
@click.option("--steps", default=14, show_default=True)
@click.option("--every", default=1, show_default=True, help="Every so many of them only.")
@click.option("--flow", "flows", multiple=True, default=FLOWS)
@click.option("--out", type=click.Path(path_type=Path), help="Write all of it as JSON.")
def main(walks, steps, every, flows, out):
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
    click.echo(f"{time.perf_counter() - began:.0f} s")
    if out:
        out.write_text(json.dumps(rows, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
