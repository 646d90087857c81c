"""A way through a flow, told step by step as one would tell it to the shopkeeper."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from engine import changing
from engine.checks import paths, spoken
from engine.checks.moves import Move
from engine.checks.standing import IN_WORDS, OPEN, Standing
from engine.flow import Call, Flow, Otherwise, Rule
from engine.machine import rules_of
from engine.vocabulary import Vocabulary


def told(
    flow: Flow, vocabulary: Vocabulary, way: Sequence[tuple[Standing, Move]]
) -> tuple[str, ...]:
    """A way step by step; where it speaks of another order, that one comes first."""
    steps = tuple(_told(flow, vocabulary, *step) for step in way)
    return (spoken.BEFORE, *steps) if any(map(_is_of_another, way)) else steps


def _is_of_another(step: tuple[Standing, Move]) -> bool:
    _, move = step
    speaks = bool(move.heard.name) or (move.rule is not None and paths.is_payment(move.rule))
    return speaks and not move.heard.about


def _told(flow: Flow, vocabulary: Vocabulary, here: Standing, move: Move) -> str:
    """Where all stands, what is done or happens, what was answered with no before the rule was
    taken, and whether the bot forgets an order by it.
    """
    place, about, there = here.state, move.heard.about, move.there
    if here.order != "none":
        is_left = not here.remembered and here.order in OPEN
        which = "earlier order" if is_left else "order"
        place += f", while the {which} {IN_WORDS[here.order]}"
    if move.rule is None:
        return f"in {place}: {spoken.happened(move.heard.name, about=about)}"
    forgets = here.remembered and not there.remembered and there.order in OPEN
    done = spoken.done(flow, here.state, move.rule, about=about) + _again(flow, here, move)
    done = "late, " * _is_late(here, move) + done
    refusals = " ".join(_refusals(flow, vocabulary, here.state, move.rule))
    done += f" ({refusals})" if refusals else ""
    return f"in {place}: {done}" + ", and the bot forgets that order" * forgets


def _is_late(here: Standing, move: Move) -> bool:
    """Does money come for an attempt that had failed?"""
    is_money = move.heard.name in ("payment.success", "payment.review")
    return is_money and move.heard.about and here.order == "payable"


def _again(flow: Flow, here: Standing, move: Move) -> str:
    """How often it is sent, where only the last of so many tries leads on."""
    tries = flow.states[here.state].tries
    if not (move.rule and tries and isinstance(move.rule.trigger, Otherwise)):
        return ""
    leads_on = move.there.state == tries.then != (move.rule.go or here.state)
    return f", {tries.at_most} times in a row" * (leads_on and tries.at_most > 1)


def _refusals(flow: Flow, vocabulary: Vocabulary, state: str, rule: Rule) -> Iterator[str]:
    """What was asked and answered with no, by the rule itself or by one for the same words.

    How the order stands is left out, for where all stands tells it, and that nothing is being
    changed, for hardly ever anything is.
    """
    earlier = takewhile(lambda each: each is not rule, rules_of(flow.states[state], flow))
    refused = [
        each.guards[0]
        for each in earlier
        if each.trigger == rule.trigger and len(each.guards) == 1 and not each.guards[0].negated
    ]
    refused += [call for call in rule.guards if call.negated]
    asked = {(call.name, call.argument): call for call in refused}
    for call in asked.values():
        if call.name != changing.changing.__name__ and not vocabulary.guards[call.name].books:
            yield _refusal(call, vocabulary)


def _refusal(call: Call, vocabulary: Vocabulary) -> str:
    question, asks, _ = vocabulary.guards[call.name].about.partition("?")
    if asks and call.argument is None:
        return f"{question}? No."
    return f"`{': '.join(filter(None, (call.name, call.argument)))}`? No."
