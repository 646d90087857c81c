"""Does this rule hear that event? And if so, what has it understood?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from engine import number
from engine.flow import (
    After,
    Choose,
    Flow,
    FreeText,
    Happened,
    Hear,
    Location,
    Number,
    Option,
    Otherwise,
    Pictured,
    Rule,
    State,
    Trigger,
)
from engine.turn import PAY, Turn
from engine.typos import Lexicon

Heard = dict[str, Any] | None  # None: not heard; else what was understood, "answer" being saved

#: What a customer can send. Everything else happened without one.
MESSAGES = ("text", "choice", "location", "media")

_NOISE = re.compile(r"[\W_]+", re.UNICODE)
_ORDINAL = re.compile(r"[^\w+-]*([0-9]{1,2})\W*")  # "2", "2.", "(2)"; not -2, 2.5 or ²


def plain(text: str) -> str:
    """Reduce a text to what is compared: letters and digits, small, without accents."""
    # Twice: the mathematical 𝐀 becomes an A only when it is spread, and that one is not small.
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(each for each in spread if not unicodedata.combining(each))
    return _NOISE.sub("", bare)


#: The same for what merchants write: labels return with every message, 2.4 µs each.
_plain_label = lru_cache(maxsize=4096)(plain)


def events(trigger: Trigger) -> tuple[str, ...]:
    """Name the kinds of event that a rule with this trigger can hear at all."""
    if isinstance(trigger, Happened):
        return (trigger.name,)
    return _CAN_HEAR[type(trigger)]


def heard(rule: Rule, turn: Turn) -> Heard:
    """Tell what a rule understands of the turn's event, or None when it does not hear it."""
    return _MATCHERS[type(rule.trigger)](rule.trigger, turn)


def _hear(trigger: Hear, turn: Turn) -> Heard:
    return {} if turn.typed in trigger.words else None


def _choose(trigger: Choose, turn: Turn) -> Heard:
    chosen = turn.choice
    if chosen is None:
        return None
    if trigger.id == "product":
        return {"product_id": chosen} if chosen in turn.flow.catalog else None
    if trigger.id == "category":
        return {"category_id": chosen} if chosen in turn.flow.categories else None
    if trigger.id == "payment":
        return _payment(chosen, turn)
    if trigger.id.endswith("*"):
        return {} if chosen.startswith(trigger.id[:-1]) else None
    return {} if chosen == trigger.id else None


def _payment(chosen: str, turn: Turn) -> Heard:
    for method in turn.flow.payments:
        prefix = f"{PAY}{method}_"
        if chosen.startswith(prefix):
            return {"method": method, "order": chosen[len(prefix) :]}
    return None


def words(rules: Iterable[Rule]) -> frozenset[str]:
    """Every word that some rules hear."""
    heard = (rule.trigger.words for rule in rules if isinstance(rule.trigger, Hear))
    return frozenset().union(*heard)


def choice(turn: Turn, words: frozenset[str]) -> str | None:
    """The id that was tapped, or that of the one option whose label or number was typed.

    A part of a label is enough, unless it is one of the `words` that mean something by themselves.
    """
    if turn.event.name != "text":
        return str(turn.event.data["id"]) if turn.event.name == "choice" else None
    ordinal = _ORDINAL.fullmatch(str(turn.event.data["text"]))
    if ordinal:
        options, at = turn.options(), int(ordinal[1])
        return options[at - 1].id if 1 <= at <= len(options) else None
    options = turn.options(shown=False)
    if not options:
        return None
    named = [] if turn.typed in words else [(option.id, option.title) for option in options]
    return _only_one_labelled(turn) or _only_one_named(turn, named)


def _only_one_labelled(turn: Turn) -> str | None:
    """The option whose label was typed: in the customer's language, else in another of the flow."""
    for language in dict.fromkeys((turn.language, *turn.flow.languages)):
        speaking = turn if language == turn.language else replace(turn, language=language)
        options = [*speaking.options(), *speaking.options(shown=False)]
        found = {each.id for each in options if turn.typed in _labels(each.id, each.title, turn)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _labels(chosen: str, title: str, turn: Turn) -> set[str]:
    """All that one may type for an option: its label in each language, and the product's names."""
    labels = {_plain_label(title), _plain_label(chosen)}
    product = turn.flow.catalog.get(chosen)
    if product:
        labels |= {_plain_label(product.name), _plain_label(product.short)}
    for method in turn.flow.payments.values():
        if chosen.startswith(f"{PAY}{method.id}_"):
            labels |= {_plain_label(template.source) for _, template in method.title}
            labels.add(_plain_label(method.id))
    return labels - {""}


def _only_one_named(turn: Turn, options: list[tuple[str, str]]) -> str | None:
    """The one option in whose name every typed word stands: "coffee" for Premium Coffee."""
    words = {plain(word) for word in str(turn.event.data["text"]).split()} - {""}
    if len(words) == 1:
        words = {turn.typed}  # slips forgiven
    if not words or max(map(len, words)) < 3:
        return None
    found = [chosen for chosen, title in options if words <= _words_of(chosen, title, turn)]
    return found[0] if len(found) == 1 else None


def _words_of(chosen: str, title: str, turn: Turn) -> set[str]:
    product = turn.flow.catalog.get(chosen)
    named = f"{title} {product.name}" if product else title
    return {_plain_label(word) for word in named.split()}


def lexicon(state: State, rules: Iterable[Rule], flow: Flow) -> Lexicon:
    """The words that mean something in a state: those its rules hear, labels and products."""
    if state.collects_text:
        return Lexicon({})
    meanings: dict[str, str] = {}
    for rule in rules:
        if isinstance(rule.trigger, Hear):
            for word in rule.trigger.words:
                meanings.setdefault(word, f"{rule.go} {rule.place}" if rule.go is None else rule.go)
    for chosen, label in _written(state, flow):
        meanings.setdefault(label, chosen)
    return Lexicon(meanings)


def _written(state: State, flow: Flow) -> Iterator[tuple[str, str]]:
    """Each label of a state with its option; words of product names that only one product has."""
    sheet = state.message.sheet
    options = [item for item in state.message.offer if isinstance(item, Option)]
    for option in (*options, *(sheet.rows if sheet else ())):
        yield from ((option.id, plain(template.source)) for _, template in option.title)
    if len(options) < len(state.message.offer):
        for method in flow.payments.values():
            yield from ((method.id, plain(template.source)) for _, template in method.title)
    if sheet and sheet.categories:
        for shelf in flow.categories.values():
            yield from ((shelf.id, plain(template.source)) for _, template in shelf.title)
    if sheet and sheet.catalog:
        products = flow.shelf(sheet)
        names = [(each.id, f"{each.short} {each.name}") for each in products]
        counts = Counter(word for _, name in names for word in {plain(w) for w in name.split()})
        for product in products:
            yield from ((product.id, plain(name)) for name in (product.short, product.name))
        for chosen, name in names:
            yield from ((chosen, w) for w in {plain(w) for w in name.split()} if counts[w] == 1)


def _number(trigger: Number, turn: Turn) -> Heard:
    value = number.whole(str(turn.event.data["text"]))
    inside = value is not None and trigger.low <= value <= trigger.high
    return {"answer": value} if inside else None


def _free_text(trigger: FreeText, turn: Turn) -> Heard:
    text = " ".join(str(turn.event.data["text"]).split())
    return {"answer": text} if trigger.low <= len(text) <= trigger.high else None


def _location(_: Location, turn: Turn) -> Heard:
    data = turn.event.data
    named = ", ".join(str(data[key]) for key in ("name", "address") if data.get(key))
    point = f"{float(data['latitude']):.5f},{float(data['longitude']):.5f}"
    return {"answer": f"{' '.join(named.split())[:200]} ({point})" if named else f"📍 {point}"}


def _pictured(trigger: Pictured, turn: Turn) -> Heard:
    fits = not trigger.kinds or turn.event.data.get("type") in trigger.kinds
    return {} if fits else None


def _happened(trigger: Happened, turn: Turn) -> Heard:
    return {} if turn.event.name == trigger.name else None


def _after(trigger: After, turn: Turn) -> Heard:
    return {} if turn.event.data.get("after") == trigger.written else None


def _otherwise(_: Otherwise, turn: Turn) -> Heard:
    return {}


_CAN_HEAR: Mapping[type, tuple[str, ...]] = {
    Hear: ("text",),
    Choose: ("choice", "text"),
    Number: ("text",),
    FreeText: ("text",),
    Location: ("location",),
    Pictured: ("media",),
    After: ("timeout",),
    Otherwise: MESSAGES,
}

_MATCHERS: Mapping[type, Callable[[Any, Turn], Heard]] = {
    Hear: _hear,
    Choose: _choose,
    Number: _number,
    FreeText: _free_text,
    Location: _location,
    Pictured: _pictured,
    Happened: _happened,
    After: _after,
    Otherwise: _otherwise,
}


def allowed(rule: Rule, commands: tuple[str, ...] | None) -> Rule | None:
    """A rule of `anywhere` with the words that a state hears: all, unless some are listed."""
    if not isinstance(rule.trigger, Hear) or commands is None or "*" in commands:
        return rule
    words = rule.trigger.words & {plain(word) for word in commands}
    return replace(rule, trigger=replace(rule.trigger, words=words)) if words else None
