"""What may be kept of a choice: the label that was chosen."""

from collections.abc import Iterator, Mapping

from engine.flow import Choose, Flow, Message, Option, PaymentButtons, Rule, State
from engine.text import Text
from engine.turn import PAY, Turn


def kept(rule: Rule, flow: Flow, state: State) -> Mapping[str, Text] | None:
    """The label of each choice that a rule hears, by its id; None where it keeps no label.

    Where two states give an id two labels, its own is the one that the customer saw.
    """
    if rule.save is None or not isinstance(rule.trigger, Choose):
        return None
    found = of(rule.trigger, flow)
    own = {option.id: option.title for option in state.message.options}
    return {id_: own.get(id_, title) for id_, title in found.items()}


def chosen(labels: Mapping[str, Text], turn: Turn) -> dict[str, str] | None:
    """The answer that a choice gives, or None for one that is not written any more."""
    found = labels.get(turn.choice or "")
    return {"answer": turn.fill(found)} if found else None


def of(trigger: Choose, flow: Flow) -> dict[str, Text]:
    """The labels of the written options, or categories, that a trigger hears, by their ids."""
    if trigger.id == "category":
        return {shelf.id: shelf.title for shelf in flow.categories.values()}
    written = {option.id: option.title for option in _options(flow)}
    if trigger.id.endswith("*"):
        return {id_: title for id_, title in written.items() if id_.startswith(trigger.id[:-1])}
    return {id_: title for id_, title in written.items() if id_ == trigger.id}


def offers(message: Message, trigger: Choose, flow: Flow) -> bool:
    """Is there something to tap under a message that a trigger hears?"""
    ids = {option.id for option in message.options}
    if trigger.id == "product":
        return bool((message.sheet and message.sheet.catalog) or ids & set(flow.catalog))
    if trigger.id == "category":
        return bool(message.sheet and message.sheet.categories)
    if trigger.id == "payment":
        ways = any(isinstance(each, PaymentButtons) for each in message.offer)
        return ways or any(each.startswith(PAY) for each in ids)
    if trigger.id.endswith("*"):
        return any(each.startswith(trigger.id[:-1]) for each in ids)
    return trigger.id in ids


def _options(flow: Flow) -> Iterator[Option]:
    for message in _messages(flow):
        yield from message.options


def _messages(flow: Flow) -> Iterator[Message]:
    yield from (rule.message for rule in flow.anywhere)
    for state in flow.states.values():
        yield state.message
        yield from (rule.message for rule in state.rules)
