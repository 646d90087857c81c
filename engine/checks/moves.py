"""What can happen next in a conversation and to one order, and how all stands after it.

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

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine import labels
from engine.checks import paths, wrongs
from engine.checks.ground import Ground
from engine.checks.standing import ASKED_BY_SHOP, STANDINGS, THIS_ORDER, Heard, Standing
from engine.checks.trying import Guards, winners
from engine.checks.wrongs import Wrong
from engine.flow import Call, Choose, Flow, Happened, Otherwise, Rule, Trigger
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


def is_far(ground: Ground, here: Standing, move: Move) -> bool:
    """Does it need a past, be it only an order of which a guard is asked, and none is there?"""
    asked = move.rule.guards if move.rule and not move.heard.about else ()
    words = (ground.vocabulary.guards.get(call.name) for call in asked if not call.negated)
    is_asked = any(word and word.books in (*STANDINGS, THIS_ORDER) for word in words)
    return is_asked or needs_a_past(ground.flow, here, move)


def next_moves(ground: Ground, here: Standing, guards: Guards) -> Iterator[Move]:
    """Everything that can happen next: by the customer, and by the provider."""
    yield from _customers(ground, here, guards)
    for name, standing in _NEWS.get(here.order, ()):
        if here.asked:
            heard = Heard(name, about=True, standing=standing)
            yield from _hear(ground, replace(here, order=standing), heard, guards)
    if here.order not in ("none", "cancelled"):
        heard = Heard("order.unpaid", True, here.order)
        yield from _hear(ground, here, heard, guards)
    for name in _ELSEWHERE:
        yield from _hear(ground, here, Heard(name, False, "none"), guards)


def _shops_moves(ground: Ground, here: Standing, guards: Guards) -> Iterator[Move]:
    """What the shop's own systems do: order for a customer, and ask them for the money.

    The proof leaves that out: a button that stands there meanwhile is answered by the books.
    """
    if here.order == "none":
        placed = replace(here, order="payable", remembered=False)
        heard = Heard("order.placed", True, "payable")
        yield from _hear(ground, placed, heard, guards)
    if here.order == "payable":
        asked = replace(here, order="being_paid", asked=True)
        yield Move(Heard(ASKED_BY_SHOP, True, "being_paid"), None, asked)


def all_moves(ground: Ground, here: Standing, guards: Guards) -> Iterator[Move]:
    """Everything that can happen next, by whomever."""
    yield from next_moves(ground, here, guards)
    yield from _shops_moves(ground, here, guards)


def _customers(ground: Ground, here: Standing, guards: Guards) -> Iterator[Move]:
    rules = [rule for rule in ground.rules(here.state) if not isinstance(rule.trigger, Happened)]
    same: dict[Trigger, list[Rule]] = {}
    for rule in rules:
        same.setdefault(rule.trigger, []).append(rule)
    won: dict[tuple[Trigger, Heard], dict[int | None, None]] = {}
    for rule in rules:
        rivals = same[rule.trigger]
        at = next(at for at, each in enumerate(rivals) if each is rule)
        for about in _spoken_of(rule, here):
            heard = Heard("", about, here.order)
            if (rule.trigger, heard) not in won:
                won[rule.trigger, heard] = winners(rivals, here, heard, guards)
            if at in won[rule.trigger, heard]:
                yield from _led(ground, here, rule, heard)


def _led(ground: Ground, here: Standing, rule: Rule, heard: Heard) -> Iterator[Move]:
    """What a rule that a customer is heard by can do; an order that it makes may be the other."""
    for go in _leads(ground.flow, here, rule):
        yield _taken(ground, here, rule, heard, go)
        if here.order == "none" and places(rule, ground.vocabulary):
            yield _taken(ground, here, rule, heard, go, watched=False)


def _leads(flow: Flow, here: Standing, rule: Rule) -> Iterator[str | None]:
    """Where a rule leads; `otherwise` also to where the last of so many tries leads."""
    yield rule.go
    tries = flow.states[here.state].tries
    if tries and isinstance(rule.trigger, Otherwise):
        yield tries.then


def places(rule: Rule, vocabulary: Vocabulary) -> bool:
    """Does it make an order?"""
    words = (vocabulary.actions.get(call.name) for call in rule.actions)
    return any(word and word.books == "place" for word in words)


def _spoken_of(rule: Rule, here: Standing) -> tuple[bool, ...]:
    """May the customer mean the watched order? An old payment button may mean any."""
    if paths.is_payment(rule):
        return (True, False) if here.order != "none" else (False,)
    return (here.remembered,)


def _hear(ground: Ground, here: Standing, heard: Heard, guards: Guards) -> Iterator[Move]:
    """News is heard by the first rule that may hear it; `total` tells where none does."""
    rules = [
        rule
        for rule in ground.rules(here.state)
        if isinstance(rule.trigger, Happened) and rule.trigger.name == heard.name
    ]
    won = winners(rules, here, heard, guards)
    for at in won:
        if at is not None:
            yield _taken(ground, here, rules[at], heard, rules[at].go)
    if won.keys() <= {None}:
        yield Move(heard, None, here)


EITHER = frozenset((True, False))


@dataclass(frozen=True, slots=True)
class OfBooks:
    """What guards say of which only those of the books are known."""

    vocabulary: Vocabulary

    def says(self, call: Call, here: Standing, heard: Heard, rule: Rule) -> frozenset[bool]:
        """How the order stands is known, and nothing else."""
        word = self.vocabulary.guards.get(call.name)
        return of_books(word.books if word else "", here, heard)

    def note(self, call: Call, *, says: bool, heard: Heard, rule: Rule) -> None:
        """Nobody asks."""


def of_books(books: str, here: Standing, heard: Heard) -> frozenset[bool]:
    """What a guard with this `books` may say."""
    if books == THIS_ORDER:
        known = here.remembered and heard.about
        return EITHER if not here.remembered and not heard.about else frozenset((known,))
    if books in STANDINGS:
        if heard.about:
            return frozenset((heard.standing == STANDINGS[books],))
        return EITHER if here.order != "none" or books == "payable" else frozenset((False,))
    return EITHER


def _taken(
    ground: Ground,
    here: Standing,
    rule: Rule,
    heard: Heard,
    go: str | None,
    *,
    watched: bool = True,
) -> Move:
    """What a rule that leads there does to the order and the memory, and what is wrong with it.

    An order that it makes is the one to be `watched`, or is left out of sight.
    """
    flow, vocabulary = ground.flow, ground.vocabulary
    there, found, receipts = here, list[Wrong](), 0
    for call in rule.actions:
        word = vocabulary.actions.get(call.name)
        move = word.books if word else ""
        receipts += move == "receipt"
        if move == "request" and heard.about and there.order != "payable":
            found.append(
                wrongs.unpayable(there.order, call.place, wrongs.ask_first(rule, vocabulary))
            )
        if heard.about and move == "cancel":
            found += wrongs.cancelled(there.order, call.place, wrongs.ask_first(rule, vocabulary))
        if there.same and move == "place" and word and "order" not in word.needs:
            found += wrongs.made_again(there.order, call.place)
        there = _moved(move if watched or move != "place" else "forget", there, heard)
        if word and {*word.needs} & {*word.drops}:
            there = replace(there, same=False)  # what it was made of is gone with it, as a cart is
        if word and "*" in word.drops:
            there = replace(there, remembered=False, same=False)
    found += wrongs.receipts(heard, receipts, rule)
    found += wrongs.reminder(flow, rule, here, heard)
    speaks_of_it = heard.about if heard.name or paths.is_payment(rule) else there.remembered
    nothing = wrongs.offer_nothing(rule, there.order, vocabulary)
    found += wrongs.offers(rule.message, there.order, speaks_of_it, nothing)
    state = there.state
    if go is not None:
        state = go
        if not rule.quiet:
            leads = wrongs.lead_elsewhere(rule)
            found += wrongs.offers(flow.states[state].message, there.order, speaks_of_it, leads)
        if flow.states[state].end:
            there = replace(there, remembered=False, same=False)
    return Move(heard, rule, replace(there, state=state), tuple(found))


def _moved(move: str, there: Standing, heard: Heard) -> Standing:
    if move == "place" and there.order == "none":
        return replace(there, order="payable", remembered=True, same=True)
    if move in ("place", "forget"):
        return replace(there, remembered=False, same=False)
    if move == "take_up":
        return replace(there, remembered=heard.about, same=there.same and heard.about)
    if move == "request" and heard.about:
        standing = "being_paid" if there.order == "payable" else there.order
        return replace(there, order=standing, remembered=True, asked=True)
    if move == "request":
        return replace(there, remembered=False, same=False)
    if move == "cancel" and heard.about and there.order == "payable":
        return replace(there, order="cancelled", remembered=False)
    return there
