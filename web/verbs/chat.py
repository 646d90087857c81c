"""`duka chat`: the bot, in the terminal."""

from pathlib import Path

import click

from web.verbs.check import proved
from web.verbs.options import FLOW
from web.verbs.telling import told


@click.command("chat")
@click.option("--phone", default="+254700000001", show_default=True, help="Whose phone it is.")
@click.option("--language", help="Language to begin in.")
@FLOW
@told
def chat(phone: str, language: str | None, flow: str) -> None:
    """Talk to the bot in the terminal: no phone, no Ghala, no account.

    \b
    Buttons and rows are tapped by their number. Commands, of which /help tells more:
      /pay  /fail [reason]  /wait 30m  /location  /why  /state  /save  /help  /quit
    \b
    Examples:
      duka chat
      printf 'hi\\n1\\n2\\n' | duka chat --language sw
    """
    from web.chat import talk

    proved(Path(flow))
    talk(Path(flow), phone=phone, language=language)
