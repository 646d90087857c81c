"""Tell how the conversations went: a failure as the dialogue, with what was expected and said."""

from collections.abc import Iterator, Sequence
from difflib import ndiff
from typing import Any

import click

from web.plural import counted
from web.rehearsal import writing, yaml_text
from web.rehearsal.expecting import is_as, says
from web.rehearsal.running import Line, Run
from web.rehearsal.script import USUAL_PHONE, Step


def failure(run: Run) -> Iterator[str]:
    """One conversation that failed, line by line."""
    yield click.style(f"✗ {run.file}", fg="red", bold=True)
    for problem in run.problems:
        yield f"  {problem}"
    wrong = [line for line in run.lines if line.wrong]
    if not wrong:
        return
    before = run.lines[: run.lines.index(wrong[0])]
    for line in before[-1:]:
        yield from _dialogue(line)
    yield from _difference(run, wrong[0])
    if len(wrong) > 1:
        more = len(wrong) - 1
        yield f"  … and {more} more line{'s' * (more > 1)} of it"


def _dialogue(line: Line) -> Iterator[str]:
    yield f"  {_heading(line.played.step)}"
    for text in line.played.said:
        yield from (click.style(f"      {each}", dim=True) for each in text.split("\n"))


def _heading(step: Step) -> str:
    phone = f" ({step.phone})" if step.phone != USUAL_PHONE else ""
    [shown, *_] = yaml_text.pair(step.act.by, writing.happens(step.act))
    return f"{shown}{phone}"


def _difference(run: Run, line: Line) -> Iterator[str]:
    step = line.played.step
    yield f"  {_heading(step)}" + click.style(f"    {run.file}:{step.line}", bold=True)
    for told in line.wrong:
        yield click.style(f"    {told}", fg="red")
    if step.bot is not None and line.played.state and not says(step.bot, line.played.said):
        yield from _compared(step.bot, line.played.said)


def _compared(expected: Sequence[str], said: Sequence[str]) -> Iterator[str]:
    for at in range(max(len(expected), len(said))):
        wanted, given = expected[at : at + 1], said[at : at + 1]
        if wanted and given and is_as(wanted[0], given[0]):
            yield from (click.style(f"      {each}", dim=True) for each in given[0].split("\n"))
        else:
            yield from map(_marked, ndiff(_lines(wanted), _lines(given)))


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.rstrip().split("\n")]


_COLOURS = {"-": "red", "+": "green"}


def _marked(line: str) -> str:
    if line.startswith("?"):
        return click.style(f"    {line.rstrip()}", dim=True)
    return click.style(f"    {line}", fg=_COLOURS.get(line[0]), dim=line[0] == " ")


def summary(runs: Sequence[Run]) -> str:
    """All of them in a line."""
    failed = sum(not run.passed for run in runs)
    seconds = sum(run.seconds for run in runs)
    lines = sum(len(run.lines) for run in runs)
    told = f"{counted(len(runs), 'conversation')}, {counted(lines, 'line')}, {seconds:.1f} s"
    if failed:
        return click.style(f"{failed} failed of {told}", fg="red")
    return click.style(f"all passed: {told}", fg="green")


def plain(run: Run) -> dict[str, Any]:
    """One conversation for a machine to read."""
    return {
        "file": str(run.file),
        "passed": run.passed,
        "lines": len(run.lines),
        "seconds": round(run.seconds, 3),
        "problems": [
            {"line": each.line, "column": each.column, "code": each.code, "message": each.message}
            for each in run.problems
        ],
        "failures": [_failed(line) for line in run.lines if line.wrong],
    }


def _failed(line: Line) -> dict[str, Any]:
    step = line.played.step
    return {
        "line": step.line,
        "happens": {step.act.by: writing.happens(step.act)},
        "wrong": list(line.wrong),
        "expected": list(step.bot) if step.bot is not None else None,
        "said": list(line.played.said),
        "state": line.played.state,
    }
