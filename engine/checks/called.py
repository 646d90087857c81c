"""Do products and ways to pay have names of their own?"""

from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow, Hear
from engine.matchers import plain


def check(flow: Flow) -> Iterator[Problem]:
    """Find products and ways to pay that are called like something else."""
    yield from _products(flow)
    yield from _methods(flow)


def _products(flow: Flow) -> Iterator[Problem]:
    """A product whose name is a word of `anywhere`, or another product's name."""
    words = {
        word: rule
        for rule in flow.anywhere
        if isinstance(rule.trigger, Hear)
        for word in rule.trigger.words
    }
    seen: dict[str, str] = {}
    for product in flow.catalog.values():
        names = {plain(product.name), plain(product.short)}
        for name in sorted(names & words.keys()):
            said = f'"{product.name}" is also a word heard in line {words[name].place.line}'
            yield parts.fault(flow, product.place, "E503", said, "give it another short: name")
        for name in sorted(names & seen.keys())[:1]:
            said = f'"{product.name}" is called like {seen[name]}'
            yield parts.fault(flow, product.place, "E504", said, "give it another short: name")
        seen |= dict.fromkeys(names, product.id)


def _methods(flow: Flow) -> Iterator[Problem]:
    """A way to pay whose id begins like another's: their buttons could not be told apart."""
    for method in flow.payments.values():
        for other in flow.payments:
            if method.id.startswith(f"{other}_"):
                said = (
                    f'"{method.id}" begins like "{other}": their buttons are taken for each other'
                )
                yield parts.fault(flow, method.place, "E508", said, "choose a name without _")
