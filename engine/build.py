"""From the file's raw shape to the frozen flow, each part with its place."""

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine import currencies, matchers
from engine.flow import (
    CHOSEN,
    After,
    Call,
    Category,
    Choose,
    Flow,
    FreeText,
    Happened,
    Hear,
    Location,
    Message,
    Method,
    Number,
    Option,
    Otherwise,
    PaymentButtons,
    Pictured,
    Place,
    Product,
    Promotion,
    Reason,
    Rule,
    Sheet,
    Shop,
    State,
    Tries,
    Trigger,
)
from engine.loader import Document, Path
from engine.schema import RawFlow, RawMessage, RawProduct, RawRule, RawSheet, RawState
from engine.text import Text, template

_SPAN = re.compile(r"^(\d{1,6})\s*(s|m|h|d)$", re.ASCII)
_RANGE = re.compile(r"^(\d{1,9})\s*\.\.\s*(\d{1,9})$", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TRIGGERS = ("hear", "choose", "number", "text", "location", "media", "event", "after", "otherwise")
_PAYMENTS = {"payments": False, "other payments": True}
_SHELF = re.compile(r"catalog ([a-z][a-z0-9_]*)|category")
_PRICE = re.compile(r"^[0-9]{1,9}$", re.ASCII)
#: The parts of a file beside its states.
_PARTS = ("categories", "catalog", "promotions", "payments", "reasons", "messages", "anywhere")


def _is_day(written: str) -> bool:
    """Is it a day that stands in a calendar, written as 2026-12-31?"""
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


class Builder:
    """Turns one document into a flow, noting what cannot be understood in its problems."""

    def __init__(self, document: Document, digest: str) -> None:
        self.document, self.hash = document, digest
        self.is_whole = True  # until something had to be left out

    def flow(self, raw: RawFlow) -> Flow:
        """Build the whole flow."""
        states = {name: self.state(state, ("states", name)) for name, state in raw.states.items()}
        return Flow(
            name=raw.flow,
            hash=self.hash,
            file=self.document.file,
            shop=self.shop(raw),
            languages=self.languages(raw.languages),
            initial=raw.initial,
            initial_place=self.place(("initial",)),
            rescue=raw.rescue or raw.initial,
            rescue_place=self.place(("rescue",) if raw.rescue else ("initial",)),
            places=self.places((), "languages", *_PARTS)
            | self.places(("shop",), "remind_unpaid_after"),
            categories={
                key: self.category(each, ("categories", key))
                for key, each in raw.categories.items()
            },
            catalog={
                key: self.product(each, ("catalog", key), raw.shop.currency)
                for key, each in raw.catalog.items()
            },
            promotions={
                key: Promotion(
                    key,
                    self.text(each.title, ("promotions", key, "title")),
                    self.text(each.about, ("promotions", key, "about")),
                    self.day(each.until, ("promotions", key, "until")),
                )
                for key, each in raw.promotions.items()
            },
            payments={key: self.method(key, each) for key, each in raw.payments.items()},
            reasons=tuple(
                Reason(
                    tuple(word.casefold() for word in each.hear),
                    self.text(each.say, ("reasons", at, "say")),
                )
                for at, each in enumerate(raw.reasons)
            ),
            messages={
                key: self.text(each, ("messages", key)) for key, each in raw.messages.items()
            },
            anywhere=self.rules(raw.anywhere, ("anywhere",)),
            states=states,
        )

    def fault(self, path: Path, code: str, message: str, repair: str) -> None:
        """Note a problem at the place of a node."""
        self.document.problems.append(self.document.problem(path, code, message, repair))

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where a node is written."""
        return Place(*self.document.place(path, key=key))

    def places(self, path: Path, *names: str) -> dict[str, Place]:
        """Where the values of those words are written that stand there."""
        written = [name for name in names if (*path, name) in self.document.values]
        return {name: self.place((*path, name)) for name in written}

    # --- the shop ------------------------------------------------------------------------------

    def languages(self, written: list[str]) -> tuple[str, ...]:
        """The languages, each once, the first of them spoken until a customer chooses."""
        for at, language in enumerate(written):
            if not re.fullmatch(r"[a-z]{2,3}", language) or language in written[:at]:
                message = f'"{language}" is no language here, or stands twice'
                self.fault(("languages", at), "E137", message, "write each once, such as [en, sw]")
        if not written:
            self.fault(("languages",), "E137", "no language is named", "such as [en, sw]")
        return tuple(dict.fromkeys(written)) or ("en",)

    def shop(self, raw: RawFlow) -> Shop:
        """Build who sells."""
        shop = raw.shop
        if shop.currency not in currencies.CODES:
            said = f'"{shop.currency}" is no currency'
            self.fault(("shop", "currency"), "E131", said, currencies.meant(shop.currency))
        zone = self.zone(shop.timezone)
        after = self.seconds(shop.remind_unpaid_after, ("shop", "remind_unpaid_after"))
        return Shop(shop.name, shop.currency, shop.country, zone, after)

    def zone(self, name: str) -> str:
        """A time zone that exists."""
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            near = next((z for z in sorted(available_timezones()) if name in z), "Africa/Nairobi")
            self.fault(("shop", "timezone"), "E132", f'"{name}" is no time zone', f"such as {near}")
            return "UTC"

    def category(self, raw: dict[str, str], path: Path) -> Category:
        """Build a shelf of the shop."""
        self.name(str(path[-1]), path)
        return Category(str(path[-1]), self.text(raw, path), self.place(path, key=True))

    def product(self, raw: RawProduct, path: Path, currency: str) -> Product:
        """Build a product; its price is whole units of the currency."""
        price = f"as whole {currency}: 1500 is {currency} 1500"
        return Product(
            id=str(path[-1]),
            name=raw.name,
            short=raw.short or raw.name,
            emoji=raw.emoji or "",
            price=self.whole(raw.price, (*path, "price"), least=1, such=price),
            about=self.text(raw.about or {"": ""}, (*path, "about")),
            place=self.place(path, key=True),
            stock=self.whole(raw.stock, (*path, "stock"), least=0) if raw.stock else None,
            category=raw.category or "",
            called=self.place((*path, "short" if raw.short else "name")),
        )

    def whole(self, written: str, path: Path, *, least: int, such: str = "such as 20") -> int:
        """A whole number as written, or a fault that says what `such` a number looks like."""
        if _PRICE.match(written) and int(written) >= least:
            return int(written)
        self.fault(
            path,
            "E133",
            f'"{written}" is not a whole number from {least}',
            f"write digits only, {such}",
        )
        return max(least, 1)

    def method(self, key: str, raw: Any) -> Method:
        """Build a way to pay."""
        path: Path = ("payments", key)
        title = self.text(raw.title, (*path, "title"))
        hint = self.text(raw.hint or {"": ""}, (*path, "hint"))
        return Method(key, title, hint, self.place(path, key=True))

    def day(self, written: str | None, path: Path) -> str | None:
        """A day such as 2026-12-31."""
        if written is not None and not _is_day(written):
            self.fault(
                path,
                "E134",
                f'"{written}" is not a day',
                "write year-month-day, such as 2026-12-31",
            )
            return None
        return written

    # --- states and rules ----------------------------------------------------------------------

    def state(self, raw: RawState, path: Path) -> State:
        """Build a state."""
        rules = self.rules(raw.when, (*path, "when"))
        collects = any(isinstance(rule.trigger, FreeText) for rule in rules)
        return State(
            name=str(path[-1]),
            place=self.place(path, key=True),
            message=self.message(raw, path),
            rules=rules,
            commands=self.commands(raw, collects=collects),
            tries=self.tries(raw, (*path, "tries")),
            end=self.yes(raw.end, (*path, "end")),
            was=tuple(raw.was or ()),
            places=self.places(path, "commands", "was"),
        )

    def commands(self, raw: RawState, *, collects: bool) -> tuple[str, ...] | None:
        """The words of `anywhere` that are heard: all, unless listed or free text is collected."""
        if raw.commands is None:
            return () if collects else None
        return () if raw.commands == ["off"] else tuple(raw.commands)

    def tries(self, raw: RawState, path: Path) -> Tries | None:
        """How many misses, and where to then."""
        if raw.tries is None:
            return None
        most = self.whole(raw.tries.at_most, (*path, "at most"), least=1)
        return Tries(most, raw.tries.then, self.place((*path, "then")))

    def yes(self, written: str | None, path: Path) -> bool:
        """A yes or no."""
        if written in (None, "yes", "true", "no", "false"):
            return written in ("yes", "true")
        self.fault(path, "E135", f'"{written}" is neither yes nor no', "write yes or no")
        return False

    def rules(self, raws: list[RawRule], path: Path) -> tuple[Rule, ...]:
        """Build the rules that can be understood."""
        built = [self.rule(raw, (*path, at)) for at, raw in enumerate(raws)]
        self.is_whole &= None not in built
        return tuple(rule for rule in built if rule)

    def rule(self, raw: RawRule, path: Path) -> Rule | None:
        """Build a rule, or note why it has no meaning."""
        trigger = self.trigger(raw, path)
        if trigger is None:
            return None
        if raw.otherwise and raw.say is None:
            raw = raw.model_copy(update={"say": raw.otherwise})
        return Rule(
            trigger=trigger,
            place=self.place(path),
            guards=(
                *self.calls(raw.if_, (*path, "if")),
                *self.calls(raw.unless, (*path, "unless"), negated=True),
            ),
            actions=self.calls(raw.do, (*path, "do")),
            save=self.name(raw.save, (*path, "save")),
            message=self.message(raw, path),
            go=raw.go,
            go_place=self.place((*path, "go")),
            quiet=self.yes(raw.quietly, (*path, "quietly")),
            speak=raw.speak,
            change=raw.change,
            places=self.places(path, "hear", "choose", "event", "after", "save", "speak", "change"),
        )

    def name(self, written: str | None, path: Path) -> str | None:
        """A name for an answer, as placeholders are written."""
        if written is not None and not re.fullmatch(r"[a-z][a-z0-9_]*", written):
            self.fault(
                path, "E136", f'"{written}" cannot be a name', "use small letters, digits and _"
            )
        return written

    def calls(
        self, raw: list[dict[str, str | None]] | None, path: Path, *, negated: bool = False
    ) -> tuple[Call, ...]:
        """Build the calls of an `if`, `unless` or `do`."""
        return tuple(
            Call(name, argument, self._call_place(path, at, name), negated)
            for at, entry in enumerate(raw or [])
            for name, argument in entry.items()
        )

    def _call_place(self, path: Path, at: int, name: str) -> Place:
        for known in ((*path, at, name), (*path, name)):
            if known in self.document.keys:
                return self.place(known, key=True)
        return self.place((*path, at))

    def trigger(self, raw: RawRule, path: Path) -> Trigger | None:
        """What a rule hears: exactly one thing."""
        written = self.document_keys(path, raw)
        if len(written) != 1:
            said = (
                "nothing to hear" if not written else "two things to hear: " + " and ".join(written)
            )
            self.fault(
                path, "E121", f"this rule has {said}", f"give it one of {', '.join(_TRIGGERS)}"
            )
            return None
        name = written[0]
        build = getattr(self, f"_{name}")
        trigger: Trigger | None = build(getattr(raw, name), (*path, name))
        return trigger

    def document_keys(self, path: Path, raw: RawRule) -> list[str]:
        """The triggers written in a rule; `location:` and `otherwise:` may have no value."""
        return [name for name in _TRIGGERS if (*path, name) in self.document.keys]

    def _hear(self, words: dict[str, list[str]] | None, path: Path) -> Trigger | None:
        spoken = {
            language: tuple(map(matchers.plain, each)) for language, each in (words or {}).items()
        }
        plain = frozenset(word for each in spoken.values() for word in each)
        if not plain or "" in plain:
            self.fault(
                path, "E122", "there is a word missing to hear", "such as `hear: [hi, hello]`"
            )
            return None
        written = {matchers.plain(word): word for each in (words or {}).values() for word in each}
        return Hear(plain, spoken, written)

    def _choose(self, written: str | None, path: Path) -> Trigger | None:
        if not written:
            self.fault(
                path, "E123", "what is chosen is missing", "a button's id, product or payment"
            )
            return None
        return Choose(written)

    def _range(self, written: str | None, path: Path) -> tuple[int, int] | None:
        found = _RANGE.match(written or "")
        if found and int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
        self.fault(
            path,
            "E124",
            f'"{written}" is not a range',
            "write the least and the most, such as 1..20",
        )
        return None

    def _number(self, written: str | None, path: Path) -> Trigger | None:
        span = self._range(written, path)
        return Number(*span) if span else None

    def _text(self, written: str | None, path: Path) -> Trigger | None:
        if written == "any":
            return FreeText(1, 4096)
        span = self._range(written, path)
        return FreeText(*span) if span else None

    def _location(self, written: str | None, path: Path) -> Trigger | None:
        return Location()

    def _media(self, written: str | None, path: Path) -> Trigger | None:
        return Pictured(frozenset() if written in (None, "any") else frozenset([str(written)]))

    def _event(self, written: str | None, path: Path) -> Trigger | None:
        return Happened(written or "")

    def _after(self, written: str | None, path: Path) -> Trigger | None:
        return After(self.seconds(written or "", path), written or "")

    def _otherwise(self, written: dict[str, str] | None, path: Path) -> Trigger | None:
        return Otherwise()

    def seconds(self, written: str, path: Path) -> int:
        """A span of time such as 30m, in seconds."""
        found = _SPAN.match(written)
        if found:
            return int(found[1]) * _SECONDS[found[2]]
        if written not in ("0", "off"):
            self.fault(
                path,
                "E125",
                f'"{written}" is not a time',
                "write a number with s, m, h or d, such as 30m",
            )
        return 0

    # --- messages ------------------------------------------------------------------------------

    def message(self, raw: RawMessage, path: Path) -> Message:
        """Build what is said and what can be tapped."""
        self.one_kind(raw, path)
        said = "say" if (*path, "say") in self.document.keys else "otherwise"
        if raw.ask_for not in (None, "location"):
            self.fault(
                (*path, "ask for"),
                "E126",
                f'"{raw.ask_for}" cannot be asked for',
                "ask for location",
            )
        return Message(
            say=self.text(raw.say, (*path, said)) if raw.say else None,
            offer=tuple(
                self.offered(name, title, (*path, "offer", at))
                for at, entry in enumerate(raw.offer or [])
                for name, title in entry.items()
            ),
            sheet=self.sheet(raw.sheet, (*path, "list")) if raw.sheet else None,
            ask_location=self.place((*path, "ask for")) if raw.ask_for == "location" else None,
            image=raw.image or "",
            document=raw.document or "",
        )

    def one_kind(self, raw: RawMessage, path: Path) -> None:
        """Note what a message cannot hold: two things to tap or see, a picture without link."""
        kinds = ("image", "document", "offer", "list", "ask for")
        for kind in [each for each in kinds if (*path, each) in self.document.values][1:]:
            said = f'"{kind}:" has no room here: a message holds one thing to see or tap'
            self.fault((*path, kind), "E129", said, "say it in a message of its own")
        for kind, link in (("image", raw.image), ("document", raw.document)):
            if link is not None and not re.match(r"https?://[^\s/]+\.[^\s]+$", link):
                said = f'"{link}" is no public link, WhatsApp fetches it by itself'
                self.fault((*path, kind), "E138", said, "such as https://my-shop.co.ke/soap.jpg")

    def offered(
        self, name: str, title: dict[str, str] | None, path: Path
    ) -> Option | PaymentButtons:
        """Build a button, or the buttons of all ways to pay."""
        if title is None and name in _PAYMENTS:
            return PaymentButtons(_PAYMENTS[name], self.place(path))
        return self.option(name, title, path)

    def option(self, name: str, title: dict[str, str] | None, path: Path) -> Option:
        """Build a button or row with a label."""
        if title is None:
            self.fault(path, "E127", f'"{name}" has no label', f"write `- {name}: What it says`")
        label = self.text(title or {"": name}, (*path, name))
        self.template(name, path)
        return Option(name, label, self.place((*path, name), key=True))

    def sheet(self, raw: RawSheet, path: Path) -> Sheet:
        """Build a list."""
        entries = [
            (name, title, at) for at, entry in enumerate(raw.rows) for name, title in entry.items()
        ]
        bare = [name for name, title, _ in entries if title is None]
        found = [each for each in map(_SHELF.fullmatch, bare) if each]
        return Sheet(
            opener=self.text(raw.opener, (*path, "opener")),
            title=self.text(raw.title, (*path, "title")),
            rows=tuple(
                self.option(name, title, (*path, "rows", at))
                for name, title, at in entries
                if title is not None or not _is_shelf(name)
            ),
            catalog="catalog" in bare or bool(found),
            shelves=() if "catalog" in bare else tuple(each[1] or CHOSEN for each in found),
            categories="categories" in bare,
            place=self.place(path, key=True),
        )

    def text(self, raw: dict[str, str], path: Path) -> Text:
        """Compile a text in each of its languages."""
        place = self.place(path)
        templates = {
            language: self.template(source, (*path, language) if language else path)
            for language, source in raw.items()
        }
        return Text(templates, place.line, place.column)

    def template(self, source: str, path: Path) -> Any:
        """Compile one text, or note its bad brace."""
        try:
            return template(source, *self.document.place(path))
        except ValueError as error:
            self.fault(path, "E128", str(error), "write {product}, or leave the brace out")
            return template("")


def _is_shelf(row: str) -> bool:
    """Do these rows come from the shop, rather than being written one by one?"""
    return row in ("catalog", "categories") or bool(_SHELF.fullmatch(row))
