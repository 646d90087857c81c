"""A way through a flow, told step by step as one would tell it to the shopkeeper."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from engine import changing
from engine.checks import paths, spoken
from engine.checks.moves import Move
from engine.checks.standing import IN_WORDS, OPEN, Standing
from engine.flow import Call, Flow, Otherwise, Rule
from engine.machine import rules_of
from engine.vocabulary import Vocabulary, Word


def told(
    flow: Flow, vocabulary: Vocabulary, way: Sequence[tuple[Standing, Move]], missing: str = ""
) -> tuple[str, ...]:
    """A way step by step; where it speaks of another order, that one comes first.

    A guard that reads the answer that is `missing` at the end of it is not told: it cannot say.
    """
    steps = tuple(
        _told(flow, vocabulary, *step, missing if step is way[-1] else "") for step in way
    )
    return (spoken.BEFORE, *steps) if any(map(_is_of_another, way)) else steps


def _is_of_another(step: tuple[Standing, Move]) -> bool:
    _, move = step
    speaks = bool(move.heard.name) or (move.rule is not None and paths.is_payment(move.rule))
    return speaks and not move.heard.about


def _told(flow: Flow, vocabulary: Vocabulary, here: Standing, move: Move, missing: str = "") -> str:
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
    refused = _refused(flow, here.state, move.rule)
    refusals = " ".join(_refusals(refused, vocabulary, missing))
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


def _refused(flow: Flow, state: str, rule: Rule) -> Iterator[tuple[Rule, Call]]:
    """Which rule's guard said no, of the rule itself or of one above it for the same words."""
    earlier = takewhile(lambda each: each is not rule, rules_of(flow.states[state], flow))
    for each in earlier:
        if each.trigger == rule.trigger and len(each.guards) == 1 and not each.guards[0].negated:
            yield each, each.guards[0]
    yield from ((rule, call) for call in rule.guards if call.negated)


def _refusals(
    refused: Iterable[tuple[Rule, Call]], vocabulary: Vocabulary, missing: str
) -> Iterator[str]:
    """Each once. How the order stands is left out, for where all stands tells it, and that nothing
    is being changed, for hardly ever anything is.
    """
    asked = {(call.name, call.argument): (rule, call) for rule, call in refused}
    for rule, call in asked.values():
        word = vocabulary.guards[call.name]
        is_plain = call.name != changing.changing.__name__ and not word.books
        if is_plain and (missing == rule.save or missing not in word.reads(call.argument)):
            yield _refusal(call, word)


def _refusal(call: Call, word: Word) -> str:
    question, asks, _ = word.about.partition("?")
    if asks and call.argument is None:
        return f"{question}? No."
    return f"`{': '.join(filter(None, (call.name, call.argument)))}`? No."
