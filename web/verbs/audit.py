"""`duka audit`: do the books agree with themselves?"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from web.verbs.books import open_whole
from web.verbs.telling import Stop, told

if TYPE_CHECKING:
    from store.audit import Finding


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@told
def audit(as_json: bool) -> None:
    """Ask the books whether they agree with themselves; exit code 1 when they do not.

    \b
    Reads only, and may run beside an open shop, as often as you like.
    Example:
      duka audit
    """
    from store import audit as books
    from store import clock
    from store.errors import BooksClosed
    from web.settings import MissingSetting

    try:
        open_whole()
    except (Stop, BooksClosed, MissingSetting) as error:
        if not as_json:
            raise
        said = error.message if isinstance(error, Stop) else str(error)
        click.echo(json.dumps({"agree": None, "found": [], "message": said}, indent=2))
        sys.exit(1)
    found = books.examine(now=clock.ms(datetime.now(UTC)))
    if as_json:
        told = {"agree": not found, "found": [asdict(each) for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not found:
        click.secho(f"The books agree. ({len(books.QUESTIONS)} questions asked)", fg="green")
    else:
        for each in found:
            _print_finding(each)
    sys.exit(1 if found else 0)


def _print_finding(found: "Finding") -> None:
    """What is wrong, what that means, and the rows at fault under their columns."""
    table = [found.columns, *(["–" if x is None else str(x) for x in row] for row in found.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    click.secho(f"✗ {found.name}", fg="red", bold=True)
    click.echo(f"  {found.meaning}\n")
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(f"    {'  '.join(cells)}".rstrip())
    click.echo()
