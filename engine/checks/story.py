"""A way through a flow, told step by step as one would tell it to the shopkeeper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from engine import changing
from engine.checks import paths, spoken
from engine.checks.moves import Move, places
from engine.checks.standing import IN_WORDS, OPEN, Standing
from engine.flow import Call, Flow, Otherwise, Rule
from engine.machine import rules_of
from engine.vocabulary import Vocabulary, Word

Step = tuple[Standing, Move]


def told(flow: Flow, vocabulary: Vocabulary, way: Sequence[Step]) -> tuple[str, ...]:
    """A way step by step; where it speaks of another order, that one comes first."""
    return tuple(_Teller(flow, vocabulary, way).told())


def told_to_lack(flow: Flow, vocabulary: Vocabulary, way: Sequence[Step]) -> tuple[str, ...]:
    """The same to where an answer is lacking, with where all answers are forgotten."""
    return tuple(_Teller(flow, vocabulary, way, tells_lost=True).told())


@dataclass(frozen=True, slots=True)
class _Orders:
    """How a way names the order that is watched, and the other one that comes into it."""

    own: str = ""
    other: str = ""
    made: str = ""  # how the other one is named when it is made
    before: tuple[str, ...] = ()  # what has happened before the way begins
    made_at: int = -1  # the step on which the other one is made


_ALONE = _Orders(other="the order", made="an order")
_AFTER_ANOTHER = _Orders("second order", "the first order", "an order")
_BEFORE_ANOTHER = _Orders("first order", "the second order", "a second order")
_IS_OPEN = "its payment is not over, but the bot has forgotten all about it"
_OF_THE_PAST = _Orders(
    other="that order", before=(f"earlier: the customer has ordered; {_IS_OPEN}",)
)
_BESIDE_THE_PAST = _Orders(
    other="another order", made="another order",
    before=(f"earlier: the customer has ordered something else; {_IS_OPEN}",),
)  # fmt: skip


def _orders(vocabulary: Vocabulary, way: Sequence[tuple[Standing, Move]]) -> _Orders:
    """Which orders there are on a way, and which of them was first.

    What its last step makes does not count: that may be where it goes wrong.
    """
    spoken_of = _first(_speaks_of_another(move) for _, move in way)
    made = _first(_makes_another(vocabulary, *step) for step in way[:-1])
    own = _first(move.there.order != "none" for _, move in way)
    has_own, is_made = own < len(way), made < len(way) - 1
    if spoken_of < (made if is_made else len(way)):
        return _BESIDE_THE_PAST if has_own else _OF_THE_PAST
    if not is_made:
        return _ALONE
    told = (_AFTER_ANOTHER if made < own else _BEFORE_ANOTHER) if has_own else _ALONE
    return replace(told, made_at=made)


def _first(found: Iterable[bool]) -> int:
    """Where it is found first, or behind all."""
    return sum(1 for _ in takewhile(lambda each: not each, found))


def _speaks_of_another(move: Move) -> bool:
    speaks = bool(move.heard.name) or (move.rule is not None and paths.is_payment(move.rule))
    return speaks and not move.heard.about and move.heard.name != "order.placed"


def _makes_another(vocabulary: Vocabulary, here: Standing, move: Move) -> bool:
    """Is an order made that is not the watched one?"""
    if move.heard.name == "order.placed":
        return not move.heard.about
    is_placed = move.rule is not None and places(move.rule, vocabulary)
    return is_placed and here.order == move.there.order


@dataclass(slots=True)
class _Teller:
    """Tells one way."""

    flow: Flow
    vocabulary: Vocabulary
    way: Sequence[Step]
    tells_lost: bool = False  # does it matter that all answers are forgotten?

    def told(self) -> Iterator[str]:
        """Tell what was before it, and its steps."""
        orders, is_lost = _orders(self.vocabulary, self.way), False
        yield from orders.before
        for at, (here, _) in enumerate(self.way):
            is_lost = not here.remembered and (is_lost or (at > 0 and self._loses(at - 1)))
            done = [self._done(orders, at, is_lost=is_lost), *self._after(orders, at)]
            yield ", and ".join(done)

    def _loses(self, at: int) -> bool:
        """Does the bot forget the watched order on that step?"""
        here, move = self.way[at]
        return here.remembered and not move.there.remembered

    def _done(self, orders: _Orders, at: int, *, is_lost: bool) -> str:
        """Where all stands, what is done or happens, and what was answered with no before it."""
        (here, move), flow = self.way[at], self.flow
        place = here.state
        is_made = _makes_another(self.vocabulary, here, move)
        other = "" if move.heard.about else orders.made if is_made else orders.other
        if here.order != "none":
            which = orders.own or ("earlier order" if is_lost and here.order in OPEN else "order")
            place += f", while the {which} {IN_WORDS[here.order]}"
        if move.rule is None:
            return f"in {place}: {spoken.happened(move.heard.name, other)}"
        before = self.way[at - 1][1].rule if at else None
        shown = before.message if before else None
        done = spoken.done(flow, here.state, move.rule, other, shown) + _again(flow, here, move)
        refusals = " ".join(_refusals(flow, _refused(flow, here.state, move.rule), self.vocabulary))
        asked = f"the shop itself asks for the money of {other}, and " * self._is_unasked(
            orders, at
        )
        late = "late, " * _is_late(here, move)
        return f"in {place}: {asked}{late}{done}" + (f" ({refusals})" if refusals else "")

    def _is_unasked(self, orders: _Orders, at: int) -> bool:
        """Does money come for another order made on the way, which no step before has asked for?"""
        heard = self.way[at][1].heard
        if heard.about or not heard.name.startswith("payment.") or not 0 <= orders.made_at < at:
            return False
        since = (move for _, move in self.way[orders.made_at + 1 : at])
        return not any(
            not move.heard.about
            and (
                move.heard.name.startswith("payment.")
                or (move.rule and paths.is_payment(move.rule))
            )
            for move in since
        )

    def _after(self, orders: _Orders, at: int) -> Iterator[str]:
        """What becomes of the orders by a step, as far as that is not told by where all stands."""
        here, move = self.way[at]
        own = f"the {orders.own}" if orders.own else ""
        if own and move.rule and at == orders.made_at:
            yield f"{orders.other} is made"
        if own and move.rule and here.order == "none" != move.there.order:
            yield f"{own} is made"
        if at < len(self.way) - 1:  # on the last one it may go wrong before
            yield from self._goes_on(here, move, own)
        if self.tells_lost and self._forgets(at):
            yield "the bot forgets all answers"
        elif self._loses(at):
            yield f"the bot forgets {own or 'that order'}"

    def _goes_on(self, here: Standing, move: Move, own: str) -> Iterator[str]:
        """Is money asked for without a tap on its button, or an order spoken of again?"""
        if move.rule and not paths.is_payment(move.rule) and self._requests(move.rule):
            yield "the money is asked for"
        if here.order != "none" and move.there.remembered and not here.remembered:
            yield f"the bot turns back to {own or 'that order'}"

    def _requests(self, rule: Rule) -> bool:
        words = (self.vocabulary.actions[call.name] for call in rule.actions)
        return any(word.books == "request" for word in words)

    def _forgets(self, at: int) -> bool:
        """Is all forgotten on this step, before its words are said?"""
        here, move = self.way[at]
        actions = move.rule.actions if move.rule else ()
        drops = (self.vocabulary.actions[call.name].drops for call in actions)
        ends = move.there.state != here.state and self.flow.states[move.there.state].end
        return at > 0 and (ends or any("*" in each for each in drops))


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


def _refused(flow: Flow, state: str, rule: Rule) -> Iterator[Call]:
    """Which rule's guard said no, of the rule itself or of one above it for the same words."""
    earlier = takewhile(lambda each: each is not rule, rules_of(flow.states[state], flow))
    for each in earlier:
        if each.trigger == rule.trigger and len(each.guards) == 1 and not each.guards[0].negated:
            yield each.guards[0]
    yield from (call for call in rule.guards if call.negated)


def _refusals(flow: Flow, refused: Iterable[Call], vocabulary: Vocabulary) -> Iterator[str]:
    """Each once. How the order stands is left out, for where all stands tells it, and that nothing
    is being changed, for hardly ever anything is.
    """
    for call in {(call.name, call.argument): call for call in refused}.values():
        word = vocabulary.guards[call.name]
        if call.name != changing.changing.__name__ and not word.books:
            yield _refusal(flow, call, word)


def _refusal(flow: Flow, call: Call, word: Word) -> str:
    no = f"No: {word.uncounted}." if word.uncounted and not flow.counts else "No."
    question, asks, _ = word.about.partition("?")
    if asks and call.argument is None:
        return f"{question}? {no}"
    return f"`{': '.join(filter(None, (call.name, call.argument)))}`? {no}"
