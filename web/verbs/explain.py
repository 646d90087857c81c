"""`duka explain`: what a code of `duka check` means."""

import json

import click

from web.verbs.telling import Stop


@click.command("explain")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(code: str | None, as_json: bool) -> None:
    """Explain a code of `duka check` with an example, or list them all.

    \b
    Examples:
      duka explain E402
      duka explain
    """
    from web import explaining

    try:
        if as_json:
            known = explaining.plain_codes(code)
            click.echo(json.dumps(known, ensure_ascii=False, indent=2))
        else:
            click.echo(explaining.code(code) if code else explaining.every_code())
    except LookupError as error:
        raise Stop(str(error.args[0])) from None
