"""What to say, tap or let happen so that a rule may hear it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import labels
from engine.checks.standing import ASKED_BY_SHOP
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
from engine.turn import PAY
from web.rehearsal.acts import SENDS
from web.rehearsal.script import Act

NOBODYS = "ORD-1700000000000-nobody"  # an order that no shop has
_ORDERS = ("{order}", "{order 2}", "{order 3}")
_NOTHING = ("I am not sure", "voice")  # what no rule expects: words, and a recording


def of(rule: Rule, flow: Flow) -> list[Act]:
    """Acts that this rule may hear, the most natural first."""
    return list(_SAMPLES[type(rule.trigger)](rule.trigger, flow))


def says(text: str) -> Act:
    """Words."""
    return Act("customer", "text", text)


def sends(kind: str) -> Act:
    """A picture, a recording or the like."""
    return Act("customer", "send", kind)


def filled(low: int, high: int) -> str:
    """A text within these lengths, as an address would be."""
    text = "Moi Avenue 12, opposite the post office"[:high].strip()
    return text if len(text) >= low else exactly(low)


def exactly(length: int) -> str:
    """A text of this length."""
    return ("Moi Avenue " * (length // 11 + 1))[: length - 1] + "x" if length > 0 else ""


def _hear(trigger: Hear, flow: Flow) -> Iterator[Act]:
    first = next((word for word in trigger.written if word in trigger.words), min(trigger.words))
    yield says(trigger.in_full(first))


def _choose(trigger: Choose, flow: Flow) -> Iterator[Act]:
    if trigger.id == "product":
        yield Act("customer", "choose", next(iter(flow.catalog)))
    elif trigger.id == "category":
        first = next((each.category for each in flow.catalog.values()), "")
        yield from (
            Act("customer", "choose", each)
            for each in dict.fromkeys((first, *flow.categories))
            if each
        )
    elif trigger.id == "payment":
        method = next(iter(flow.payments.values()))
        title = method.title.fill({}, language=flow.languages[0])
        ids = (f"{PAY}{method.id}_{order}" for order in (NOBODYS, *_ORDERS))
        yield from (Act("customer", "tap", each) for each in (title, *ids))
    else:
        written = dict.fromkeys((*labels.of(trigger, flow), trigger.id.replace("*", "unknown")))
        yield from (Act("customer", "tap", each) for each in written)


def _number(trigger: Number, flow: Flow) -> Iterator[Act]:
    yield from (says(str(number)) for number in dict.fromkeys((trigger.low, trigger.high)))


def _text(trigger: FreeText, flow: Flow) -> Iterator[Act]:
    yield says(filled(trigger.low, trigger.high))


def _location(trigger: Location, flow: Flow) -> Iterator[Act]:
    yield Act("customer", "location", "Kilimani")


def _pictured(trigger: Pictured, flow: Flow) -> Iterator[Act]:
    yield sends(next((name for name, kind in SENDS.items() if kind in trigger.kinds), "image"))


def _after(trigger: After, flow: Flow) -> Iterator[Act]:
    yield Act("wait", "time", trigger.written)


def _otherwise(trigger: Otherwise, flow: Flow) -> Iterator[Act]:
    words, recording = _NOTHING
    yield from (says(words), sends(recording))


def order(flow: Flow) -> Act:
    """The shop's own system orders one of the first product."""
    return Act("shop", "order", next(iter(flow.catalog), ""))


def charge(flow: Flow, method: str = "") -> Act:
    """The shop's own system asks for the money."""
    return Act("shop", "charge", method or next(iter(flow.payments), ""))


def reminder(flow: Flow) -> Act:
    """The time after which an unpaid order is reminded of."""
    return Act("wait", "time", f"{max(flow.shop.remind_unpaid_after, 60) // 60}m")


PAID, FAILED = Act("ghala", "paid"), Act("ghala", "failed")
TOO_LITTLE, TOO_LITTLE_LATE = Act("ghala", "paid", "1"), Act("ghala", "late", "1")

_NEWS: Mapping[str, Callable[[Flow], tuple[Act, ...]]] = {
    "payment.success": lambda flow: (PAID, Act("ghala", "late", "paid")),
    "payment.failed": lambda flow: (FAILED,),
    "payment.review": lambda flow: (TOO_LITTLE, TOO_LITTLE_LATE),
    "payment.link": lambda flow: tuple(charge(flow, name) for name in list(flow.payments)[::-1]),
    "order.placed": lambda flow: (order(flow),),
    "order.unpaid": lambda flow: (reminder(flow),),
    ASKED_BY_SHOP: lambda flow: (charge(flow),),
}


def of_news(name: str, flow: Flow) -> list[Act]:
    """Acts that let something happen that no customer sends, the most natural first."""
    return list(_NEWS[name](flow)) if name in _NEWS else []


def _happened(trigger: Happened, flow: Flow) -> Iterator[Act]:
    yield from of_news(trigger.name, flow)


_SAMPLES: Mapping[type, Callable[[Any, Flow], Iterator[Act]]] = {
    Hear: _hear,
    Choose: _choose,
    Number: _number,
    FreeText: _text,
    Location: _location,
    Pictured: _pictured,
    Happened: _happened,
    After: _after,
    Otherwise: _otherwise,
}
