"""`duka inbox` and `duka outbox`: what went wrong on the way in and out, and trying it again."""

import getpass
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from adapters.phones import mask
from store import clock, inbox, outbox
from store.errors import BooksClosed
from web import access, closed
from web.settings import MissingSetting
from web.verbs import books
from web.verbs.telling import Stop


def open_books() -> int:
    """Open the books that are there, and tell the time as they keep it."""
    try:
        books.open_whole()
    except BooksClosed as error:
        raise Stop(closed.line(error)) from None
    except MissingSetting as error:
        raise Stop(str(error)) from None
    except PermissionError as error:
        raise Stop(f"{error.filename}: it cannot be read ({access.why(error)})") from None
    return clock.ms(datetime.now(UTC))


def person() -> str:
    """Who sits at the terminal."""
    try:
        return f"{getpass.getuser()} at the terminal"
    except (KeyError, OSError):
        return "somebody at the terminal"


@click.group("inbox")
def mail_in() -> None:
    """What could not be acted on: list it, and let it pass again after a repair.

    \b
    Examples:
      duka inbox list
      duka inbox replay wa:wamid.HBgLMjU0
    """


@click.group("outbox")
def mail_out() -> None:
    """Messages that were given up: list them, and try to deliver them once more.

    \b
    Examples:
      duka outbox list
      duka outbox retry 4711
    """


def _listed(rows: Sequence[tuple[object, ...]], none: str) -> None:
    for row in rows:
        click.echo("  ".join(str(each) for each in row))
    if not rows:
        click.secho(none, fg="green")


#: What is said of each kind of what is listed.
_STANDS = {"set_aside": "set aside", "waiting": "waiting"}


@mail_in.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_in(as_json: bool) -> None:
    """List what was set aside and what waits: since when, who, what, how it stands, reference, key.

    \b
    Set aside is what stumbled: duka inbox replay lets it pass again.
    News of a payment waits until its order is known, and then passes by itself.
    Example:
      duka inbox list
      duka inbox list --json
    """
    open_books()
    found = [*map(_in, inbox.set_aside()), *map(_in, reversed(inbox.waiting(limit=50)))]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _listed(
        [
            (each["since"], each["phone"] or "-", each["kind"], _STANDS[each["outcome"]],
             each["reference"] or "-", each["key"])
            for each in found
        ],
        "Nothing was set aside, and no news of a payment waits.",
    )  # fmt: skip


def _in(row: Any) -> dict[str, Any]:
    """What waits has no reference of ours: there stands Ghala's, which a person can look for."""
    waits = row.outcome == "waiting"
    return {
        "since": clock.iso(row.received_at), "phone": mask(row.phone) if row.phone else None,
        "kind": row.kind, "outcome": row.outcome,
        "reference": json.loads(row.body).get("order_id") if waits else row.reference,
        "key": row.key,
    }  # fmt: skip


@mail_in.command("replay")
@click.argument("key")
def replay(key: str) -> None:
    """Let an event that was set aside pass again; the shop does it within a second.

    \b
    Example:
      duka inbox replay wa:wamid.HBgLMjU0
    """
    now = open_books()
    if inbox.waits(key):
        raise click.ClickException(
            f"{key}: it waits for its order, and passes by itself once these books know that order"
        )
    _done(inbox.replay, key, now, "It passes again.", f"{key}: no such event is set aside")


@mail_out.command("list")
def list_out() -> None:
    """List what was given up, newest first: number, when, to whom, and why.

    \b
    Example:
      duka outbox list
    """
    open_books()
    _listed(
        [
            (row.id, clock.iso(row.created_at), mask(row.phone), row.status, row.error)
            for row in outbox.undelivered(limit=50)
        ],
        "Every message was delivered or is on its way.",
    )


@mail_out.command("retry")
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Owe a message once more, while WhatsApp's 24 hours since the customer's last word last.

    \b
    Example:
      duka outbox retry 4711
    """
    now = open_books()
    refusal = f"{number}: not given up, or its customer has not written for 24 hours"
    _done(outbox.retry, number, now, "It is on its way again.", refusal)


def _done(act: Callable[..., bool], what: object, now: int, said: str, refusal: str) -> None:
    if not act(what, by=person(), now=now):
        raise click.ClickException(refusal)
    click.echo(said)
