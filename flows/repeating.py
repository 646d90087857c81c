"""The same again: what was ordered once is ordered once more."""

from engine.turn import Turn
from engine.vocabulary import action, guard
from flows import facts
from flows.ordering import enough, in_question, written_down
from store import orders
from store.errors import UnknownOrder


@action(needs=("order",), gives=facts.ABOUT_ORDER, asks=("still_sold",), books="place")
def order_again(turn: Turn) -> None:
    """Write the same order down once more, at today's prices."""
    order = in_question(turn)
    if order is None:
        raise UnknownOrder(str(turn.get("order")))
    turn.remember({"address": order.delivery_address or ""})
    written_down(turn, [(each.product_id, each.quantity) for each in orders.lines(order)])


@guard(proves=("order",), uncounted=facts.GONE)
def still_sold(turn: Turn) -> bool:
    """Is enough left of everything in the order, to order it again?"""
    order = in_question(turn)
    if order is None:
        return False
    lines = orders.lines(order)
    return all(enough(turn.flow, each.product_id, each.quantity) for each in lines)
