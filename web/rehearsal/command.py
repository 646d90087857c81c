"""`duka test`: play the conversations, tell how they went, and answer with an exit code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from web.rehearsal import finding, running, telling, writing
from web.rehearsal.running import Run
from web.rehearsal.theatre import Theatre, theatre

FAILED, NOTHING = 1, 2  # exit codes


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside playing."""

    update: bool = False
    as_json: bool = False


def rehearse(paths: Sequence[str], flow: Path, wish: Wish) -> int:
    """Play conversations, print how they went, and give the exit code."""
    found = finding.scripts(map(Path, paths), flow)
    if not found:
        where = ", ".join(paths) or flow.parent / finding.BESIDE
        click.secho(f"{where}: there is no conversation here", fg="red", err=True)
        return NOTHING
    with theatre() as opened:
        runs = [_run(script, its_flow, opened, wish) for script, its_flow in found]
    if wish.as_json:
        click.echo(json.dumps(_plain(runs), ensure_ascii=False, indent=2))
    else:
        click.echo(telling.summary(runs))
    return 0 if all(run.passed for run in runs) else FAILED


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


def _plain(runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "passed": all(run.passed for run in runs),
        "conversations": [telling.plain(run) for run in runs],
    }
