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
    Number,
    Otherwise,
    Pictured,
    Rule,
)

#: What happens without the customer; {} is the order that it happens to.
_NEWS = {
    "payment.success": "the payment{} succeeds",
    "payment.failed": "the payment{} fails",
    "payment.review": "money comes{} that a person must look at",
    "payment.link": "the page where{} can be paid is ready",
    "order.placed": "the shop itself places an order",
    "order.unpaid": "the time to remind of the payment{} comes",
}
_ANOTHERS = {
    "payment.link": " another order", "payment.review": " for another order",
    "order.placed": "",
}  # fmt: skip
#: How a way begins that speaks of another order.
BEFORE = (
    "earlier: the customer has ordered something else; its payment is not over, "
    "but the bot has forgotten all about it"
)

_ITS_OWN = {"payment.link": " it"}


def happened(name: str, *, about: bool = True) -> str:
    """Say what happened, to the order of which the way tells or to another, with its name."""
    if name not in _NEWS:
        return name
    order = _ITS_OWN.get(name, "") if about else _ANOTHERS.get(name, " of another order")
    return f"{_NEWS[name].format(order)} ({name})"


def done(flow: Flow, state: str, rule: Rule, *, about: bool = True) -> str:
    """Say what a rule hears in a state; `about` the order of which the way tells, or another."""
    if isinstance(rule.trigger, Happened):
        return happened(rule.trigger.name, about=about)
    return f"the customer {_DOES[type(rule.trigger)](rule.trigger, flow, state, about)}"


def word(trigger: Hear) -> str:
    """The word that stands first in the file, for it is the one that the merchant thinks of."""
    spoken = (each for words in trigger.spoken.values() for each in words)
    first = next((each for each in spoken if each in trigger.words), min(trigger.words))
    return trigger.in_full(first)


def _writes(trigger: Hear, flow: Flow, state: str, about: bool) -> str:
    return f'writes "{word(trigger)}"'


def _chooses(trigger: Choose, flow: Flow, state: str, about: bool) -> str:
    message = flow.states[state].message
    if trigger.id == "payment":
        if not about:
            return "taps a button to pay another order, in an older message"
        is_old = not labels.offers(message, trigger, flow)
        return "taps a button to pay" + ", in an older message" * is_old
    old = "" if labels.offers(message, trigger, flow) else " in an older message"
    if trigger.id in ("product", "category"):
        return f"chooses a {trigger.id}{old}"
    written = next(iter(labels.of(trigger, flow).values()), None)
    label = written.template(flow.languages[0]).source if written else trigger.id
    return f'taps "{label}"{old}'


def _sends_a_number(trigger: Number, flow: Flow, state: str, about: bool) -> str:
    if trigger.low == trigger.high:
        return f"sends the number {trigger.low}"
    return f"sends a number from {trigger.low} to {trigger.high}"


def _says(words: str) -> Callable[[Any, Flow, str, bool], str]:
    return lambda trigger, flow, state, about: words.format(trigger)


_DOES: Mapping[type, Callable[[Any, Flow, str, bool], str]] = {
    Hear: _writes,
    Choose: _chooses,
    Number: _sends_a_number,
    FreeText: _says("writes a text of {0.low} to {0.high} letters"),
    Location: _says("shares a location"),
    Pictured: _says("sends a picture or a recording"),
    After: _says("says nothing for {0.written}"),
    Otherwise: _says('sends what no other rule hears, such as "blah"'),
}
