"""`duka db`: the tables of the books, brought up to date."""

import sys

import click

from web.settings import load
from web.verbs.books import open_those_there
from web.verbs.telling import told


@click.group("db")
def db() -> None:
    """The database: bring it up to date, or see how it stands.

    \b
    Example:
      duka db status
    """


@db.command("upgrade")
@told
def upgrade() -> None:
    """Apply the changes that this database has not seen.

    \b
    Example:
      duka db upgrade
    """
    from store import database, migrate

    database.connect(load().database_url)
    applied = migrate.upgrade()
    click.echo("\n".join(f"applied {name}" for name in applied) or "nothing to do")


@db.command("status")
@told
def status() -> None:
    """Show each change and whether it was applied; exit code 1 when one is missing.

    \b
    Example:
      duka db status
    """
    from store import migrate

    open_those_there()
    for name, applied in migrate.known():
        click.echo(f"{'applied' if applied else 'missing'}  {name}")
    sys.exit(1 if migrate.missing() else 0)
