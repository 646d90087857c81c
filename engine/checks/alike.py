"""Can no word or label mean two things, and no rule hide another?"""

from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow, Hear, Otherwise, Rule, State
from engine.matchers import plain


def check(flow: Flow) -> Iterator[Problem]:
    """Find words, labels and rules of which one hides another."""
    for state in flow.states.values():
        yield from _hidden(flow, state)
    yield from _products(flow)


def _hidden(flow: Flow, state: State) -> Iterator[Problem]:
    """A rule that can never be tried, because one before it always wins."""
    for rules in (state.rules, flow.anywhere):
        seen: list[Rule] = []
        for rule in rules:
            winner = next((each for each in seen if _always_wins(each, rule)), None)
            if winner is not None:
                message = (
                    f"this rule is never tried: the one in line {winner.place.line} always wins"
                )
                yield parts.fault(flow, rule.place, "E501", message, "put it above, or remove it")
            seen.append(rule)


def _always_wins(first: Rule, then: Rule) -> bool:
    if first.guards or isinstance(first.trigger, Otherwise) != isinstance(then.trigger, Otherwise):
        return False
    if isinstance(first.trigger, Hear) and isinstance(then.trigger, Hear):
        return first.trigger.words >= then.trigger.words
    return first.trigger == then.trigger


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
        for name in {plain(product.name), plain(product.short)}:
            if name in words:
                line = words[name].place.line
                message = f'the product "{product.name}" is also a word heard in line {line}'
                yield parts.fault(
                    flow, product.place, "E503", message, "give it another short: name"
                )
            if name in seen:
                message = f'"{product.name}" is called like {seen[name]}'
                yield parts.fault(
                    flow, product.place, "E504", message, "give it another short: name"
                )
        seen |= {plain(product.name): product.id, plain(product.short): product.id}
