"""Can this flow, with a hostile payment provider, ask twice or forget a receipt?

Every state of the conversation is walked together with every standing of one order: the customer
does whatever the flow hears, payments succeed and fail whenever they like, early, late and after
a cancellation. The books themselves refuse a second charge; what is proved here is that the words
never ask for one, and that each success is receipted exactly once.
"""

from collections.abc import Iterator

from engine import changing
from engine.checks import parts, possible, story
from engine.checks.found import Found, key_of
from engine.checks.ground import Ground
from engine.checks.moves import Move, OfBooks, is_far, next_moves
from engine.checks.search import Search
from engine.checks.standing import Standing
from engine.checks.wrongs import Wrong
from engine.errors import Problem
from engine.flow import Flow
from engine.vocabulary import Vocabulary

#: Places in which the way to what is wrong is looked for: about two seconds.
MOST = 5_000


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every rule that can ask for money wrongly, with the nearest way to it."""
    ground = Ground(flow, vocabulary)
    search = Search[Standing, Move](Standing(flow.initial))
    found = Found[Standing](ground)
    for here, move in _walk(ground, search):
        found.note(here, here, move)
    for wrong, way in _ways(ground, search, found):
        told = story.told(flow, vocabulary, way)
        yield parts.fault(flow, wrong.place, wrong.code, wrong.message, wrong.repair, told)
    yield from _ordered_twice(flow, vocabulary)


def _ways(
    ground: Ground, search: Search[Standing, Move], found: Found[Standing]
) -> Iterator[tuple[Wrong, list[tuple[Standing, Move]]]]:
    """The way to all that was found, with what the customer has answered by then.

    That may say that nobody can go it; in a flow too large to be sure, the way is told as it was.
    """
    if not found:
        return
    known = possible.wronged(ground, [key_of(wrong) for wrong, *_ in found], most=MOST)
    for wrong, here, move in found:
        way = known.way_to(key_of(wrong))
        if way is not None or not known.is_whole:
            yield wrong, way or [*search.way(here), (here, move)]


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
    taken = sum(1 for _ in _walk(Ground(flow, vocabulary), search))
    return len(search.came), taken


def _walk(ground: Ground, search: Search[Standing, Move]) -> Iterator[tuple[Standing, Move]]:
    """Take every move from every standing that can be reached."""
    guards = OfBooks(ground.vocabulary)
    for here in search:
        for move in next_moves(ground, here, guards):
            yield here, move
            search.reach(move.there, here, move, is_rare=is_far(ground, here, move))
