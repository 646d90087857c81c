"""Can this flow, with a hostile payment provider, ask twice or forget a receipt?

Every state of the conversation is walked together with every standing of one order: the customer
does whatever the flow hears, payments succeed and fail whenever they like, early, late and after
a cancellation. The books themselves refuse a second charge; what is proved here is that the words
never ask for one, and that each success is receipted exactly once.

What an action or guard means for the order is told by its word's ``books``:

=============  ==================================================================
``place``      a new order stands in the memory
``request``    a payment is opened: wrong unless the order is payable
``cancel``     a payable order is cancelled, and nobody is reminded of it any more
``receipt``    the receipt is said: right once, at the success of its order
``take_up``    the memory speaks of the order that the news is about
``forget``     the memory no longer speaks of the order
``payable``, ``being_paid``, ``paid``, ``cancelled``, ``under_review``   guards on its standing
``this_order`` is the news about the order in the memory?
=============  ==================================================================
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine import changing, labels
from engine.checks import parts, paths, spoken, wrongs
from engine.checks.search import Search
from engine.checks.standing import ASKED_BY_SHOP, IN_WORDS, OPEN, STANDINGS, Heard, Standing
from engine.checks.wrongs import Wrong
from engine.errors import Problem
from engine.flow import (
    Call,
    Choose,
    Flow,
    Happened,
    Place,
    Rule,
    Trigger,
)
from engine.machine import rules_of
from engine.vocabulary import Vocabulary

#: What the provider may do to an order in each standing: the news told, and the standing after it.
_NEWS = {
    "being_paid": (
        ("payment.success", "paid"), ("payment.failed", "payable"), ("payment.review", "review"),
        ("payment.link", "being_paid"),
    ),
    "payable": (  # late, of an attempt that had failed: all of the money, or another sum
        ("payment.success", "paid"), ("payment.review", "review"),
    ),
    "cancelled": (("payment.review", "review"),),  # late, after the customer gave up
    "paid": (("payment.review", "paid"),),  # a second attempt succeeded too: a surplus
}  # fmt: skip


#: What may be told at any time of another order than the one that is watched.
_ELSEWHERE = (
    "payment.success", "payment.failed", "payment.review", "payment.link", "order.placed",
    "order.unpaid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """What can happen next: what is heard, the rule that answers, and how all stands after it."""

    heard: Heard
    rule: Rule | None
    there: Standing
    wrongs: tuple[Wrong, ...] = ()


#: What a guard may say where all stands so, and this is heard.
Says = Callable[[Call, Standing, Heard, Rule], frozenset[bool]]


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every rule that can ask for money wrongly, with the nearest way to it."""
    search = Search[Standing, Move](Standing(flow.initial))
    found: dict[tuple[str, Place], tuple[Wrong, Standing, Move]] = {}
    for here, move in _walk(flow, vocabulary, search):
        for wrong in move.wrongs:
            before = found.setdefault((wrong.code, wrong.place), (wrong, here, move))
            if needs_a_past(flow, *before[1:]) and not needs_a_past(flow, here, move):
                found[wrong.code, wrong.place] = wrong, here, move
    for wrong, here, move in found.values():
        way = told(flow, [*search.way(here), (here, move)])
        yield parts.fault(flow, wrong.place, wrong.code, wrong.message, wrong.repair, way)
    yield from _ordered_twice(flow, vocabulary)


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
    taken = sum(1 for _ in _walk(flow, vocabulary, search))
    return len(search.came), taken


def _walk(
    flow: Flow, vocabulary: Vocabulary, search: Search[Standing, Move]
) -> Iterator[tuple[Standing, Move]]:
    """Take every move from every standing that can be reached."""
    says = saying(vocabulary)
    for here in search:
        for move in moves(flow, vocabulary, here, says):
            yield here, move
            search.reach(move.there, here, move, is_rare=needs_a_past(flow, here, move))


def needs_a_past(flow: Flow, here: Standing, move: Move) -> bool:
    """Does it take another order than the watched one, the shop's own, or an older message?"""
    rule, heard = move.rule, move.heard
    if heard.name in ("order.placed", ASKED_BY_SHOP):
        return True
    if heard.name or (rule and paths.is_payment(rule)):
        return not heard.about  # the buttons of the watched order came on this very way
    if rule is None or not isinstance(rule.trigger, Choose):
        return False
    return not labels.offers(flow.states[here.state].message, rule.trigger, flow)


def told(flow: Flow, way: Sequence[tuple[Standing, Move]]) -> tuple[str, ...]:
    """A way step by step; where it speaks of another order, that one comes first."""
    steps = tuple(_told(flow, *step) for step in way)
    return (spoken.BEFORE, *steps) if any(map(_is_of_another, way)) else steps


def _is_of_another(step: tuple[Standing, Move]) -> bool:
    _, move = step
    speaks = bool(move.heard.name) or (move.rule is not None and paths.is_payment(move.rule))
    return speaks and not move.heard.about


def _told(flow: Flow, here: Standing, move: Move) -> str:
    """Where all stands, what is done or happens, and whether the bot forgets an order by it."""
    place, about, there = here.state, move.heard.about, move.there
    if here.order != "none":
        is_left = not here.remembered and here.order in OPEN
        which = "earlier order" if is_left else "order"
        place += f", while the {which} {IN_WORDS[here.order]}"
    if move.rule is None:
        return f"in {place}: {spoken.happened(move.heard.name, about=about)}"
    forgets = here.remembered and not there.remembered and there.order in OPEN
    done = spoken.done(flow, here.state, move.rule, about=about)
    return f"in {place}: {done}" + ", and the bot forgets that order" * forgets


def moves(flow: Flow, vocabulary: Vocabulary, here: Standing, says: Says) -> Iterator[Move]:
    """Everything that can happen next: by the customer, and by the provider."""
    yield from _customers(flow, vocabulary, here, says)
    for name, standing in _NEWS.get(here.order, ()):
        if here.asked:
            heard = Heard(name, about=True, standing=standing)
            yield from _hear(flow, vocabulary, replace(here, order=standing), heard, says)
    if here.order not in ("none", "cancelled"):
        heard = Heard("order.unpaid", True, here.order)
        yield from _hear(flow, vocabulary, here, heard, says)
    for name in _ELSEWHERE:
        yield from _hear(flow, vocabulary, here, Heard(name, False, "none"), says)


def shops_moves(flow: Flow, vocabulary: Vocabulary, here: Standing, says: Says) -> Iterator[Move]:
    """What the shop's own systems do: order for a customer, and ask them for the money.

    The proof leaves that out: a button that stands there meanwhile is answered by the books.
    """
    if here.order == "none":
        placed = replace(here, order="payable", remembered=False)
        heard = Heard("order.placed", True, "payable")
        yield from _hear(flow, vocabulary, placed, heard, says)
    if here.order == "payable":
        asked = replace(here, order="being_paid", asked=True)
        yield Move(Heard(ASKED_BY_SHOP, True, "being_paid"), None, asked)


def _customers(flow: Flow, vocabulary: Vocabulary, here: Standing, says: Says) -> Iterator[Move]:
    same: dict[Trigger, list[Rule]] = {}
    for rule in rules_of(flow.states[here.state], flow):
        if isinstance(rule.trigger, Happened):
            continue
        earlier = same.setdefault(rule.trigger, [])
        for about in _spoken_of(rule, here):
            heard = Heard("", about, here.order)
            if any(_may(each, here, heard, says) == {True} for each in earlier):
                continue  # an earlier rule for the same words always takes it
            if True in _may(rule, here, heard, says):
                yield _taken(flow, vocabulary, here, rule, heard)
                if here.order == "none" and _places(rule, vocabulary):
                    yield _taken(flow, vocabulary, here, rule, heard, watched=False)
        earlier.append(rule)


def _places(rule: Rule, vocabulary: Vocabulary) -> bool:
    words = (vocabulary.actions.get(call.name) for call in rule.actions)
    return any(word and word.books == "place" for word in words)


def _spoken_of(rule: Rule, here: Standing) -> tuple[bool, ...]:
    """May the customer mean the watched order? An old payment button may mean any."""
    if paths.is_payment(rule):
        return (True, False) if here.order != "none" else (False,)
    return (here.remembered,)


def _hear(
    flow: Flow, vocabulary: Vocabulary, here: Standing, heard: Heard, says: Says
) -> Iterator[Move]:
    """News is heard by the first rule that may hear it; `total` tells where none does."""
    is_heard = False
    for rule in rules_of(flow.states[here.state], flow):
        if not isinstance(rule.trigger, Happened) or rule.trigger.name != heard.name:
            continue
        may = _may(rule, here, heard, says)
        if True in may:
            yield _taken(flow, vocabulary, here, rule, heard)
            is_heard = True
        if may == {True}:
            return
    if not is_heard:
        yield Move(heard, None, here)


def _may(rule: Rule, here: Standing, heard: Heard, says: Says) -> set[bool]:
    """What the guards of a rule may say together."""
    may = {True}
    for call in rule.guards:
        answers = {each is not call.negated for each in says(call, here, heard, rule)}
        may = {first and then for first in may for then in answers}
        if True not in may:
            break  # what follows is not asked
    return may


EITHER = frozenset((True, False))


def saying(vocabulary: Vocabulary) -> Says:
    """A guard of the books is known, others are not."""

    def says(call: Call, here: Standing, heard: Heard, rule: Rule) -> frozenset[bool]:
        word = vocabulary.guards.get(call.name)
        return of_books(word.books if word else "", here, heard)

    return says


def of_books(books: str, here: Standing, heard: Heard) -> frozenset[bool]:
    """What a guard with this `books` may say."""
    if books == "this_order":
        known = here.remembered and heard.about
        return EITHER if not here.remembered and not heard.about else frozenset((known,))
    if books in STANDINGS:
        if heard.about:
            return frozenset((heard.standing == STANDINGS[books],))
        return EITHER if here.order != "none" or books == "payable" else frozenset((False,))
    return EITHER


def _taken(
    flow: Flow,
    vocabulary: Vocabulary,
    here: Standing,
    rule: Rule,
    heard: Heard,
    *,
    watched: bool = True,
) -> Move:
    """What a rule does to the order and the memory, and what is wrong with it.

    An order that it makes is the one to be `watched`, or is left out of sight.
    """
    there, found, receipts = here, list[Wrong](), 0
    for call in rule.actions:
        word = vocabulary.actions.get(call.name)
        move = word.books if word else ""
        receipts += move == "receipt"
        if move == "request" and heard.about and there.order != "payable":
            found.append(
                wrongs.unpayable(there.order, call.place, wrongs.ask_first(rule, vocabulary))
            )
        there = _moved(move if watched or move != "place" else "forget", there, heard)
        if word and "*" in word.drops:
            there = replace(there, remembered=False)
    found += wrongs.receipts(heard, receipts, rule)
    found += wrongs.reminder(flow, rule, here, heard)
    speaks_of_it = heard.about if heard.name or paths.is_payment(rule) else there.remembered
    repair = f"{wrongs.not_here(rule, there.order, vocabulary)}, or offer nothing"
    found += wrongs.offers(rule.message, there.order, speaks_of_it, repair)
    state = there.state
    if rule.go is not None:
        state = rule.go
        if not rule.quiet:
            leads = wrongs.lead_elsewhere(rule)
            found += wrongs.offers(flow.states[state].message, there.order, speaks_of_it, leads)
        if flow.states[state].end:
            there = replace(there, remembered=False)
    return Move(heard, rule, replace(there, state=state), tuple(found))


def _moved(move: str, there: Standing, heard: Heard) -> Standing:
    if move == "place" and there.order == "none":
        return replace(there, order="payable", remembered=True)
    if move in ("place", "forget"):
        return replace(there, remembered=False)
    if move == "take_up":
        return replace(there, remembered=heard.about)
    if move == "request" and heard.about:
        standing = "being_paid" if there.order == "payable" else there.order
        return replace(there, order=standing, remembered=True, asked=True)
    if move == "request":
        return replace(there, remembered=False)
    if move == "cancel" and heard.about and there.order == "payable":
        return replace(there, order="cancelled", remembered=False)
    return there
