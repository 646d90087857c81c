"""Where an answer could come from, as a repair in the merchant's own words."""

from engine.checks import parts
from engine.flow import Flow
from engine.vocabulary import Vocabulary, Word

#: What a customer chooses or tells, and no action can know by itself.
_CHOSEN = {
    "product_id": "let a product be chosen first: `choose: product` and `do: choose_product`",
    "category_id": "let a category be chosen first: `choose: category` and `do: choose_category`",
    "method": "let a way to pay be chosen first: `choose: payment`, "
    "or `do: take_up_order` where news of a payment leads here",
    "quantity": "ask for it first, with `save: quantity`",
}


def first(flow: Flow, vocabulary: Vocabulary, name: str) -> str:
    """What must happen first, so that an answer is known: done already elsewhere, if it is."""
    if name in _CHOSEN:
        return _CHOSEN[name]
    if any(rule.save == name for rule in parts.rules(flow)):
        return f"ask for it first, with `save: {name}`"
    used = {call.name for rule in parts.rules(flow) for call in rule.actions}
    givers = [word for word in vocabulary.actions.values() if _gives(word, name)]
    if givers:
        known = _answered(flow, vocabulary)
        best = min(
            givers,
            key=lambda word: (word.books, word.name not in used, bool({*word.needs} - known)),
        )
        return f"`do: {best.name}` first"
    requests = [
        word.name
        for word in vocabulary.actions.values()
        if word.books == "request" and name in word.gives
    ]
    if requests:
        return f"let a way to pay be chosen first: `choose: payment` and `do: {requests[0]}`"
    tells = [word.name for word in vocabulary.guards.values() if name in word.tells]
    if tells:
        return f"say it where `{tells[0]}` is asked, which tells it"
    events = [event for event, facts in vocabulary.events.items() if name in facts]
    if events:
        told = (event for event in events if f"{{{name}}}" in vocabulary.meanings.get(event, ""))
        return f"say it where `event: {next(told, events[0])}` is heard, which brings it"
    return f"ask for it first, with `save: {name}`"


def _answered(flow: Flow, vocabulary: Vocabulary) -> set[str]:
    """Every answer that this flow asks for, or an action of it fills."""
    rules = list(parts.rules(flow))
    done = {call.name for rule in rules for call in rule.actions}
    filled = (vocabulary.actions[name].gives for name in done if name in vocabulary.actions)
    return {
        *_CHOSEN,
        *(rule.save for rule in rules if rule.save),
        *(n for each in filled for n in each),
    }


def for_action(flow: Flow, vocabulary: Vocabulary, name: str) -> str:
    """The same where an action needs it: a guard may see to it too."""
    guards = (word for word in vocabulary.guards.values() if name in word.proves)
    guard = next((word.name for word in guards if word.books in ("", "payable")), None)
    known = first(flow, vocabulary, name)
    return f"add `if: {guard}`, or {known}" if guard else known


def _gives(word: Word, name: str) -> bool:
    """Does it make an answer known, and not only repeat what belongs to an order that is there?"""
    of_an_order = "order" in word.needs or word.books not in ("", "forget", "place")
    return (name in word.gives or name in word.tells) and name not in word.needs and not of_an_order
