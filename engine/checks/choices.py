"""Does every button do something, and is there a button for every choice that a rule waits for?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Choose, Flow, Message, Option, Otherwise, Place, Rule
from engine.machine import rules_of
from engine.turn import PAY


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap: its id, ``product``, ``payment``, or the beginning of an id."""

    id: str
    place: Place
    said: str
    is_beginning: bool = False


def check(flow: Flow) -> Iterator[Problem]:
    """Find buttons that nobody listens to, and rules that wait for a button nobody shows."""
    shown = [each for said in parts.messages(flow) for each in of(flow, said.message)]
    for rule in parts.rules(flow):
        if isinstance(rule.trigger, Choose) and not _is_shown(flow, rule.trigger.id, shown):
            said = f'no button or list has the choice "{rule.trigger.id}"'
            yield parts.fault(
                flow, rule.places["choose"], "E212", said, "offer it somewhere, or remove the rule"
            )
    told = set[Place]()
    for name, message in _where_shown(flow):
        for problem in _dead(flow, name, message):
            place = Place(problem.line, problem.column)
            if place not in told:  # one state in which it is dead says enough
                told.add(place)
                yield problem


def of(flow: Flow, message: Message) -> Iterator[Choice]:
    """Everything that can be tapped under a message."""
    for item in message.offer:
        if isinstance(item, Option):
            yield _written(item)
        else:
            yield Choice("payment", item.place, "the payment buttons")
    if message.sheet:
        yield from (_written(row) for row in message.sheet.rows)
        if message.sheet.categories and flow.categories:
            yield Choice("category", message.sheet.place, "the categories of the list")
        if flow.shelf(message.sheet):
            yield Choice("product", message.sheet.place, "the products of the list")


def _written(option: Option) -> Choice:
    said = f'"{next(iter(option.title))[1].source}"'
    if option.id.startswith(PAY):
        return Choice("payment", option.place, said)
    return Choice(option.id.split("{")[0], option.place, said, is_beginning="{" in option.id)


def _is_shown(flow: Flow, wanted: str, shown: Sequence[Choice]) -> bool:
    if wanted.endswith("*"):
        return True  # it may mean the buttons of earlier days
    rows = set(flow.catalog) if any(each.id == "product" for each in shown) else set()
    rows |= set(flow.categories) if any(each.id == "category" for each in shown) else set()
    return wanted in rows or any(_means(flow, wanted, each) for each in shown)


def _means(flow: Flow, wanted: str, choice: Choice) -> bool:
    """Does a rule that waits for `wanted` hear this choice?"""
    if wanted.endswith("*") and choice.id == "product":
        return any(each.startswith(wanted[:-1]) for each in flow.catalog)
    if wanted.endswith("*"):
        return choice.id.startswith(wanted[:-1])
    if wanted == "product" and choice.id in flow.catalog:
        return True
    if wanted == "category" and choice.id in flow.categories:
        return True
    return wanted.startswith(choice.id) if choice.is_beginning else wanted == choice.id


def heard_by(flow: Flow, rule: Rule, choice: Choice) -> bool:
    """Does this rule hear that choice?"""
    return isinstance(rule.trigger, Choose) and _means(flow, rule.trigger.id, choice)


def _where_shown(flow: Flow) -> Iterator[tuple[str, Message]]:
    """Each message with something to tap, and the state in which it is tapped first."""
    for state in flow.states.values():
        yield state.name, state.message
        for rule in state.rules:
            yield rule.go or state.name, rule.message
    for rule in flow.anywhere:
        for name in [rule.go] if rule.go else flow.states:
            yield name, rule.message


def _dead(flow: Flow, name: str, message: Message) -> Iterator[Problem]:
    """A button that no rule of the state hears, and that `otherwise` only rebukes."""
    if not message.asks:
        return
    rules = list(rules_of(flow.states[name], flow))
    moves_on = any(isinstance(rule.trigger, Otherwise) and rule.go not in (None, name)
                   for rule in rules)  # fmt: skip
    for choice in of(flow, message):
        if not moves_on and not any(heard_by(flow, rule, choice) for rule in rules):
            said = f'nobody hears {choice.said} in "{name}"'
            repair = f"add `- choose: {choice.id}` there or under anywhere"
            yield parts.fault(flow, choice.place, "E603", said, repair)
