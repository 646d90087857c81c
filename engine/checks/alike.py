"""Can no word, label or number mean two things?"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine import number
from engine.checks import choices, parts
from engine.checks.choices import Choice
from engine.checks.hidden import result
from engine.errors import Problem
from engine.flow import (
    Category,
    Flow,
    FreeText,
    Hear,
    Message,
    Number,
    Option,
    PaymentButtons,
    Rule,
    State,
)
from engine.machine import rules_of
from engine.matchers import plain
from engine.text import Text

#: A number typed for the place of a button: "2", "2.", "(2)"; see `engine.matchers.choice`.
_ORDINAL = re.compile(r"[^\w+-]*([0-9]{1,2})\W*")


@dataclass(frozen=True, slots=True)
class Label:
    """A choice as a customer sees it: its place among the others, and what is written on it."""

    at: int  # from 1
    choice: Choice
    titles: tuple[str, ...]  # in each language of the flow


def check(flow: Flow) -> Iterator[Problem]:
    """Find what a customer could type, or see, that means two things."""
    for said in parts.messages(flow):
        yield from _twice(flow, labels(flow, said.message))
    for state in flow.states.values():
        yield from _typed(flow, state)


def labels(flow: Flow, message: Message) -> list[Label]:
    """What can be tapped under a message, in the order in which it is shown."""
    shown: list[tuple[Choice, tuple[str, ...]]] = []
    for item in message.offer:
        shown += _buttons(flow, item)
    if message.sheet:
        shown += [_option(flow, row) for row in message.sheet.rows]
        if message.sheet.categories:
            shown += [_shelf(flow, shelf) for shelf in flow.categories.values()]
        if message.sheet.catalog:
            products = flow.shelf(message.sheet)
            names = [(each.id, (each.short, each.name)) for each in products]
            shown += [(Choice(name, message.sheet.place, ""), titles) for name, titles in names]
    return [Label(at, choice, titles) for at, (choice, titles) in enumerate(shown, 1)]


def _buttons(flow: Flow, item: Option | PaymentButtons) -> list[tuple[Choice, tuple[str, ...]]]:
    if isinstance(item, Option):
        return [_option(flow, item)]
    if item.other:  # which of them are shown depends on the one used before
        return []
    ways = flow.payments.values()
    return [(Choice("payment", item.place, ""), _titles(flow, way.title)) for way in ways]


def _option(flow: Flow, option: Option) -> tuple[Choice, tuple[str, ...]]:
    return Choice(option.id, option.place, ""), _titles(flow, option.title)


def _shelf(flow: Flow, shelf: Category) -> tuple[Choice, tuple[str, ...]]:
    return Choice(shelf.id, shelf.place, ""), _titles(flow, shelf.title)


def _titles(flow: Flow, text: Text) -> tuple[str, ...]:
    return tuple(text.template(language).source for language in flow.languages)


# --- seen twice --------------------------------------------------------------------------------


def _twice(flow: Flow, shown: Sequence[Label]) -> Iterator[Problem]:
    """Two choices of one message with one label, or with one id."""
    ids: set[str] = set()
    said: dict[tuple[int, str], _Sayers] = defaultdict(_Sayers)
    for label in shown:
        own, is_product = label.choice.id, label.choice.id in flow.catalog
        if own in ids and own != "payment":
            told = f'two choices have the id "{own}"'
            yield parts.fault(flow, label.choice.place, "E509", told, "give each its own id")
        ids.add(own)
        words = [((at, _compared(title)), title) for at, title in enumerate(label.titles)]
        same = [title for each, title in words if said[each].others(own, is_product=is_product)]
        if same:
            told = f'two choices say "{same[0]}"'
            repair = "give each its own words; capitals and signs do not count"
            yield parts.fault(flow, label.choice.place, "E410", told, repair)
        for each, _ in words:
            (said[each].products if is_product else said[each].written).add(own)


@dataclass(slots=True)
class _Sayers:
    """The choices that have a label, by their ids; two products are told of elsewhere."""

    products: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    def others(self, own: str, *, is_product: bool) -> bool:
        """Does another choice have it? Each way to pay is another, though all are `payment`."""
        if own == "payment" and own in self.written:
            return True
        own_too = own in self.written
        return len(self.written) > own_too or bool(self.products and not is_product)


def _compared(label: str) -> str:
    return plain(label) or label


# --- typed -------------------------------------------------------------------------------------


def _typed(flow: Flow, state: State) -> Iterator[Problem]:
    shown, rules = labels(flow, state.message), list(rules_of(state, flow))
    for label in shown:
        chosen = next((rule for rule in rules if choices.heard_by(flow, rule, label.choice)), None)
        if chosen is not None:
            before = rules[: rules.index(chosen)]
            yield from _word_first(flow, state, label, chosen, before)
            yield from _number_first(flow, label, before)
        yield from _misnumbered(flow, label)
    yield from _ordinals(flow, shown, rules)


def _word_first(
    flow: Flow, state: State, label: Label, chosen: Rule, before: Sequence[Rule]
) -> Iterator[Problem]:
    """A label that is also a word of a rule that comes first and does something else."""
    if label.choice.id in flow.catalog:  # against `anywhere`, products are told once: E503
        before = [rule for rule in before if rule in state.rules]
    for title in dict.fromkeys(label.titles):
        rule = next((each for each in before if _hears(each, title)), None)
        if rule is not None and result(rule) != result(chosen):
            said = f'who types "{title}" gets what line {rule.place.line} says, not this choice'
            repair = "change the label, or take the word out there"
            yield parts.fault(flow, label.choice.place, "E505", said, repair)
            return


def _hears(rule: Rule, title: str) -> bool:
    if isinstance(rule.trigger, FreeText):
        return "{" not in title and rule.trigger.low <= len(title) <= rule.trigger.high
    return isinstance(rule.trigger, Hear) and plain(title) in rule.trigger.words


def _number_first(flow: Flow, label: Label, before: Sequence[Rule]) -> Iterator[Problem]:
    """A label that a number rule before it takes for a number."""
    for title in dict.fromkeys(label.titles):
        value = number.whole(title)
        for rule in before if value is not None else ():
            if _counts(rule, value):
                said = f'who types "{title}" gives a number to line {rule.place.line}'
                repair = "write the label with a word, such as Two bars"
                yield parts.fault(flow, label.choice.place, "E506", said, repair)
                return


def _counts(rule: Rule, value: int | None) -> bool:
    trigger = rule.trigger
    return (
        isinstance(trigger, Number) and value is not None and trigger.low <= value <= trigger.high
    )


def _misnumbered(flow: Flow, label: Label) -> Iterator[Problem]:
    """A label that is a number, but not that of its place."""
    for title in dict.fromkeys(label.titles):
        found = _ORDINAL.fullmatch(title)
        if found and int(found[1]) != label.at:
            said = f'"{title}" is choice number {label.at}: who types {found[1]} means another'
            repair = "put it in its place, or write a word on it"
            yield parts.fault(flow, label.choice.place, "E507", said, repair)
            return


def _ordinals(flow: Flow, shown: Sequence[Label], rules: Sequence[Rule]) -> Iterator[Problem]:
    """A number asked for, but taken before for the place of a button."""
    for at, rule in enumerate(rules):
        for label in shown:
            taken = any(choices.heard_by(flow, each, label.choice) for each in rules[:at])
            if taken and _counts(rule, label.at):
                said = f"{label.at} never gets here: it means choice number {label.at}"
                repair = "put this rule first, above the choices"
                yield parts.fault(flow, rule.place, "E506", said, repair)
                return
