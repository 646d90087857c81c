"""Stable names for what is new in every run: order ids, references, apologies, links, dates."""

import re
from collections.abc import Iterator, Sequence

from store import inbox, orders
from web.playing import Play

_DATE = re.compile(r"\b\d{2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}\b")
_LINK = re.compile(r"https://pay\.invalid/\S+")


def hide(texts: Sequence[str], shop: Play) -> list[str]:
    """Put ``{order}``, ``{order 2}``, ``{reference}``, ``{apology}`` … in their place."""
    known = list(_known(shop)) if texts else []
    return [_hidden(text, known) for text in texts]


def _hidden(text: str, known: Sequence[tuple[str, str]]) -> str:
    for name, real in known:
        text = text.replace(real, name)
    return _DATE.sub("{date}", _LINK.sub("{link}", text))


def fill(text: str, shop: Play) -> str:
    """Put the orders and references of this run in place of their names."""
    for name, real in _known(shop) if "{" in text else ():
        text = text.replace(name, real)
    return text


def _known(shop: Play) -> Iterator[tuple[str, str]]:
    yield from _numbered("order", iter(orders.ids(limit=200)))
    paid = (each.reference for each in shop.sandbox.truth.orders.values())
    yield from _numbered("reference", filter(None, paid))
    yield from _numbered("apology", iter(inbox.apologies()))


def _numbered(name: str, reals: Iterator[str]) -> Iterator[tuple[str, str]]:
    for at, real in enumerate(reals, 1):
        yield (f"{{{name}}}" if at == 1 else f"{{{name} {at}}}"), real
