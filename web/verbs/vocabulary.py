"""`duka vocabulary`: the names that a flow may use."""

import json

import click


@click.command("vocabulary")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def vocabulary(as_json: bool) -> None:
    """List the actions, guards and events that a flow may name, with what they need and give.

    \b
    Example:
      duka vocabulary
    """
    from flows.words import vocabulary as words
    from web import explaining

    if as_json:
        known = explaining.plain_vocabulary(words())
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
    else:
        click.echo(explaining.every_word(words()))
