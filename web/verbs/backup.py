"""`duka backup` and `duka restore`: a copy of the books, and the books from a copy."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from store import audit, backups, clock, database, migrate, orders
from store.errors import BooksClosed, NoBackup
from web import access, closed, sole
from web.plural import counted
from web.settings import MissingSetting, load
from web.sole import AlreadyOpen

IS_OPEN = (
    "The shop is open, and its books cannot be exchanged meanwhile: stop duka serve first "
    "(on a server: systemctl stop duka-web)"
)
NAME_ONE = "name one made by duka backup"
COPY_IT = (
    "copy it to where that user can "
    "(on a server: install -o duka -g duka -m 0600 {} /var/lib/duka/)"
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the books into FILE, beside an open shop; exit code 1 when there is no copy.

    \b
    The copy is of one moment and has been read back; only you can read it. Keep it on another
    machine: it holds your customers' names and numbers. On PostgreSQL pg_dump does the work.
    Example:
      duka backup books-2026-01-16.backup
    """
    try:
        backups.make(load().database_url, file)
    except (NoBackup, MissingSetting) as error:
        raise click.ClickException(str(error)) from None
    except BooksClosed as error:
        raise click.ClickException(closed.line(error)) from None
    except OSError as error:
        raise click.ClickException(f"{file}: it cannot be written ({access.why(error)})") from None
    click.secho(
        f"{file.absolute()}: {file.stat().st_size:,} bytes, read back and whole", fg="green"
    )


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Although the books hold orders; they are kept aside."
)
def restore(file: Path, replace: bool) -> None:
    """Make the books those of a copy, while the shop is closed; then ask them whether they agree.

    \b
    Examples:
      duka restore books-2026-01-16.backup
      duka restore --replace books-2026-01-16.backup
    """
    _require_readable(file)
    now = datetime.now(UTC)
    try:
        url = load().database_url
        with sole.hold(url) or nullcontext():  # no shop opens while its books are exchanged
            kept = backups.put_back(url, file, replace=replace, now=f"{now:%Y%m%dT%H%M%S%f}")
            told = _looked_at(url, now)
    except AlreadyOpen:
        raise click.ClickException(IS_OPEN) from None
    except (NoBackup, MissingSetting) as error:
        raise click.ClickException(str(error)) from None
    except BooksClosed as error:
        raise click.ClickException(closed.line(error)) from None
    except OSError as error:
        place = error.filename or file
        raise click.ClickException(f"{place}: it cannot be written ({access.why(error)})") from None
    if kept:
        click.echo(f"The books before it: {kept.absolute()}")
    click.echo(told[0])
    sys.exit(told[1])


def _require_readable(file: Path) -> None:
    """Stop with one line where there is no such file, or it is not for us to read."""
    try:
        if not file.is_file():
            raise click.ClickException(f"{file}: there is no such file → {NAME_ONE}")
        file.open("rb").close()
    except OSError as error:
        raise click.ClickException(
            f"{file}: it cannot be read ({access.why(error)}) → {COPY_IT.format(file)}"
        ) from None


def _looked_at(url: str, now: datetime) -> tuple[str, int]:
    """Bring the books to this version, audit them, and say what is in them."""
    database.connect(url)
    migrate.upgrade()
    found, sold = audit.examine(now=clock.ms(now)), orders.totals()["totalOrders"]
    database.close()
    held = counted(sold, "order")
    if found:
        return f"The books are back, {held}, but do not agree with themselves: duka audit", 1
    return f"The books are back, {held}, and they agree.", 0
