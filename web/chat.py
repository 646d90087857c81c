"""The bot in the terminal: no phone, no Ghala, no account, no network."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from adapters import phones
from adapters.errors import BadNumber
from flows.library import Library
from flows.words import vocabulary
from web.bubbles import Screen, forgive_encoding
from web.chat_commands import NAMES
from web.chatting import Chat
from web.logs import LOG
from web.playing import Play, play
from web.rehearsal.diary import Diary
from web.rehearsal.watching import Witness


def talk(flow: Path, *, phone: str, language: str | None) -> None:
    """Let somebody talk to a shop with this flow until they leave; raises FlowError."""
    forgive_encoding()
    screen = Screen()
    # A window that is closed and a polite kill leave as Ctrl-C does: nothing stays behind. Ctrl-C
    # itself is said too, for whoever starts us in the background lets us be deaf to it.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.default_int_handler)
    witness = Witness()
    library = Library(vocabulary(), witness.book())
    with suppress(KeyboardInterrupt), play(flow, library=library) as shop:
        spoken = _spoken(language, shop)
        diary = Diary(shop, witness, language=spoken or "")
        chat = Chat(shop, screen, diary, language=spoken)
        chat.take_up(_number(phone, shop))
        LOG.addHandler(_Remarks(screen))
        screen.line(
            f"{shop.flow.shop.name}, in your terminal. Nothing here is real: no phone, no money.\n"
            "Say hi. A number taps what it stands before; /help tells the rest.\n",
            style="dim",
        )
        for line in _typed(chat, screen):
            if not chat.hear(line):
                break
    screen.line("\nBye.", style="dim")


def _spoken(language: str | None, shop: Play) -> str | None:
    if language in (None, *shop.flow.languages):
        return language
    told = f"{language!r} is not spoken here, only {', '.join(shop.flow.languages)}"
    raise click.BadParameter(told, param_hint="--language")


def _number(phone: str, shop: Play) -> str:
    try:
        return phones.e164(phone, country=shop.flow.shop.country)
    except BadNumber as error:
        raise click.BadParameter(str(error), param_hint="--phone") from None


def _typed(chat: Chat, screen: Screen) -> Iterator[str]:
    """What is typed, line by line, until the end; what comes from a pipe is shown as if typed."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            typed = line.rstrip("\r\n")
            screen.line(f"{chat.prompt}{typed}")
            yield typed
        return
    _complete_commands()
    with suppress(EOFError):
        while True:
            yield input(chat.prompt)


def _complete_commands() -> None:
    """Let the arrow keys bring lines back and Tab complete a command, where that is possible."""
    with suppress(ImportError):
        import readline

        readline.set_completer_delims(" ")
        readline.set_completer(_completion)
        readline.parse_and_bind("tab: complete")


def _completion(begun: str, number: int) -> str | None:
    fitting = [name for name in NAMES if begun and name.startswith(begun)]
    return f"{fitting[number]} " if number < len(fitting) else None


class _Remarks(logging.Handler):
    """Shows what the product would warn its operator of, without a traceback."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(logging.WARNING)
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        """Show one."""
        self._screen.line(f"! {record.getMessage()}", style="yellow")
