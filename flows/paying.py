"""Asking for money, and saying what became of it. The money itself moves in the books."""

from engine.turn import Turn
from engine.vocabulary import action
from flows import facts
from flows.ordering import in_question
from store import clock, payments
from store.errors import UnknownOrder

#: What is known of a way to pay once it is chosen.
_METHOD = {name: facts.ABOUT_PAYMENT[name] for name in ("method", "method_name", "how_to_pay")}


@action(needs=("order", "method"), gives={**facts.ABOUT_ORDER, **_METHOD}, books="request")
def request_payment(turn: Turn) -> None:
    """Open a payment for the order in the way chosen; Ghala is asked once this turn is kept."""
    order = in_question(turn)
    if order is None:
        raise UnknownOrder(str(turn.get("order")))
    method = str(turn.get("method"))
    payment = payments.request(order, method=method, phone=turn.phone, now=clock.ms(turn.now))
    turn.remember(facts.about_order(order))
    turn.remember(facts.about_method(method, turn.flow, language=turn.language))
    turn.notes.append(f"Payment initiated: {payment.id} by {method}")


@action(gives={**facts.ABOUT_ORDER, **_METHOD}, of_news=True, books="take_up")
def take_up_order(turn: Turn) -> None:
    """Make the order that the news speaks of the one that the conversation is about."""
    known = (*facts.ABOUT_ORDER, *_METHOD)
    turn.remember({name: turn.facts[name] for name in known if name in turn.facts})


@action(says=("receipt",), books="receipt")
def give_receipt(turn: Turn) -> None:
    """Send the receipt of the payment that has arrived."""
    turn.say("receipt")
    turn.notes.append(f"Receipt sent: {turn.get('order')}")


@action(says=("payment_under_review",))
def explain_review(turn: Turn) -> None:
    """Say that a person must look at a payment."""
    turn.say("payment_under_review")
