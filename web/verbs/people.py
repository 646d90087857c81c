"""`duka customers`: what the books hold about one, and forgetting one who asks for it."""

import json

import click

from adapters.errors import BadNumber
from adapters.phones import e164, mask
from store import clock, forgetting
from store.errors import BooksClosed, NotToBeDone
from web import closed
from web.plural import counted
from web.verbs import mail


def _number(ctx: click.Context, option: click.Parameter, written: str) -> str:
    try:
        return e164(written)
    except BadNumber as error:
        raise click.BadParameter(str(error)) from None


PHONE = click.argument("phone", callback=_number)


@click.group("customers")
def people() -> None:
    """Your customers: show what is kept about one, or forget one who asks for it.

    \b
    Examples:
      duka customers show +254700000001
      duka customers forget +254700000001
    """


@people.command("show")
@PHONE
@click.option("--json", "as_json", is_flag=True, help="All of it, to hand to the customer.")
def show(phone: str, as_json: bool) -> None:
    """Show what the books hold about a number; with --json every word of it.

    \b
    Examples:
      duka customers show +254700000001
      duka customers show +254700000001 --json > for-amina.json
    """
    mail.open_books()
    held = forgetting.known(phone)
    if held is None:
        raise click.ClickException("the books know nobody of this number")
    if as_json:
        click.echo(json.dumps(held, ensure_ascii=True, indent=2))
        return
    click.echo(f"{mask(phone)}, customer since {clock.iso(held['since']) or 'no order yet'}")
    click.echo(f"  name: {'yes' if held['name'] else 'none'}")
    for part in ("orders", "payments", "messages"):
        click.echo(f"  {part}: {len(held[part])}")
    click.echo("With --json: every word of it.")


@people.command("forget")
@PHONE
@click.option("-y", "--yes", is_flag=True, help="Do not ask whether it is meant.")
def forget(phone: str, yes: bool) -> None:
    """Delete a customer's name, number, addresses and messages; keep what was sold and paid.

    \b
    Orders never paid are cancelled. It cannot be undone, and is refused
    while a payment is open. Copies made before still hold the customer.
    Example:
      duka customers forget +254700000001
    """
    now = mail.open_books()
    if not yes:
        click.confirm(f"Forget {mask(phone)} for good?", abort=True)
    try:
        gone = forgetting.forget(phone, by=mail.person(), now=now)
    except NotToBeDone as error:
        raise click.ClickException(str(error)) from None
    except BooksClosed as error:
        raise click.ClickException(closed.line(error)) from None
    click.secho(f"{mask(phone)} is forgotten.", fg="green")
    click.echo(f"Deleted: name, number, addresses, answers, {counted(gone.messages, 'message')}.")
    click.echo(
        f"Kept: {counted(gone.orders, 'order')} and {counted(gone.payments, 'payment')} with their "
        f"amounts, under {gone.token}:\n"
        "  the law asks you to keep your books, and they tell of nobody now."
    )
    if gone.cancelled:
        click.echo(f"Cancelled, for they were never paid: {counted(gone.cancelled, 'order')}.")
    click.echo(
        "Backups made before today still hold this customer until you delete them. If you put\n"
        "one back, forget the customer again. Ghala and WhatsApp keep records of their own."
    )
