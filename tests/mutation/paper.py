"""A shop on paper: the flow's own words with books that are a few dictionaries, and no checks.

It knows of each word what the vocabulary declares, the same that the proof believes; the machine,
the matchers and the texts are the product's.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from engine import effect, limits
from engine.checks.standing import STANDINGS
from engine.checks.timely import says
from engine.event import Event
from engine.flow import After, Choose, Flow, FreeText, Hear, Number, Rule
from engine.machine import RuleBook, rules_of
from engine.matchers import MESSAGES
from engine.turn import PAY, Turn
from engine.vocabulary import Vocabulary, Word, bound

NOW = datetime(2026, 1, 16, 13, 30, tzinfo=UTC)
#: Words whose own functions need no books.
PURE = (
    "choose_product", "choose_category", "take_one", "add_to_cart", "empty_cart", "cart_filled",
    "room_in_cart", "forget_address", "forget_answers", "write_down", "any_promotion",
    "list_promotions", "changing", "came_from",
)  # fmt: skip
PHONE, DAY = "+254700000001", 24 * 3600
NEWS = ("payment.success", "payment.failed", "payment.review", "payment.link")
SETTLED = ("paid", "cancelled", "review")
#: What may come when nobody expects it any more: money that was said to have failed, or a surplus.
LATE = {
    "payable": ("payment.success", "payment.review"),
    "cancelled": ("payment.review",),
    "paid": ("payment.review",),
}


class Harm(Exception):
    """A customer is harmed: the message says how."""


@dataclass
class Paper:
    """What a shop writes down, and what its customer has before them."""

    flow: Flow
    vocabulary: Vocabulary
    chance: random.Random
    orders: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # the orders that somebody was asked to pay
    receipts: int = 0
    about: str = ""  # the order that is told of
    state: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    shown: list[str] = field(default_factory=list)
    passed: list[tuple[str, str]] = field(default_factory=list)

    # --- the words ------------------------------------------------------------------------------

    def words(self) -> Vocabulary:
        """The vocabulary with functions that write on paper."""
        return replace(
            self.vocabulary,
            actions={name: self._action(word) for name, word in self.vocabulary.actions.items()},
            guards={name: self._guard(word) for name, word in self.vocabulary.guards.items()},
        )

    def _action(self, word: Word) -> Word:
        def act(turn: Turn, *given: str) -> None:
            for name in word.reads(given[0] if given else None):
                if turn.get(name) in (None, ""):
                    raise Harm(f"{word.name} reads {name}, which nobody has given")
            if word.name in PURE:
                word.function(turn, *given)
                return
            self._does(word, turn)

        return replace(word, function=act)

    def _does(self, word: Word, turn: Turn) -> None:
        order = str(turn.get("order") or "")
        standing = self.orders.get(order)
        if word.books == "request":
            if standing != "payable":
                raise Harm(f"asked to pay an order that is {standing}")
            self.orders[order] = "being_paid"
            self.asked.add(order)
        if word.books == "cancel" and standing == "payable":
            self.orders[order] = "cancelled"
        if word.books == "receipt":
            self.receipts += 1
            if self.about != "payment.success":
                raise Harm("a receipt without a payment")
        if "*" in word.drops:
            turn.memory.clear()
        turn.forget(*(name for name in word.drops if name != "*"))
        given = {name: self.sample(name, of) for name, of in word.gives.items()}
        turn.remember(given)
        turn.facts.update({name: self.sample(name, of) for name, of in word.tells.items()})
        if word.books == "place":
            made = f"ORD-{len(self.orders)}"
            self.orders[made] = "payable"
            turn.remember({"order": made})
        elif order and "order" in word.gives:
            turn.remember({"order": order})
        for text in word.says:
            turn.say(text)

    def _guard(self, word: Word) -> Word:
        def holds(turn: Turn, *given: str) -> bool:
            turn.facts.update({name: self.sample(name, of) for name, of in word.tells.items()})
            if word.name in PURE:
                return bool(word.function(turn, *given))
            if word.books in STANDINGS:
                return self.orders.get(str(turn.get("order"))) == STANDINGS[word.books]
            if word.books == "this_order":
                return bool(turn.memory.get("order") == turn.event.data.get("order"))
            return self.chance.random() < 0.8

        return replace(word, function=holds)

    def sample(self, name: str, of: Any) -> str:
        """A value for a placeholder: now and then the longest that it may become."""
        longest = bound(of, self.flow)
        if name == "quantity":
            return "2"
        if name == "method":
            return self.chance.choice(sorted(self.flow.payments) or [""])
        return "W" * (longest if self.chance.random() < 0.3 else max(1, longest // 3))

    # --- a walk ---------------------------------------------------------------------------------

    def passes(self, book: RuleBook, event: Event) -> None:
        """Let one event pass; raises Harm."""
        before, self.about = self.state or self.flow.initial, event.name
        self.state, receipts = before, self.receipts
        facts = {}
        if event.name in self.vocabulary.events:
            known = self.vocabulary.events[event.name]
            facts = {name: self.sample(name, of) for name, of in known.items()}
            facts |= {"order": event.data["order"]} | {"method": next(iter(self.flow.payments), "")}
        turn = _Counted(event, self.flow, self.memory, self.language, NOW, "t", facts)
        try:
            heard = book.pass_(self, turn)
        except (KeyError, LookupError, ValueError, TypeError) as error:
            raise Harm(f"{type(error).__name__}: {error}") from error
        self.language = turn.language
        self.passed.append((before, self.state))
        if event.name in MESSAGES and not (heard and turn.effects):
            raise Harm(f"no answer to {event.name} in {before}")
        if event.name == "payment.success" and self.receipts != receipts + 1:
            raise Harm(f"{self.receipts - receipts} receipts for a payment")
        for message in turn.effects:
            self._reads(message)

    def _reads(self, message: effect.Message) -> None:
        """Look at a message as WhatsApp does, and as a customer who has paid."""
        body = getattr(message, "body", getattr(message, "caption", ""))
        if "{" in body:
            raise Harm("a placeholder is read as it is written")
        most = limits.TEXT if isinstance(message, effect.Text) else limits.BODY
        if not body.strip() and not isinstance(message, effect.Media | effect.Template):
            raise Harm("an empty message")
        _within("a text", body, most)
        if isinstance(message, effect.Buttons):
            titles = [each.title for each in message.buttons]
            if not 1 <= len(titles) <= limits.BUTTONS or len(set(titles)) < len(titles):
                raise Harm("buttons that WhatsApp refuses")
            for button in message.buttons:
                _within("a button", button.title, limits.BUTTON_TITLE)
                self._offered(button.id)
            self.shown += [each.id for each in message.buttons]
        if isinstance(message, effect.Rows):
            if not 1 <= len(message.rows) <= limits.LIST_ROWS:
                raise Harm("rows that WhatsApp refuses")
            _within("an opener", message.opener, limits.OPENER)
            for row in message.rows:
                _within("a row", row.title, limits.ROW_TITLE)
                _within("what a row says", row.description, limits.ROW_ABOUT)
            self.shown += [each.id for each in message.rows]
        del self.shown[:-25]

    def _offered(self, chosen: str) -> None:
        if chosen.startswith(PAY):
            order = chosen.rpartition("_")[2]
            if self.orders.get(order) in SETTLED:
                raise Harm(f"a button to pay an order that is {self.orders[order]}")

    def happens(self, rules: list[Rule]) -> Event:
        """What may happen next: most often what is heard here, else anything."""
        chance = self.chance
        told = [order for order, standing in self.orders.items() if standing == "being_paid"]
        if told and chance.random() < 0.35:
            return self._news(chance.choice(told), NEWS)
        late = [order for order in sorted(self.asked) if self.orders[order] in LATE]
        if late and chance.random() < 0.25:
            order = chance.choice(late)
            return self._news(order, LATE[self.orders[order]])
        if chance.random() < 0.08:
            return self._odd()
        return self._heard(chance.choice(rules)) or self._reminder() or self._odd()

    def _heard(self, rule: Rule) -> Event | None:
        """Something that a rule hears, where a customer or the time can bring it."""
        trigger, chance = rule.trigger, self.chance
        if isinstance(trigger, Hear):
            return _text(chance.choice(sorted(trigger.words)))
        if isinstance(trigger, Number):
            picked = (trigger.low, trigger.high, chance.randint(trigger.low, trigger.high))
            return _text(str(chance.choice(picked)))
        if isinstance(trigger, FreeText):
            return _text(("Moi Ave " * 600)[: chance.choice((trigger.low, trigger.high))] or "x")
        if isinstance(trigger, Choose) and self.shown:
            return Event("c", PHONE, "choice", {"id": chance.choice(self.shown[-12:])})
        if isinstance(trigger, After):
            if trigger.seconds > DAY and says(self.flow, rule):
                raise Harm("a message after WhatsApp's 24 hours")
            return Event("a", PHONE, "timeout", {"after": trigger.written})
        return None

    def _reminder(self) -> Event | None:
        waiting = [order for order, standing in self.orders.items() if standing == "payable"]
        if not waiting or self.chance.random() > 0.2:
            return None
        return Event("r", PHONE, "order.unpaid", {"order": self.chance.choice(waiting)})

    def _news(self, order: str, news: Sequence[str]) -> Event:
        name = self.chance.choice(news)
        became = {
            "payment.success": "paid",
            "payment.failed": "payable",
            "payment.review": "review",
        }
        is_surplus = self.orders[order] == "paid"
        self.orders[order] = "paid" if is_surplus else became.get(name, self.orders[order])
        return Event("n", PHONE, name, {"order": order, "payment": f"{order}.1"})

    def _odd(self) -> Event:
        kind = self.chance.choice(("text", "location", "media", "choice"))
        data: Mapping[str, Any] = {
            "text": {"text": self.chance.choice(("what?", "0", "21", "99999", "menu"))},
            "location": {"latitude": -1.28, "longitude": 36.8, "name": "Kilimani"},
            "media": {"type": self.chance.choice(("audio", "image"))},
            "choice": {"id": "old_button", "title": "Old"},
        }[kind]
        return Event("o", PHONE, kind, data)


def _text(words: str) -> Event:
    return Event("t", PHONE, "text", {"text": words})


def _within(what: str, text: str, most: int) -> None:
    if limits.units(text) > most:
        raise Harm(f"{what} of {limits.units(text)} characters, and WhatsApp allows {most}")


class _Counted(Turn):
    """A turn that notices a placeholder without a value."""

    def fill(self, text: Any) -> str:
        known, template = self.values(), text.template(self.language)
        for name in template.names:
            if known.get(name) in (None, "") and name not in PERHAPS:
                raise Harm(f"{{{name}}} is empty")
        return super().fill(text)


OFTEN = 40  # moves out of a state, after which the way back would have been met
PERHAPS = frozenset({"address", "reference", "reason", "how_to_pay"})


def walks(flow: Flow, vocabulary: Vocabulary, *, many: int, steps: int, seed: int = 1) -> str:
    """Walk a flow at random so many times; gives the first harm, empty when there was none."""
    passed: Counter[tuple[str, str]] = Counter()
    paper = Paper(flow, vocabulary, random.Random(seed))
    rules = {name: list(rules_of(state, flow)) for name, state in flow.states.items()}
    try:
        book = RuleBook(flow, paper.words())
    except (KeyError, ValueError) as error:
        return f"it cannot be built: {error}"
    for _ in range(many):
        paper.orders, paper.asked = {}, set()
        paper.memory, paper.state = {}, flow.initial
        paper.language, paper.shown, paper.passed = flow.languages[0], [], []
        try:
            for _ in range(steps):
                paper.passes(book, paper.happens(rules[paper.state]))
        except Harm as harm:
            return f"{harm} [{paper.state}]"
        passed.update(paper.passed)
    return _trap(flow, passed)


def _trap(flow: Flow, passed: Mapping[tuple[str, str], int]) -> str:
    """A state that was left often enough, and from which nobody ever came back to the beginning."""
    home = {flow.initial}
    while grown := {before for before, after in passed if after in home} - home:
        home |= grown
    left: Counter[str] = Counter()
    for (before, _), times in passed.items():
        left[before] += times
    lost = [state for state, times in left.items() if times >= OFTEN and state not in home]
    return f"nobody came back from {', '.join(lost)}" if lost else ""
