"""`duka test`: play the conversations, tell how they went, and answer with an exit code."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from web.plural import counted
from web.rehearsal import (
    coverage_page,
    covering,
    finding,
    generating,
    lacking,
    running,
    telling,
    writing,
)
from web.rehearsal.making import Maker
from web.rehearsal.measuring import Coverage, Tally, measure
from web.rehearsal.running import Run
from web.rehearsal.theatre import Theatre, theatre

FAILED = 1  # exit code: something went otherwise, or there was nothing to play


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside playing; `coverage` is empty, ``text`` or ``html``.

    `of_this`: was the flow named for the conversations that are given?
    """

    of_this: bool = False
    update: bool = False
    as_json: bool = False
    coverage: str = ""


def rehearse(paths: Sequence[str], flow: Path, wish: Wish) -> int:
    """Play conversations, print how they went, and give the exit code."""
    found = finding.scripts(map(Path, paths), flow, of_this=wish.of_this)
    if not found:
        where = ", ".join(paths) or flow.parent / finding.BESIDE
        click.secho(f"{where}: there is no conversation here", fg="red", err=True)
        return FAILED
    with theatre() as opened:
        runs = [_run(script, its_flow, opened, wish) for script, its_flow in found]
        covered = list(_measured(runs, found, opened)) if wish.coverage else []
    if wish.as_json:
        click.echo(json.dumps(_plain(runs, covered), ensure_ascii=False, indent=2))
    else:
        click.echo(telling.summary(runs))
        _tell(covered, wish)
    return 0 if all(run.passed for run in runs) else FAILED


def generate(flow: Path, folder: Path | None) -> int:
    """Write conversations that meet every rule of a flow, and tell what is left."""
    folder = folder or flow.parent / finding.BESIDE / generating.FOLDER
    with theatre() as opened, generating.maker_of(opened, flow) as maker:
        files = _made(maker, folder)
        found = measure(maker.guide.flow, maker.tally, maker.guide.possible)
    click.echo(f"{folder}: {counted(files, 'conversation')}.")
    click.echo(f"Play them with: duka test {folder} -f {flow} --coverage")
    click.echo("\n".join(lacking.text(found, str(flow), maker.guide.ways)))
    return 0


def _made(maker: Maker, folder: Path) -> int:
    """Write them with a bar on the terminal: it is full when every rule has been taken."""
    files, met = 0, 0
    with click.progressbar(
        length=len(maker.guide.steps), label="Searching", file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        for _ in generating.generate(maker, folder):
            files += 1
            bar.update(len(maker.tally.moves) - met)
            met = len(maker.tally.moves)
    return files


def _run(script: Path, flow: Path, opened: Theatre, wish: Wish) -> Run:
    run = running.run(script, flow, opened)
    if wish.update and run.script and run.lines:
        text = writing.updated(run)
        if text != run.script.document.text:
            script.write_text(text, encoding="utf-8")
            click.echo(f"{script}: rewritten", err=True)
        run = running.run(script, flow, opened)
    if not run.passed and not wish.as_json:
        click.echo("\n".join([*telling.failure(run), ""]))
    return run


def _measured(
    runs: Sequence[Run], found: Sequence[tuple[Path, Path]], opened: Theatre
) -> Iterator[tuple[Path, Coverage]]:
    """How much of each flow its conversations met."""
    for flow in dict.fromkeys(flow for _, flow in found):
        tally = Tally()
        for run in (run for run, (_, its) in zip(runs, found, strict=True) if its == flow):
            tally.count(run.passages)
        yield flow, measure(opened.opened(flow).flow, tally)


def _tell(covered: Sequence[tuple[Path, Coverage]], wish: Wish) -> None:
    for at, (flow, found) in enumerate(covered):
        click.echo("\n".join(covering.text(found, str(flow))))
        if wish.coverage == "html":
            page = Path(f"coverage-{at}.html" if at else "coverage.html")
            page.write_text(coverage_page.page(found, str(flow)), encoding="utf-8")
            click.echo(f"{page}: the graph of it")


def _plain(runs: Sequence[Run], covered: Sequence[tuple[Path, Coverage]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "passed": all(run.passed for run in runs),
        "conversations": [telling.plain(run) for run in runs],
    }
    if covered:
        told["coverage"] = [covering.plain(found, str(flow)) for flow, found in covered]
    return told
