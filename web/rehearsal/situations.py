"""What must have happened before, so that a rule with its guards can win."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.checks.paths import Step
from engine.flow import Call, Flow, Happened
from engine.vocabulary import Vocabulary
from web.rehearsal import samples
from web.rehearsal.script import Act, Setting

OTHER = "+254711000002"


@dataclass(frozen=True, slots=True)
class Situation:
    """`first` happens before the way to the state, `here` in it, `other` on another phone."""

    name: str = ""
    setting: Setting = field(default_factory=Setting)
    first: str = ""  # "order", "paying" or "cancelled": what is done on the way
    here: tuple[Act, ...] = ()
    other: tuple[Act, ...] = ()
    again: bool = False  # is it over and over that something is met?

    @property
    def is_apart(self) -> bool:
        """Does it need a conversation of its own?"""
        return bool(self.first or self.other or self.setting != Setting())


def for_step(step: Step, earlier: Sequence[Step], flow: Flow, words: Vocabulary) -> list[Situation]:
    """The situations in which a rule may win, the plainest first."""
    refused = [
        words.guards[call.name]
        for other in earlier
        if other.rule.trigger == step.rule.trigger
        for call in other.rule.guards
    ]
    allowed = [
        words.guards[call.name]
        for other in earlier
        if other.rule.trigger == step.rule.trigger
        for call in other.rule.guards
        if call.negated
    ]
    asked = [(words.guards[call.name], call.negated) for call in step.rule.guards]
    refused += [word for word, negated in asked if negated]
    allowed += [word for word, negated in asked if not negated]
    agreed = [name for word in allowed for name in _YES.get(word.books, ())]
    no = [name for word in refused for name in _NO.get(word.name, _NO.get(word.books, ()))]
    wanted = [*_of_event(step), *agreed, *no]
    wanted.insert(len(no) if no and not agreed else 0, "plain")
    return [_MAKE[name](flow) for name in dict.fromkeys(wanted)]


def for_answer(call: Call, flow: Flow, words: Vocabulary, *, holds: bool) -> list[Situation]:
    """The situations in which a guard may say so, the plainest first."""
    word, says = words.guards[call.name], holds is not call.negated
    found = _YES.get(word.books, ()) if says else _NO.get(word.name, _NO.get(word.books, ()))
    return [_MAKE[name](flow) for name in ("plain", *found)]


def _of_event(step: Step) -> Iterator[str]:
    trigger = step.rule.trigger
    if isinstance(trigger, Happened):
        if trigger.name.startswith("payment."):
            yield from ("ordered", "asked", "own asked", "paying")
        else:
            yield "ordered"


#: By what a guard asks of the books: the situations in which it says yes.
_YES: Mapping[str, tuple[str, ...]] = {
    "payable": ("ordered", "order kept", "failed", "own failed"),
    "being_paid": ("asked", "own asked", "paying"),
    "paid": ("paid",),
    "cancelled": ("cancelled",),
    "under_review": ("other review",),
    "this_order": ("own asked", "paying"),
}
#: By a guard's name, or what it asks of the books: the situations in which it says no.
_NO: Mapping[str, tuple[str, ...]] = {
    "any_promotion": ("promotions over",),
    "in_stock": ("sold out",),
    "cart_in_stock": ("sold out",),
    "enough_left": ("few left", "sold out"),
    "still_sold": ("few left",),
    "room_in_cart": ("over and over",),
    "payable": ("own review", "review"),
}


def _few(flow: Flow) -> Setting:
    return Setting(stock=((next(iter(flow.catalog), ""), 1),))


def _sold_out(flow: Flow) -> Situation:
    return Situation("sold out", _few(flow), other=(samples.order(flow),))


def _over(flow: Flow) -> Situation:
    ends = [date.fromisoformat(each.until) for each in flow.promotions.values() if each.until]
    after = max(ends, default=date(2026, 1, 15)) + timedelta(days=1)
    return Situation("promotions over", Setting(datetime(after.year, after.month, after.day, 9)))  # noqa: DTZ001  the shop's own clock


def _here(name: str, *acts: Callable[[Flow], Act]) -> Callable[[Flow], Situation]:
    return lambda flow: Situation(name, here=tuple(act(flow) for act in acts))


def _first(name: str, done: str) -> Callable[[Flow], Situation]:
    return lambda flow: Situation(name, first=done)


def _fixed(act: Act) -> Callable[[Flow], Act]:
    return lambda flow: act


_ASKED = (samples.order, samples.charge)
_MAKE: Mapping[str, Callable[[Flow], Situation]] = {
    "plain": _here(""),
    "ordered": _here("ordered", samples.order),
    "asked": _here("asked", *_ASKED),
    "own asked": _here("own asked", samples.charge),
    "own review": _here("own review", samples.charge, _fixed(samples.TOO_LITTLE)),
    "review": _here("review", _fixed(samples.TOO_LITTLE)),
    "paid": _here("paid", *_ASKED, _fixed(samples.PAID)),
    "failed": _here("failed", *_ASKED, _fixed(samples.FAILED)),
    "own failed": _here("own failed", _fixed(samples.FAILED)),
    "other review": _here("other review", *_ASKED, _fixed(samples.TOO_LITTLE)),
    "order kept": _first("with an open order", "order"),
    "paying": _first("while paying", "paying"),
    "cancelled": _first("after cancelling", "cancelled"),
    "few left": lambda flow: Situation("few left", _few(flow)),
    "sold out": _sold_out,
    "over and over": lambda flow: Situation("over and over", again=True),
    "promotions over": _over,
}
