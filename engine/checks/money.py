"""Can this flow, with a hostile payment provider, ask twice or forget a receipt?

Every state of the conversation is walked together with every standing of one order: the customer
does whatever the flow hears, payments succeed and fail whenever they like, early, late and after
a cancellation. The books themselves refuse a second charge; what is proved here is that the words
never ask for one, and that each success is receipted exactly once.
"""

from collections.abc import Iterator

from engine import changing
from engine.checks import parts, story
from engine.checks.moves import Move, Moves, all_moves, needs_a_past, next_moves, saying
from engine.checks.search import Search
from engine.checks.standing import STANDINGS, THIS_ORDER, Standing
from engine.checks.wrongs import Wrong
from engine.errors import Problem
from engine.flow import Flow, Place
from engine.vocabulary import Vocabulary


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every rule that can ask for money wrongly, with the nearest way to it."""
    found = _found(flow, vocabulary, next_moves)
    if any(_is_far(flow, vocabulary, *steps[-1]) for _, steps in found.values()):
        nearer = _found(flow, vocabulary, all_moves)
        for key, (_, steps) in found.items():
            if _is_far(flow, vocabulary, *steps[-1]) and key in nearer:
                found[key] = nearer[key]
    for wrong, steps in found.values():
        way = story.told(flow, vocabulary, steps)
        yield parts.fault(flow, wrong.place, wrong.code, wrong.message, wrong.repair, way)
    yield from _ordered_twice(flow, vocabulary)


_Found = dict[tuple[str, Place], tuple[Wrong, list[tuple[Standing, Move]]]]


def _found(flow: Flow, vocabulary: Vocabulary, moves: Moves) -> _Found:
    """What is wrong where, with the nearest way to it, if any on which the order is its own."""
    search = Search[Standing, Move](Standing(flow.initial))
    found: dict[tuple[str, Place], tuple[Wrong, Standing, Move]] = {}
    for here, move in _walk(flow, vocabulary, search, moves):
        for wrong in move.wrongs:
            before = found.setdefault((wrong.code, wrong.place), (wrong, here, move))
            if _is_far(flow, vocabulary, *before[1:]) and not _is_far(flow, vocabulary, here, move):
                found[wrong.code, wrong.place] = wrong, here, move
    return {
        key: (wrong, [*search.way(here), (here, move)])
        for key, (wrong, here, move) in found.items()
    }


def _ordered_twice(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A change that passes again where the order is made: the first order would stay open."""
    placing = {word.name for word in vocabulary.actions.values() if word.books == "place"}
    runs = {
        changing.run_of(rule): call.name
        for rule in parts.rules(flow)
        for call in rule.actions
        if call.name in placing
    }
    for state in flow.states.values():
        for rule in (each for each in state.rules if each.change):
            if name := runs.get(changing.named(rule, state.name)):
                said = f'changing "{rule.change}" does "{name}" again, and makes a second order'
                repair = "let it be changed before the order is made"
                yield parts.fault(flow, rule.places["change"], "E905", said, repair)


def searched(flow: Flow, vocabulary: Vocabulary) -> tuple[int, int]:
    """How many standings of conversation and order there are, and moves between them."""
    search = Search[Standing, Move](Standing(flow.initial))
    taken = sum(1 for _ in _walk(flow, vocabulary, search, next_moves))
    return len(search.came), taken


def _walk(
    flow: Flow, vocabulary: Vocabulary, search: Search[Standing, Move], moves: Moves
) -> Iterator[tuple[Standing, Move]]:
    """Take every move from every standing that can be reached."""
    says = saying(vocabulary)
    for here in search:
        for move in moves(flow, vocabulary, here, says):
            yield here, move
            search.reach(move.there, here, move, is_rare=_is_far(flow, vocabulary, here, move))


def _is_far(flow: Flow, vocabulary: Vocabulary, here: Standing, move: Move) -> bool:
    """Does it need a past, be it only an order of which a guard is asked, and none is there?"""
    asked = move.rule.guards if move.rule and not move.heard.about else ()
    words = (vocabulary.guards.get(call.name) for call in asked if not call.negated)
    is_asked = any(word and word.books in (*STANDINGS, THIS_ORDER) for word in words)
    return is_asked or needs_a_past(flow, here, move)
