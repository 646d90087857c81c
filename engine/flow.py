"""A conversation as a merchant wrote it: states, rules, texts and catalogue, all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something is written, both from 1."""

    line: int
    column: int


# --- what a rule can hear ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hear:
    """Words typed, compared without case, spaces and punctuation."""

    words: frozenset[str]
    #: The words of each language as they are matched; "" are those of every language.
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    written: Mapping[str, str] = field(default_factory=dict, compare=False)  # each word in full

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which it is written."""
        return tuple(language for language in self.spoken if language)

    def said_in(self, language: str) -> frozenset[str]:
        """The words of a language, or all of them where it has none of its own."""
        its = {*self.spoken.get(language, ()), *self.spoken.get("", ())} & self.words
        return frozenset(its) or self.words

    def in_full(self, word: str) -> str:
        """A word as the merchant wrote it."""
        return self.written.get(word, word)


@dataclass(frozen=True, slots=True)
class Choose:
    """A button or row: its id, ``product``, ``payment``, or an id that ends in ``*``."""

    id: str


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, in digits or words."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class FreeText:
    """Any text of a length, in characters."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Location:
    """A shared location."""


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture, voice note, document or other thing that is not text."""

    kinds: frozenset[str]  # empty: every kind


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that no customer typed: ``payment.success``, ``order.unpaid`` …"""

    name: str


@dataclass(frozen=True, slots=True)
class After:
    """A time that has passed since the state was entered."""

    seconds: int
    written: str  # "30m"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Any message of the customer's that no rule before it has heard."""


Trigger = Hear | Choose | Number | FreeText | Location | Pictured | Happened | After | Otherwise


# --- what a rule does --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """An action or guard by name, with its plain argument if it takes one."""

    name: str
    argument: str | None
    place: Place
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A button or row as written: an id that may hold placeholders, and its label."""

    id: str
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class PaymentButtons:
    """A button for each way to pay; `other` leaves out the one used last."""

    other: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that opens in a sheet: written rows, categories, or products of some shelves."""

    opener: Text
    title: Text
    rows: tuple[Option, ...]
    catalog: bool  # does it show products?
    place: Place
    shelves: tuple[str, ...] = ()  # the categories they are of; none: all products
    categories: bool = False

    @property
    def turns_pages(self) -> bool:
        """May it be longer than one page, and turn?"""
        return self.catalog or self.categories


@dataclass(frozen=True, slots=True)
class Message:
    """One message as written: what is said, and what can be tapped under it."""

    say: Text | None = None
    offer: tuple[Option | PaymentButtons, ...] = ()
    sheet: Sheet | None = None
    ask_location: Place | None = None  # where it is asked for
    image: str = ""
    document: str = ""

    @property
    def options(self) -> tuple[Option, ...]:
        """The buttons and rows that are written one by one."""
        buttons = tuple(each for each in self.offer if isinstance(each, Option))
        return buttons + (self.sheet.rows if self.sheet else ())

    @property
    def asks(self) -> bool:
        """Is there something to tap?"""
        return bool(self.offer or self.sheet or self.ask_location)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is heard, on which condition, and what follows."""

    trigger: Trigger
    place: Place
    guards: tuple[Call, ...] = ()
    actions: tuple[Call, ...] = ()
    save: str | None = None
    message: Message = field(default_factory=Message)
    go: str | None = None
    go_place: Place = Place(1, 1)
    quiet: bool = False  # enter the next state without its message
    back: bool = False  # `go` was written as the way back
    speak: str | None = None
    change: str | None = None  # the answer, or state, that is asked again before coming back
    again: bool = False  # tried only while an answer is changed, on the way back
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)  # of its words


@dataclass(frozen=True, slots=True)
class Tries:
    """How many misses a state bears before it sends the customer elsewhere."""

    at_most: int
    then: str
    place: Place


@dataclass(frozen=True, slots=True)
class State:
    """Where a customer can stand: what is asked there, and what may follow."""

    name: str
    place: Place
    message: Message
    rules: tuple[Rule, ...]
    commands: tuple[str, ...] | None  # None: every word of `anywhere` is heard
    tries: Tries | None = None
    end: bool = False
    was: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)  # of its words

    @property
    def collects_text(self) -> bool:
        """Is whatever is typed here an answer?"""
        return any(isinstance(rule.trigger, FreeText) for rule in self.rules)


# --- what the shop sells -----------------------------------------------------------------------

#: The shelf of a list that shows whichever category the customer has chosen.
CHOSEN = "?"


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shelf; `price` is in whole units of the shop's currency."""

    id: str
    name: str
    short: str  # fits a WhatsApp row
    emoji: str
    price: int
    about: Text
    place: Place
    stock: int | None = None  # None: unlimited
    category: str = ""
    called: Place = Place(1, 1)  # where the name on its row is written


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop: the label by which a customer chooses it."""

    id: str
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Promotion:
    """An offer, shown until its last day has passed in the shop's time zone."""

    id: str
    title: Text
    about: Text
    until: str | None  # "2026-12-31"


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay: its label, and what the customer has to do."""

    id: str
    title: Text
    hint: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a payment failed, in plain words: heard in the provider's, said in ours."""

    words: tuple[str, ...]
    say: Text


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells, in which currency, and where."""

    name: str
    currency: str
    country: str
    timezone: str
    remind_unpaid_after: int  # seconds; 0 = never


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole file. `hash` is the identity of a version."""

    name: str
    hash: str
    file: str
    shop: Shop
    languages: tuple[str, ...]
    initial: str
    rescue: str
    catalog: Mapping[str, Product]
    promotions: Mapping[str, Promotion]
    payments: Mapping[str, Method]
    reasons: tuple[Reason, ...]
    messages: Mapping[str, Text]
    anywhere: tuple[Rule, ...]
    states: Mapping[str, State]
    initial_place: Place = Place(1, 1)
    rescue_place: Place = Place(1, 1)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)  # of other parts
    categories: Mapping[str, Category] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Is there a product of which only so many are left?"""
        return any(product.stock is not None for product in self.catalog.values())

    def shelf(self, sheet: Sheet, chosen: str | None = None) -> list[Product]:
        """The products that a list shows, or may show while no category is chosen."""
        names = set(sheet.shelves)
        if CHOSEN in names:
            names |= {chosen} if chosen and chosen in self.categories else set(self.categories)
        found = [each for each in self.catalog.values() if not names or each.category in names]
        return found if sheet.catalog else []

    def home(self, state: str) -> str:
        """Where somebody stands who stood in `state`, which an edit may have renamed or removed."""
        if state in self.states:
            return state
        renamed = (each.name for each in self.states.values() if state in each.was)
        return next(renamed, self.rescue)
