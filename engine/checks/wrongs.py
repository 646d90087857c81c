"""What a rule must not do to an order or to its customer, each with what would be right."""

from dataclasses import dataclass

from engine import trail
from engine.checks import timely
from engine.checks.standing import IN_WORDS, SETTLED, STANDINGS, Heard, Standing
from engine.flow import Flow, Happened, Message, Otherwise, PaymentButtons, Place, Rule
from engine.turn import PAY
from engine.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a rule does that it must not."""

    code: str
    message: str
    repair: str
    place: Place


def unpayable(standing: str, place: Place, repair: str) -> Wrong:
    """A request for money that the books would refuse, and its customer read an apology for."""
    said = f"this can ask for money for an order that {IN_WORDS[standing]}"
    return Wrong("E901", said, repair, place)


def ask_first(rule: Rule, vocabulary: Vocabulary) -> str:
    """Let a rule ask whether the order is payable; if it does, something else makes it wrong."""
    for call in rule.guards:
        books = vocabulary.guards[call.name].books if call.name in vocabulary.guards else ""
        if books == "payable" and not call.negated:
            return "ask for it only once"
        if books in STANDINGS and not call.negated:
            return f"write `if: payable` in place of `{call.name}`"
    return "add `if: payable`"


def cancelled(order: str, place: Place, repair: str) -> list[Wrong]:
    """A cancellation that the books would refuse, though its customer reads that it was done."""
    if order in ("none", "payable"):
        return []
    said = f"this can say that an order is cancelled that {IN_WORDS[order]}"
    return [Wrong("E906", said, repair, place)]


def made_again(order: str, place: Place) -> list[Wrong]:
    """A second order without a product chosen anew, while the first still waits to be paid."""
    if order != "payable":
        return []
    said = "this can make a second order while the first still waits to be paid"
    right = "lead back to what offers to pay, or `do: cancel_order` before it is asked again"
    return [Wrong("E907", said, right, place)]


#: What brings an order to where it may not be paid any more.
_SETTLES = {"paid": "`event: payment.success`", "review": "`event: payment.review`",
            "cancelled": "what cancels it"}  # fmt: skip


def offer_nothing(rule: Rule, order: str, vocabulary: Vocabulary) -> str:
    """Keep a rule from offering to pay; `otherwise` asks nothing, so who has paid is led on."""
    if isinstance(rule.trigger, Otherwise) and order in _SETTLES:
        return f"let {_SETTLES[order]} lead on from this state, or offer nothing"
    if isinstance(rule.trigger, Otherwise) or _asks_how_it_stands(rule, vocabulary):
        return "offer nothing here"
    return f"{ask_first(rule, vocabulary)}, or offer nothing"


def _asks_how_it_stands(rule: Rule, vocabulary: Vocabulary) -> bool:
    """Does a rule answer for orders that stand in some other way than to be paid?"""
    words = (vocabulary.guards.get(call.name) for call in rule.guards if not call.negated)
    return any(word and word.books in STANDINGS and word.books != "payable" for word in words)


def lead_elsewhere(rule: Rule) -> str:
    """Keep a rule from leading to buttons to pay; a guard on what must answer would leave a gap."""
    line = int(rule.place.line)
    if isinstance(rule.trigger, Happened | Otherwise) or trail.origin(rule):
        return f"let line {line} lead elsewhere, or offer nothing here"
    return f"let line {line} make a new order, ask `if: payable` or lead elsewhere"


def receipts(heard: Heard, count: int, rule: Rule) -> list[Wrong]:
    """A payment that succeeds without its one receipt, or a receipt without such a payment."""
    if heard.name == "payment.success" and count != 1:
        said = f"a payment that succeeds ends in {count or 'no'} receipt{'s' * (count > 1)}"
        return [Wrong("E903", said, "say `do: give_receipt` once", rule.place)]
    if heard.name != "payment.success" and count:
        said = "this gives a receipt without a payment"
        return [Wrong("E904", said, "give it at payment.success", rule.place)]
    return []


def reminder(flow: Flow, rule: Rule, here: Standing, heard: Heard) -> list[Wrong]:
    """A reminder to pay what is paid, cancelled or in a person's hands."""
    if (
        not heard.about
        or heard.name != "order.unpaid"
        or here.order not in SETTLED
        or not timely.says(flow, rule)
    ):
        return []
    said = f"this reminds of an order that {IN_WORDS[here.order]}"
    return [Wrong("E703", said, "add `if: payable`", rule.place)]


def offers(message: Message, order: str, speaks_of_it: bool, repair: str) -> list[Wrong]:
    """Payment buttons under a message for an order that must not be paid any more."""
    if not speaks_of_it or order not in SETTLED:
        return []
    for item in message.offer:
        if isinstance(item, PaymentButtons) or item.id.startswith(PAY):
            said = f"this offers to pay an order that {IN_WORDS[order]}"
            return [Wrong("E902", said, repair, item.place)]
    return []
