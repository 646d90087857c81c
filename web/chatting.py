"""One person and the phones they play: what is typed becomes words, taps, payments and time."""

from itertools import islice
from pathlib import Path
from typing import Any

from adapters import phones
from adapters.errors import BadNumber
from adapters.sandbox import NotPossible
from engine.matchers import plain
from web import chat_commands, standing
from web.bubbles import Screen
from web.chat_commands import MEDIA, Wrong
from web.playing import Play
from web.plural import counted
from web.rehearsal.diary import Diary
from web.rehearsal.script import Act
from web.showing import Showing, short

MOST_MOMENTS = 1000  # things that one /wait lets happen: a flow may set itself a timer for ever


class Chat:
    """A conversation in the terminal; `prompt` is what stands before what is typed."""

    def __init__(
        self, shop: Play, screen: Screen, diary: Diary, *, language: str | None = None
    ) -> None:
        self._shop, self._screen, self._language = shop, screen, language
        self._diary = diary
        self.phone, self.prompt = "", "> "
        self._showing = Showing(shop, screen)
        self._stays = True

    def take_up(self, phone: str) -> None:
        """Write from this phone from now on."""
        if self.phone:
            self.prompt = f"{short(phone)}> "
        self.phone = phone
        if self._language:
            self._shop.greet_in(self._language, phone)

    def hear(self, line: str) -> bool:
        """Let one line take effect, and tell whether the chat goes on."""
        name, _, rest = line.strip().partition(" ")
        try:
            if name.startswith("/"):
                command = chat_commands.find(name)
                getattr(self, command.does)(rest.strip(), name.lower())
            elif name:
                self._speak(line.strip())
        except (Wrong, NotPossible, BadNumber) as error:
            self._screen.line(str(error), style="yellow")
        return self._stays

    # --- words and taps -------------------------------------------------------------------------

    def _speak(self, line: str) -> None:
        """Tap the choice of this number or label, else say the words."""
        for at, choice in self._showing.choices(self.phone):
            if line == str(at) or (plain(line) and plain(line) == plain(choice["title"])):
                self._screen.line(f"(taps {choice['title']})", style="dim")
                self._send(
                    _tap(choice["title"], is_row="description" in choice), type="choice", **choice
                )
                return
        self.say(line, "")

    def _send(self, act: Act, **what: Any) -> None:
        with self._diary.noting(act, self.phone):
            self._shop.say(self.phone, **what)
        self._showing.forget_choices(self.phone)
        self._showing.news(self.phone)

    def say(self, rest: str, name: str) -> None:
        """Send exactly these words."""
        self._send(Act("customer", "text", rest), type="text", text=rest)

    def tap(self, rest: str, name: str) -> None:
        """Tap a button or row by its id; one that was never shown comes as a forgery would."""
        if not rest:
            raise Wrong("Say which: /tap prod_001")
        kind = "list_reply" if rest.startswith("prod_") else "button_reply"
        self._send(
            _tap(rest, is_row=kind == "list_reply"),
            type="choice",
            id=rest,
            title=rest[:20],
            kind=kind,
        )

    def locate(self, rest: str, name: str) -> None:
        """Share a place."""
        place = chat_commands.place(rest)
        self._send(Act("customer", "location", rest), type="location", **place)

    def send_media(self, rest: str, name: str) -> None:
        """Send a picture, a recording or the like."""
        self._send(Act("customer", "send", name[1:]), type=MEDIA[name])

    # --- payments and time ----------------------------------------------------------------------

    def approve(self, rest: str, name: str) -> None:
        """Pay what the phone is asked for."""
        self._decide("approve")

    def refuse(self, rest: str, name: str) -> None:
        """Let the payment fail, for a reason as the payment company would tell it."""
        self._decide("refuse", reason=rest)

    def _decide(self, do: str, *, reason: str = "") -> None:
        asked = self._shop.asked(self.phone)
        if not asked:
            raise Wrong("No payment is open on this phone: choose a way to pay first")
        act = Act("ghala", "paid" if do == "approve" else "failed", reason)
        with self._diary.noting(act, self.phone):
            self._shop.decide(asked[-1], do, reason=reason)
        self._showing.news(self.phone)

    def wait(self, rest: str, name: str) -> None:
        """Let time pass, and show what happens on the way."""
        span = chat_commands.seconds(rest)
        many = 0
        with self._diary.noting(Act("wait", "time", rest), self.phone):
            for moment in islice(self._shop.wait(span), MOST_MOMENTS):
                many += 1
                self._showing.news(self.phone, moment)
        self._screen.line(f"It is {self._showing.at(self._shop.clock.time)} now.", style="dim")
        if many == MOST_MOMENTS:
            raise Wrong("So much happens that the clock was stopped there: /wait goes on")

    # --- the rest -------------------------------------------------------------------------------

    def write_as(self, rest: str, name: str) -> None:
        """Change to another phone."""
        phone = phones.e164(rest, country=self._shop.flow.shop.country)
        self.take_up(phone)
        self._screen.line(f"You write from {phone} now.", style="dim")

    def tell_state(self, rest: str, name: str) -> None:
        """Show where everything stands."""
        self._screen.line(standing.of(self._shop, self.phone))

    def tell_why(self, rest: str, name: str) -> None:
        """Tell which line of the flow decided last, and what was tried before it."""
        self._screen.line("\n".join(self._diary.why()))

    def save(self, rest: str, name: str) -> None:
        """Write the conversation so far as a test."""
        if not rest:
            raise Wrong("Say where: /save tests/conversations/my-test.yaml")
        try:
            many = self._diary.save(Path(rest))
        except FileExistsError:
            raise Wrong(f"{rest}: there is such a file already; choose another name") from None
        except OSError as error:
            raise Wrong(f"{rest}: it cannot be written ({error.strerror})") from None
        self._screen.line(f"{rest}: {counted(many, 'line')}. Play them with: duka test {rest}")

    def tell_help(self, rest: str, name: str) -> None:
        """Show the commands."""
        self._screen.line(
            "A number or label taps a button or row; other words are sent as they are.\n"
            + chat_commands.listing()
        )

    def leave(self, rest: str, name: str) -> None:
        """Let the chat end."""
        self._stays = False


def _tap(chosen: str, *, is_row: bool) -> Act:
    return Act("customer", "choose" if is_row else "tap", chosen)
