"""`duka check`: every fault of a flow file, in its line."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.flow import Flow
from web.verbs import telling
from web.verbs.options import FLOW
from web.verbs.telling import Stop, told

if TYPE_CHECKING:
    from web.proving import Proof


@click.command("check")
@click.argument("file", required=False, type=click.Path())
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or beside the lines of a pull request.",
)
@click.option("--json", "style", flag_value="json", help="The same as --format json.")
@click.option("--certificate", is_flag=True, help="Say what was proved, and of which file.")
@FLOW
@told
def check(file: str | None, style: str, certificate: bool, flow: str) -> None:
    """Prove a flow file: every fault at once, each with its line and what would be right.

    \b
    Examples:
      duka check flows.yaml
      duka check --certificate
      duka check --format github
    """
    from web import proving

    proof = proving.examine(Path(file or flow))
    if style == "json":
        known = proving.plain(proof)
        if certificate and not proof.faults:
            known["certificate"] = proving.certificate(proof)
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
    elif style == "github":
        click.echo("".join(f"{line}\n" for line in proving.annotations(proof)), nl=False)
    else:
        _tell(proof)
        click.secho(proving.page(proof) if certificate else proving.summary(proof), fg="green")
    sys.exit(1 if proof.faults else 0)


def _tell(proof: "Proof") -> None:
    """Show what is wrong, the line it stands in, and a caret under the place; stop for a fault."""
    from web import proving

    for problem, way in zip(proof.problems, proving.ways(proof.problems), strict=True):
        click.echo(str(problem))
        for line in proving.shown(proof, problem):
            click.secho(line, dim=True)
        for line in way:
            click.echo(f"    {line}")
    if proof.faults:
        raise Stop(telling.count(len(proof.faults)))


def proved(path: Path) -> Flow:
    """Read a flow that has no fault, or stop and show every fault in its line."""
    from web import proving

    proof = proving.examine(path)
    _tell(proof)
    if proof.flow is None:
        raise Stop(f"{path}: there is no flow in it")
    return proof.flow
