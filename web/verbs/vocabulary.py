"""`duka vocabulary`: the names that a flow may use."""

import json

import click

from web.verbs.telling import Stop


@click.command("vocabulary")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def vocabulary(name: str | None, as_json: bool) -> None:
    """List the actions, guards and events that a flow may name, with what they need and give.

    \b
    Examples:
      duka vocabulary
      duka vocabulary place_order
    """
    from flows.words import vocabulary as words
    from web import explaining

    try:
        known = explaining.plain_vocabulary(words(), name)
    except LookupError as error:
        raise Stop(str(error.args[0])) from None
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
    else:
        click.echo(explaining.told(known))
