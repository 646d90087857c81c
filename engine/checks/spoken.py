"""What happens on a way through a flow, said as one would tell it to the shopkeeper."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import labels
from engine.flow import (
    After,
    Choose,
    Flow,
    FreeText,
    Happened,
    Hear,
    Location,
    Message,
    Number,
    Otherwise,
    Pictured,
    Rule,
)

#: What happens without the customer, to the order of which the way tells, or to another.
_NEWS = {
    "payment.success": ("the payment succeeds", "the payment of {} succeeds"),
    "payment.failed": ("the payment fails", "the payment of {} fails"),
    "payment.review": ("money comes that a person must look at",
                       "money that a person must look at comes for {}"),
    "payment.link": ("the page where it can be paid is ready",
                     "the page where {} can be paid is ready"),
    "order.placed": ("the shop itself places an order", "the shop itself places {}"),
    "order.unpaid": ("the time to remind of the payment comes",
                     "the time to remind of the payment of {} comes"),
}  # fmt: skip


def happened(name: str, other: str = "") -> str:
    """Say what happened, with its name: to the order of which the way tells, or to the `other`."""
    if name not in _NEWS:
        return name
    news, of_another = _NEWS[name]
    return f"{of_another.format(other) if other else news} ({name})"


def done(flow: Flow, state: str, rule: Rule, other: str = "", shown: Message | None = None) -> str:
    """Say what a rule hears in a state, of the order of which the way tells or of the `other`.

    What is tapped stands under the state's own message, or what was `shown` last, or is older.
    """
    if isinstance(rule.trigger, Happened):
        return happened(rule.trigger.name, other)
    if isinstance(rule.trigger, Choose):
        messages = (flow.states[state].message, *([shown] if shown else ()))
        is_old = (bool(other) and rule.trigger.id == "payment") or not any(
            labels.offers(each, rule.trigger, flow) for each in messages
        )
        return f"the customer {_chooses(rule.trigger, flow, other, is_old=is_old)}"
    return f"the customer {_DOES[type(rule.trigger)](rule.trigger)}"


def word(trigger: Hear) -> str:
    """The word that stands first in the file, for it is the one that the merchant thinks of."""
    spoken = (each for words in trigger.spoken.values() for each in words)
    first = next((each for each in spoken if each in trigger.words), min(trigger.words))
    return trigger.in_full(first)


def _writes(trigger: Hear) -> str:
    return f'writes "{word(trigger)}"'


def _chooses(trigger: Choose, flow: Flow, other: str, *, is_old: bool) -> str:
    if trigger.id == "payment":
        return f"taps a button to pay {other}".rstrip() + ", in an older message" * is_old
    old = " in an older message" * is_old
    if trigger.id in ("product", "category"):
        return f"chooses a {trigger.id}{old}"
    written = next(iter(labels.of(trigger, flow).values()), None)
    label = written.template(flow.languages[0]).source if written else trigger.id
    return f'taps "{label}"{old}'


def _sends_a_number(trigger: Number) -> str:
    if trigger.low == trigger.high:
        return f"sends the number {trigger.low}"
    return f"sends a number from {trigger.low} to {trigger.high}"


def _says(words: str) -> Callable[[Any], str]:
    return words.format


_DOES: Mapping[type, Callable[[Any], str]] = {
    Hear: _writes,
    Number: _sends_a_number,
    FreeText: _says("writes a text of {0.low} to {0.high} letters"),
    Location: _says("shares a location"),
    Pictured: _says("sends a picture or a recording"),
    After: _says("says nothing for {0.written}"),
    Otherwise: _says('sends what no other rule hears, such as "blah"'),
}
