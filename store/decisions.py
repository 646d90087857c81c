"""What the merchant decides by hand about orders and money: each once, by compare-and-set, kept.

::

    order    paid, not delivered ──deliver──▶ delivered      payable ──cancel──▶ cancelled
    payment  success, surplus, review ──refund──▶ reversed   review ──accept──▶ success

Money itself is moved at Ghala or from the shop's phone; what stands here is that it was.
"""

from store import orders, shelf
from store.database import transaction
from store.errors import NotToBeDone
from store.payments import STATUS
from store.tables import OPEN, Decision, Order, Payment, Receipt

#: What a payment may have been before a person makes it the key.
BY_HAND = {"reversed": ("success", "surplus", "review"), "success": ("review",)}

REASON = 200  # characters


def deliver(order_id: str, *, by: str, now: int) -> None:
    """Write down that the goods of a paid order were handed over; raises NotToBeDone."""
    with transaction():
        order = orders.hold(order_id)
        if order.payment_status != "paid" or order.delivered_at is not None:
            raise NotToBeDone("Only an order that is paid and not delivered yet can be delivered")
        Order.update(delivered_at=now, updated_at=now).where(Order.id == order.id).execute()
        _note("order.deliver", order, "delivered", by=by, reason="", now=now)


def cancel(order_id: str, *, by: str, reason: str, now: int) -> None:
    """Cancel an order that is not paid and not being paid; raises NotToBeDone."""
    with transaction():
        order = orders.hold(order_id)
        if not orders.cancel(order, now=now):
            raise NotToBeDone("An order that is paid, being paid or closed cannot be cancelled")
        _note("order.cancel", order, "cancelled", by=by, reason=_said(reason), now=now)


def refund(payment_id: str, *, by: str, reason: str, now: int) -> None:
    """Write down that money was given back; its order counts as paid no more.

    Goods that were not handed over go back on the shelf. Raises NotToBeDone.
    """
    with transaction():
        order, payment = _hold(payment_id)
        _move(payment, "reversed", now=now)
        _note("payment.refund", order, payment.id, by=by, reason=_said(reason), now=now)
        if payment.stage == "success":
            _unpay(order, payment, now=now)
        else:
            _settle_review(order, payment, now=now)


def accept(payment_id: str, *, by: str, reason: str, now: int) -> Payment:
    """Let money under review count as what its order costs; raises NotToBeDone."""
    with transaction():
        order, payment = _hold(payment_id)
        if order.payment_status != "pending" and order.payment_status != "failed":
            raise NotToBeDone("The order is paid already: give this money back instead")
        if _others(order, payment, OPEN):
            raise NotToBeDone("Another payment of this order is under way: wait for its end")
        _move(payment, "success", now=now)
        _note("payment.accept", order, payment.id, by=by, reason=_said(reason), now=now)
        Order.update(
            status="completed", payment_status="paid", payment_method=payment.payment_method,
            updated_at=now,
        ).where(Order.id == order.id).execute()  # fmt: skip
        Receipt.create(order=order, payment=payment, created_at=now)
        return payment


def ask_again(payment_id: str, *, by: str, now: int) -> None:
    """Let Ghala be asked now about a payment whose end is not known; raises NotToBeDone."""
    with transaction():
        order, payment = _hold(payment_id)
        asked = Payment.update(due_at=now).where(
            Payment.id == payment.id,
            Payment.stage.in_(("unknown", "pending")),
            Payment.owner.is_null(),
        )
        if not asked.execute():
            raise NotToBeDone("This payment has ended, or Ghala is being asked at this moment")
        _note("payment.ask", order, payment.id, by=by, reason="", now=now)


def about(order_id: str) -> list[Decision]:
    """What was decided about an order, newest first."""
    found = Decision.select().where(Decision.subject == order_id)
    return list(found.order_by(Decision.id.desc()))


def _hold(payment_id: str) -> tuple[Order, Payment]:
    """Hold the order, then read the payment as it is now; raises UnknownOrder for neither."""
    order = orders.hold(payment_id.rpartition(".")[0])
    payment: Payment | None = Payment.get_or_none(Payment.id == payment_id)
    if payment is None:
        raise NotToBeDone("There is no such payment")
    return order, payment


def _move(payment: Payment, to: str, *, now: int) -> None:
    moved = (
        Payment.update(stage=to, status=STATUS[to], updated_at=now)
        .where(Payment.id == payment.id, Payment.stage.in_(BY_HAND[to]))
        .execute()
    )
    if not moved:
        raise NotToBeDone("This payment is not one about which that can be decided (any more)")


def _unpay(order: Order, payment: Payment, *, now: int) -> None:
    Receipt.delete().where(Receipt.order == order, Receipt.payment == payment).execute()
    in_review = _others(order, payment, ("review", "surplus"))
    Order.update(
        status="needs_review" if in_review else "cancelled",
        payment_status="refunded",
        updated_at=now,
    ).where(Order.id == order.id).execute()
    if order.delivered_at is None:
        for line in orders.lines(order):
            shelf.give_back(line.product_id, line.quantity)


def _settle_review(order: Order, payment: Payment, *, now: int) -> None:
    """An order that stood under review for this money alone stands where it stood before."""
    if order.status != "needs_review" or _others(order, payment, ("review", "surplus")):
        return
    if _others(order, payment, OPEN):
        change = {"status": "pending"}
    elif order.payment_status == "refunded" or (
        payment.stage == "surplus" and not _others(order, payment, ("reversed",))
    ):
        change = {"status": "cancelled"}  # money for a closed order: it stays closed
    else:
        change = {"status": "payment_failed", "payment_status": "failed"}  # to be tried again
    Order.update(**change, updated_at=now).where(Order.id == order.id).execute()


def _others(order: Order, payment: Payment, stages: tuple[str, ...]) -> bool:
    found = Payment.select().where(
        Payment.order == order, Payment.id != payment.id, Payment.stage.in_(stages)
    )
    return bool(found.exists())


def _said(reason: str) -> str:
    said = " ".join(reason.split())[:REASON]
    if len(said) < 3:
        raise NotToBeDone("A reason is needed, for whoever reads this later")
    return said


def _note(did: str, order: Order, became: str, *, by: str, reason: str, now: int) -> None:
    """Write it down; `order` is as it was before."""
    Decision.create(
        at=now, who=by[:REASON], did=did, subject=order.id,
        was=f"{order.status}, {order.payment_status}", became=became, reason=reason,
    )  # fmt: skip
