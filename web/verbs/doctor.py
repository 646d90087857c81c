"""`duka doctor`: what is missing to go live."""

import json
import sys

import click

from web.settings import load
from web.verbs.telling import told

EXAMPLE = "duka doctor --live https://shop.example.com"


@click.command("doctor")
@click.option(
    "--live", "url", metavar="URL", is_flag=False, flag_value="",
    help="Ask the open shop there, from outside.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@told
def doctor(url: str | None, as_json: bool) -> None:
    """Say in plain words what is missing to go live; exit code 1 while anything is.

    \b
    Examples:
      duka doctor
      duka doctor --live https://shop.example.com
    """
    from web import doctor_live
    from web.doctor import closing, examine

    if url == "":
        raise click.UsageError(f"--live needs the shop's address: {EXAMPLE}")
    findings = list(doctor_live.examine(url, load())) if url else examine(load())
    if as_json:
        click.echo(
            json.dumps([finding.plain() for finding in findings], ensure_ascii=False, indent=2)
        )
    else:
        for finding in findings:
            click.echo(finding.line())
        click.echo(f"\n{closing(findings, live=bool(url))}")
    sys.exit(1 if any(finding.is_fault for finding in findings) else 0)
