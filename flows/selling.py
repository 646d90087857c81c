"""What the shop itself does: place an order for a customer, ask a phone to pay."""

from collections.abc import Sequence
from datetime import datetime

from engine.event import Event
from flows import ordering, turns
from flows.library import Library
from store import clock, conversations, ids, orders, payments
from store.database import transaction
from store.tables import Order, Payment


def place_order(
    wanted: Sequence[tuple[str, int]],
    *,
    phone: str,
    address: str | None,
    name: str | None,
    now: datetime,
    library: Library,
) -> tuple[Order, turns.Outcome]:
    """Place an order and send the customer its payment buttons.

    Raises UnknownProduct and OutOfStock; then nothing was done.
    """
    with transaction():
        flow = library.live().flow
        conversations.hold(phone, state=flow.initial, now=clock.ms(now))  # first, as in every turn
        order = ordering.place(
            flow, wanted, phone=phone, address=address, name=name, now=now,
            token=ids.token(), source="api",
        )  # fmt: skip
        event = Event(f"api:{order.id}", phone, "order.placed", {"order": order.id})
        outcome = turns.happen(event, now=now, library=library)
    return order, turns.Outcome(outcome.word, (f"Order created: {order.id}", *outcome.notes))


def request_payment(order_id: str, *, method: str, phone: str, now: datetime) -> Payment:
    """Ask a phone to pay an order; raises UnknownOrder, NotPayable and AskedTooOften.

    A customer's own taps are not counted: whoever holds the phone cannot bomb it from afar.
    """
    with transaction():
        order = orders.hold(order_id)
        payments.leave_in_peace(phone, now=clock.ms(now))
        return payments.request(order, method=method, phone=phone, now=clock.ms(now))
