"""`duka schema`: what an editor must know of flow files."""

import json

import click


@click.command("schema")
def schema() -> None:
    """Print the JSON Schema of a flow file, by which editors complete and explain it.

    \b
    Example:
      duka schema > flows.schema.json
    """
    from engine.editor import json_schema
    from flows.words import vocabulary as words

    click.echo(json.dumps(json_schema(words()), ensure_ascii=False, indent=2))
