"""What was proved of a flow, in numbers."""

from dataclasses import dataclass

from engine.checks import fits, money, parts, paths
from engine.flow import After, Flow
from engine.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Certificate:
    """How much of what the proof has looked at; there is one only for a flow without a fault."""

    flow: str
    states: int
    rules: int
    transitions: int  # rules in every state in which they are heard
    products: int
    events: int  # that may come at any time, without the customer
    choices: int  # buttons and rows that are written
    texts: dict[str, int]  # in each language
    placeholders: int  # whose longest value is known
    times: int  # that may run out
    money_states: int  # standings of a conversation and its order together
    money_moves: int  # between them, by the customer and the payment company


def certify(flow: Flow, vocabulary: Vocabulary) -> Certificate:
    """Count what was proved of a flow that has no fault."""
    states, moves = money.searched(flow, vocabulary)
    rules = list(parts.rules(flow))
    return Certificate(
        flow=flow.name,
        states=len(flow.states),
        rules=len(rules),
        transitions=sum(1 for _ in paths.steps(flow)),
        products=len(flow.catalog),
        events=len(vocabulary.events),
        choices=sum(1 for said in parts.messages(flow) for _ in said.message.options),
        texts={language: _texts(flow, language) for language in flow.languages},
        placeholders=len(fits.longest(flow, vocabulary)),
        times=sum(isinstance(rule.trigger, After) for rule in rules),
        money_states=states,
        money_moves=moves,
    )


def _texts(flow: Flow, language: str) -> int:
    return sum(bool(text.template(language).source) for text in parts.texts(flow))
