"""Making an order of what was answered, and dropping it again."""

from collections.abc import Sequence
from datetime import datetime

from engine import limits
from engine.flow import Flow
from engine.turn import Turn
from engine.vocabulary import ANSWERS, action, guard
from flows import facts
from store import clock, ids, money, orders, shelf, timers
from store.errors import UnknownProduct
from store.tables import Order


@action(
    needs=("product_id", "quantity"), gives=facts.ABOUT_ORDER, books="place",
    asks_counted=("enough_left",),
)  # fmt: skip
def place_order(turn: Turn) -> None:
    """Write the order down, pending, at today's price, and remind of it if it stays unpaid."""
    written_down(turn, [(turn.get("product_id"), int(turn.get("quantity")))])


def written_down(turn: Turn, wanted: Sequence[tuple[str, int]]) -> None:
    """Place what the customer wants as one order, and make it the one that is spoken about."""
    order = place(
        turn.flow,
        wanted,
        phone=turn.phone,
        address=turn.get("address") or None,
        now=turn.now,
        token=turn.token,
    )
    turn.remember(facts.about_order(order))
    turn.notes.append(f"Order created: {order.id}")


def place(
    flow: Flow,
    wanted: Sequence[tuple[str, int]],
    *,
    phone: str,
    address: str | None,
    now: datetime,
    token: str,
    name: str | None = None,
    source: str = "chat",
) -> Order:
    """Place an order of products and quantities at the catalogue's prices.

    Raises UnknownProduct for one that the catalogue has not, OutOfStock when too few are left.
    """
    at = clock.ms(now)
    lines = [line(flow, product_id, quantity) for product_id, quantity in wanted]
    order = orders.place(
        ids.order(at, token), phone, lines,
        currency=flow.shop.currency, address=address, now=at, name=name, source=source,
    )  # fmt: skip
    if flow.shop.remind_unpaid_after:
        timers.start(
            f"order|{order.id}",
            phone=phone,
            body={"event": "order.unpaid", "order": order.id},
            due=at + flow.shop.remind_unpaid_after * clock.SECOND,
        )
    return order


def line(flow: Flow, product_id: str, quantity: int) -> orders.Line:
    """So many of a product at today's price; raises UnknownProduct."""
    product = flow.catalog.get(product_id)
    if product is None:
        raise UnknownProduct(product_id)
    price = money.minor(product.price, flow.shop.currency)
    return orders.Line(product.id, product.name, quantity, price)


def enough(flow: Flow, product_id: str, quantity: int) -> bool:
    """Are so many of a product left? None of one that the catalogue has no more."""
    product = flow.catalog.get(product_id)
    if product is None:
        return False
    left = None if product.stock is None else shelf.left(product_id)
    return left is None or quantity <= left


@action(needs=("order",), tells={"order": facts.ORDER_ID}, drops=("*",), books="cancel")
def cancel_order(turn: Turn) -> None:
    """Cancel the open order, give its goods back, and forget the answers."""
    order = in_question(turn)
    if order and orders.cancel(order, now=clock.ms(turn.now)):
        timers.stop(f"order|{order.id}")
        turn.notes.append(f"Order cancelled: {order.id}")
    known = turn.get("order")
    turn.memory.clear()
    turn.facts["order"] = known


@action(drops=("*",), books="forget")
def forget_answers(turn: Turn) -> None:
    """Forget what was answered so far; an order that was made stays in the books."""
    turn.memory.clear()


@action(takes=ANSWERS, gives={"address": facts.ABOUT_ORDER["address"]})
def write_down(turn: Turn, answers: str) -> None:
    """Put these answers on the order where its address stands: a day, a time, a table."""
    written = " · ".join(str(turn.get(name)) for name in answers.split())
    turn.remember({"address": limits.cut(written, facts.ADDRESS)})


@action(drops=("address",))
def forget_address(turn: Turn) -> None:
    """Go on without a delivery address."""
    turn.forget("address")


def in_question(turn: Turn) -> Order | None:
    """The order that the button, event or conversation speaks of, if it is this number's own."""
    order_id = turn.get("order")
    return orders.of_customer(str(order_id), turn.phone) if order_id else None


def _stands(turn: Turn, standing: str) -> bool:
    order = in_question(turn)
    return order is not None and orders.standing(order) == standing


@guard(proves=("order",), books="payable")
def payable(turn: Turn) -> bool:
    """Is the order the customer's own, unpaid, and not being paid?"""
    return _stands(turn, "payable")


@guard(proves=("order",), books="being_paid")
def being_paid(turn: Turn) -> bool:
    """Is a payment for the order open?"""
    return _stands(turn, "being_paid")


@guard(proves=("order",), books="paid")
def order_paid(turn: Turn) -> bool:
    """Is the order paid?"""
    return _stands(turn, "paid")


@guard(proves=("order",), books="cancelled")
def order_cancelled(turn: Turn) -> bool:
    """Was the order cancelled?"""
    return _stands(turn, "cancelled")


@guard(proves=("order",), books="under_review")
def under_review(turn: Turn) -> bool:
    """Must a person look at a payment of the order?"""
    return _stands(turn, "under_review")


@guard(proves=("order",), books="this_order")
def about_this_order(turn: Turn) -> bool:
    """Does the news concern the order that this conversation is about?"""
    return bool(turn.memory.get("order") == turn.event.data.get("order"))
