"""What is new on the phones: messages, payments asked for, and what went wrong behind them."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.sandbox.customer import choices
from adapters.sandbox.truth import Bubble, Order
from store import inbox, money, transcript
from web.bubbles import Choice, Screen
from web.playing import Play


class Showing:
    """Shows each thing once, and remembers what can be tapped by its number."""

    def __init__(self, shop: Play, screen: Screen) -> None:
        self._shop, self._screen = shop, screen
        self._choices: dict[str, list[Choice]] = {}
        self._seen: dict[str, int] = {}
        self._announced: set[str] = set()
        self._late: dict[str, int] = {}
        self._aside = 0

    def choices(self, phone: str) -> Sequence[Choice]:
        """The buttons and rows that came last to a phone, if it has not answered since."""
        return self._choices.get(phone, ())

    def forget_choices(self, phone: str) -> None:
        """Let numbers be numbers again."""
        self._choices.pop(phone, None)

    def news(self, phone: str, moment: datetime | None = None) -> None:
        """Show what came since the last time, on this phone and the others, at that moment."""
        for each in list(self._shop.sandbox.truth.bubbles):
            bubbles = self._shop.bubbles(each)
            fresh = [one for one in bubbles[self._seen.get(each, 0) :] if one.by == "shop"]
            self._seen[each] = len(bubbles)
            if fresh and moment:
                self._screen.line(f"— {self.at(moment)} —", style="dim")
            self._show(each, fresh, is_own=each == phone)
            self._show_prompts(each)
            self._show_unsent(each)
        self._show_troubles()

    def at(self, moment: datetime) -> str:
        """A moment as the shop's own clock shows it."""
        zone = ZoneInfo(self._shop.flow.shop.timezone)
        return moment.astimezone(zone).strftime("%a %d %b %Y, %H:%M:%S")

    def _show(self, phone: str, bubbles: list[Bubble], *, is_own: bool) -> None:
        name = self._shop.flow.shop.name
        sender = name if is_own else f"{name} to {short(phone)}"
        offered: list[Choice] = []
        for bubble in bubbles:
            fresh = list(enumerate((each for _, each in choices(bubble)), len(offered) + 1))
            offered += fresh
            self._screen.bubble(sender, bubble.message, fresh)
        if offered:
            self._choices[phone] = offered

    def _show_prompts(self, phone: str) -> None:
        for order in self._shop.asked(phone):
            if order.id not in self._announced:
                self._announced.add(order.id)
                self._screen.line(self._prompt(order), style="bold magenta")

    def _prompt(self, order: Order) -> str:
        method = self._shop.flow.payments.get(order.method)
        language = self._shop.flow.languages[0]
        title = method.title.fill({}, language=language) if method else order.method
        total = money.text(money.minor(order.amount, order.currency), order.currency)
        return f"{title} asks {short(order.phone)} for {total}: /pay or /fail"

    def _show_unsent(self, phone: str) -> None:
        late = sum(each.standing == "expired" for each in transcript.of(phone))
        if late > self._late.get(phone, 0):
            self._screen.line(
                f"A message to {short(phone)} was not sent: more than 24 hours after a "
                "customer's last word WhatsApp takes none but templates.",
                style="yellow",
            )
        self._late[phone] = late

    def _show_troubles(self) -> None:
        """Say what a fault in the shop's own code set aside."""
        aside = inbox.set_aside()
        for row in reversed(aside[: len(aside) - self._aside]):
            self._screen.line(f"! {(row.error or '').strip().splitlines()[-1]}", style="red")
        self._aside = len(aside)


def short(phone: str) -> str:
    """A number as people tell phones apart: ``+254…001``."""
    return f"{phone[:4]}…{phone[-3:]}"
