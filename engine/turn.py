"""One event's passage: what is known, what was heard, and what comes out as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine import effect
from engine.event import Event
from engine.flow import Flow, Message, Option, PaymentButtons, Sheet, State
from engine.limits import LIST_ROWS
from engine.text import Template, template
from engine.trace import Tried

PAGE = "_page"  # in the memory: which page of a long list is shown
PAGE_ID = "page_"  # the row that opens another page
_MORE = {"": "More ▸", "en": "More ▸", "sw": "Zaidi ▸"}
PAY = "pay_"  # a payment button's id: pay_<method>_<order id>


@dataclass(frozen=True, slots=True)
class Because:
    """Why a turn says what it says: the line of the flow, and the rule in words."""

    line: str  # flows.yaml:192
    words: str
    missed: bool = False  # no rule but `otherwise` heard


class Conversation(Protocol):
    """Whatever stands in a state: the database's row, in production."""

    state: str


@dataclass(slots=True)
class Turn:
    """What an action or guard may read and write while one event passes.

    `memory` outlives the turn and is what the customer has answered; `facts` live for this
    turn's texts only; `heard` is what the rule being tried has understood. `now` is the time
    of the turn and `token` its share of chance: a callback has no other clock and no other dice.
    """

    event: Event
    flow: Flow
    memory: dict[str, Any]
    language: str
    now: datetime
    token: str
    facts: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Any] = field(default_factory=dict)
    effects: list[effect.Message] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the log, once the turn is committed
    typed: str = ""  # what was typed, as words are compared, slips forgiven
    choice: str | None = None  # the option that was tapped, or typed by its label or number
    entered: str | None = None  # the state entered in this turn, whose timers start
    state: str = ""
    stale: bool = False  # what was tapped belongs to a question that is asked no more
    because: Because | None = None  # of the rule that won
    trace: list[Tried] | None = None  # the rules tried, for whoever put a list here

    @property
    def phone(self) -> str:
        """Whose conversation this is, in E.164."""
        return self.event.phone

    def get(self, name: str, default: Any = None) -> Any:
        """Look a name up: what was just heard, then this turn's facts, then the memory."""
        for known in (self.heard, self.facts, self.memory):
            if name in known:
                return known[name]
        return default

    def remember(self, values: Mapping[str, Any]) -> None:
        """Keep answers beyond this turn."""
        self.memory.update(values)
        for name in values:
            self.heard.pop(name, None)
            self.facts.pop(name, None)

    def forget(self, *names: str) -> None:
        """Drop answers that no longer hold."""
        for name in names:
            for known in (self.heard, self.facts, self.memory):
                known.pop(name, None)

    def say(self, name: str) -> None:
        """Send the text that stands under ``messages:`` by this name."""
        self.effects.append(effect.Text(self.fill(self.flow.messages[name])))

    def fill(self, text: Any) -> str:
        """Put what is known into a text, in the customer's language."""
        spoken: Template = text.template(self.language)
        return spoken.fill(self.values()) if spoken.names else spoken.source

    def values(self) -> dict[str, Any]:
        """All that a text may mention now."""
        return {"shop": self.flow.shop.name, **self.memory, **self.facts, **self.heard}

    # --- messages ------------------------------------------------------------------------------

    def send(self, message: Message) -> None:
        """Send a message as the flow writes it."""
        body = self.fill(message.say) if message.say else ""
        if message.image or message.document:
            kind = "image" if message.image else "document"
            self.effects.append(effect.Media(kind, message.image or message.document, body))
        elif message.offer:
            self.effects.append(effect.Buttons(body, tuple(self.buttons(message))))
        elif message.sheet:
            self.effects.append(self._rows(body, message.sheet))
        elif message.ask_location:
            self.effects.append(effect.AskLocation(body))
        elif body:
            self.effects.append(effect.Text(body))

    def buttons(self, message: Message) -> list[effect.Button]:
        """The reply buttons of a message, ids and labels filled in."""
        return [button for item in message.offer for button in self._expand(item)]

    def _expand(self, item: Option | PaymentButtons) -> list[effect.Button]:
        if isinstance(item, Option):
            return [effect.Button(self._id(item), self.fill(item.title))]
        used = self.get("method") if item.other else None
        return [
            effect.Button(f"{PAY}{method.id}_{self.get('order')}", self.fill(method.title))
            for method in self.flow.payments.values()
            if method.id != used
        ]

    def _id(self, item: Option) -> str:
        return template(item.id).fill(self.values()) if "{" in item.id else item.id

    def _rows(self, body: str, sheet: Sheet) -> effect.Rows:
        rows = tuple(self._page(self._listed(sheet)))
        return effect.Rows(body, self.fill(sheet.opener), self.fill(sheet.title), rows)

    def _page(self, rows: list[effect.Row]) -> list[effect.Row]:
        """The rows that WhatsApp can show at once: the last one opens the next page."""
        if len(rows) <= LIST_ROWS:
            return rows
        each = LIST_ROWS - 1
        page = int(self.memory.get(PAGE, 0)) % -(-len(rows) // each)
        shown = rows[page * each : (page + 1) * each]
        following = page + 1 if (page + 1) * each < len(rows) else 0
        return [*shown, effect.Row(f"{PAGE_ID}{following}", _MORE.get(self.language, _MORE[""]))]

    def _listed(self, sheet: Sheet) -> list[effect.Row]:
        written = [effect.Row(self._id(row), self.fill(row.title)) for row in sheet.rows]
        shelves = self.flow.categories.values() if sheet.categories else ()
        written += [effect.Row(shelf.id, self.fill(shelf.title)) for shelf in shelves]
        return written + self._shelf(sheet)

    def _shelf(self, sheet: Sheet) -> list[effect.Row]:
        currency = self.flow.shop.currency
        return [
            effect.Row(
                product.id,
                f"{product.emoji} {product.short}".strip(),
                " · ".join(filter(None, (f"{currency} {product.price}", self.fill(product.about)))),
            )
            for product in self.flow.shelf(sheet, self.get("category_id"))
        ]

    def options(self, *, shown: bool = True) -> list[effect.Button | effect.Row]:
        """What the state where the customer stands shows to be tapped; else on every page of it."""
        state: State | None = self.flow.states.get(self.state)
        if state is None:
            return []
        rows = self._listed(state.message.sheet) if state.message.sheet else []
        return [*self.buttons(state.message), *(self._page(rows) if shown else rows)]
