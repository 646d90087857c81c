"""Payments: one forward-only status machine, moved by compare-and-set and nothing else.

::

    requested ──post──▶ unknown ──answer──▶ pending ──▶ success
        ▲  try later ─────┘                    └──────▶ failed, expired
        └──▶ cancelled, when its order is settled otherwise before Ghala has taken it
    money that did arrive is believed after any of them; nothing leaves success by itself
"""

from dataclasses import dataclass
from typing import Any

from store import money, orders, statements
from store.clock import MINUTE, SECOND
from store.due import FARTHEST, RARELY
from store.errors import AskedTooOften, NotPayable
from store.tables import OPEN, Order, Payment, PaymentLog

_UNPAID = ("requested", "unknown", "pending", "failed", "expired", "cancelled")

#: What a payment may have been before it becomes the key. Everything else is refused.
MAY_FOLLOW = {
    "requested": ("unknown",),  # surely not accepted: it may be posted again under the same key
    "unknown": ("requested",),
    "pending": ("requested", "unknown"),
    "failed": OPEN,
    "expired": OPEN,
    "cancelled": ("requested", "unknown"),  # surely not accepted, and not wanted any more
    "success": _UNPAID,  # money that did arrive is always believed
    "surplus": _UNPAID,
    "review": (*_UNPAID, "surplus"),
}

_MOST = max(map(len, MAY_FOLLOW.values()))  # stages that one may follow

#: What others see of each stage.
STATUS = {
    "requested": "pending", "unknown": "pending", "pending": "pending", "success": "success",
    "failed": "failed", "cancelled": "failed", "expired": "expired", "surplus": "needs_review",
    "review": "needs_review", "reversed": "needs_review",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """What somebody says became of a payment.

    `id` is any of the ids it has: Ghala's, the attempt's, the order's. `amount` is the text as
    sent; None says that none was sent. `source` is ``webhook``, ``poll``, ``answer``.
    """

    id: str
    kind: str  # success, failed, pending
    source: str
    amount: str | None = None
    currency: str = ""
    reference: str = ""
    reason: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the books made of a piece of news.

    `told` is what the customer is to hear of it (success, failed, review) or empty; `word` says
    what was decided: paid, failed, pending, stale, repeat, ask, surplus, review, unknown.
    """

    word: str
    told: str = ""
    payment: Payment | None = None


def request(order: Order, *, method: str, phone: str, now: int) -> Payment:
    """Write down the wish to be paid, before anybody is asked; raises NotPayable."""
    held = orders.hold(order.id)
    if orders.standing(held) != "payable":
        raise NotPayable(order.id)
    statements.run(statements.WANT_PAYMENT, (method, now, held.id))
    return _open(held, stage="requested", method=method, phone=phone, now=now)


def _open(
    order: Order, *, stage: str, method: str, phone: str, now: int, reference: str | None = None
) -> Payment:
    (last,) = statements.run(statements.LAST_ATTEMPT, (order.id,)).fetchone()
    attempt = (last or 0) + 1
    values = (
        f"{order.id}.{attempt}", order.id, attempt, order.total_amount, order.currency, method,
        phone, stage, STATUS[stage], reference, now, now, now,
    )  # fmt: skip
    return _found(statements.one(statements.OPEN_PAYMENT, values, Payment))


def _found(payment: Payment | None) -> Payment:
    if payment is None:
        raise LookupError("a payment that was there a moment ago")
    return payment


PROMPTS, PROMPT_TIME = 3, 10 * MINUTE  # a phone is asked no oftener by the shop's own systems


def leave_in_peace(phone: str, *, now: int) -> None:
    """Raise AskedTooOften when a phone was asked to pay three times in ten minutes."""
    (lately,) = statements.run(statements.COUNT_PROMPTS, (phone, now - PROMPT_TIME)).fetchone()
    if lately >= PROMPTS:
        raise AskedTooOften(phone)


def find(identity: str) -> Payment | None:
    """Find a payment by Ghala's id, its own, or its order's (the attempt that counts most)."""
    own = statements.one(statements.FIND_PAYMENT, (identity, identity), Payment)
    return own or statements.one(statements.FIND_PAYMENT_OF, (identity,), Payment)


def phone_of(identity: str) -> str | None:
    """Whose payment or order this is, by any of its ids."""
    payment = find(identity)
    order = orders.find(payment.order_id if payment else identity)
    return order.customer.phone_number if order else None


def advance(
    payment: Payment, *, to: str, now: int, reference: str | None = None, reason: str | None = None
) -> bool:
    """Move a payment to a stage if its present one allows, and tell whether it moved."""
    may_follow = (MAY_FOLLOW[to] * _MOST)[:_MOST]  # said again until all places are taken
    values = (to, STATUS[to], now, reference, reason and reason[:200], payment.id, *may_follow)
    return bool(statements.run(statements.ADVANCE, values).rowcount == 1)


def hear(news: News, *, now: int) -> Verdict:
    """Let news of a payment change the books, whatever any conversation is doing."""
    payment = find(news.id) or _unasked(news, now=now)
    if payment is None:
        return _logged(news, Verdict("unknown"), now=now)
    order = orders.hold(payment.order_id)
    payment = _found(statements.one(statements.SAME_PAYMENT, (payment.id,), Payment))  # held now
    decide: Any = _DECIDE[news.kind]
    verdict: Verdict = decide(news, payment, order, now)
    return _logged(news, verdict, now=now)


def _unasked(news: News, *, now: int) -> Payment | None:
    """Money for an order of ours that nobody was asked to pay yet: it came all the same."""
    order: Order | None = Order.get_or_none(Order.id == news.id) if news.kind == "success" else None
    if order is None:
        return None
    method = order.payment_method or "unknown"
    phone = order.customer.phone_number
    return _open(order, stage="pending", method=method, phone=phone, now=now)


def _logged(news: News, verdict: Verdict, *, now: int) -> Verdict:
    known = verdict.payment.id if verdict.payment else None
    said = news.body or f"{news.kind} {news.id} {news.amount} {news.currency} {news.reference}"
    statements.run(statements.LOG_NEWS, (known, news.source, said[:4000], verdict.word, now))
    return verdict


def _succeed(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    if payment.stage in ("success", "surplus", "review", "reversed"):
        return _succeed_again(news, payment, order, now)
    if news.amount is None and news.source == "webhook":
        Payment.update(due_at=now).where(Payment.id == payment.id).execute()
        return Verdict("ask", payment=payment)  # no amount told: Ghala is asked before it counts
    if not _is_exact(news, payment):
        return _set_for_review(news, payment, order, now)
    if order.payment_status == "paid" or order.status in ("cancelled", "needs_review"):
        return _surplus(news, payment, order, now)
    return _paid(news, payment, order, now)


def _is_exact(news: News, payment: Payment) -> bool:
    if news.amount is None:
        return True  # Ghala was asked itself, about the amount we gave it
    told = money.parse(news.amount, payment.currency)
    same_currency = news.currency == payment.currency
    return same_currency and told == money.minor(payment.amount, payment.currency)


def _paid(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    advance(payment, to="success", now=now, reference=news.reference or None)
    statements.run(statements.ORDER_PAID, (payment.payment_method, now, order.id))
    statements.run(statements.KEEP_RECEIPT, (order.id, payment.id, now))
    _close_others(payment, now=now)
    return Verdict("paid", "success", payment)


def _close_others(payment: Payment, *, now: int) -> None:
    """Money has come: a newer attempt that was never posted must not be posted any more."""
    statements.run(statements.CANCEL_UNPOSTED, (now, payment.order_id, payment.id))


def _succeed_again(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    if not news.reference or news.reference == payment.transaction_ref:
        return Verdict("repeat", payment=payment)
    seen = Payment.select().where(Payment.order == order, Payment.transaction_ref == news.reference)
    if seen.exists():
        return Verdict("repeat", payment=payment)
    if payment.transaction_ref is None:
        Payment.update(transaction_ref=news.reference).where(Payment.id == payment.id).execute()
        return Verdict("repeat", payment=payment)
    second = _open(
        order, stage="surplus", method=payment.payment_method, phone=payment.phone_number,
        now=now, reference=news.reference,
    )  # fmt: skip
    if order.payment_status != "paid":
        Order.update(status="needs_review", updated_at=now).where(Order.id == order.id).execute()
    return Verdict("surplus", "review", second)


def _surplus(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    advance(payment, to="surplus", now=now, reference=news.reference or None)
    _close_others(payment, now=now)
    if order.payment_status != "paid":
        Order.update(status="needs_review", updated_at=now).where(Order.id == order.id).execute()
    return Verdict("surplus", "review", payment)


def _set_for_review(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    due = money.minor(payment.amount, payment.currency)
    told = f"told {_as_read(news)}, due {money.text(due, payment.currency, grouped=True)}"
    advance(payment, to="review", now=now, reference=news.reference or None, reason=told)
    _close_others(payment, now=now)
    if order.payment_status != "paid":
        Order.update(status="needs_review", updated_at=now).where(Order.id == order.id).execute()
    return Verdict("review", "review", payment)


def _as_read(news: News) -> str:
    """The sum that was told, as people read it; as it was sent if it is none."""
    cents = money.parse(news.amount or "", news.currency)
    if cents is None:
        return f"{news.currency} {news.amount}"
    return money.text(cents, news.currency, grouped=True)


def _fail(news: News, payment: Payment, order: Order, now: int, stage: str = "failed") -> Verdict:
    if not advance(payment, to=stage, now=now, reason=news.reason or None):
        return Verdict("repeat" if payment.stage == stage else "stale", payment=payment)
    was_due = statements.run(statements.ORDER_UNPAID, (now, order.id)).rowcount
    # not so when other money has settled it meanwhile: then there is nothing to try again
    return Verdict("failed", "failed" if was_due else "", payment)


def _pend(news: News, payment: Payment, order: Order, now: int) -> Verdict:
    moved = advance(payment, to="pending", now=now)
    return Verdict("pending" if moved else "stale", payment=payment)


_DECIDE = {
    "success": _succeed,
    "failed": _fail,
    "pending": _pend,
    "expired": lambda news, payment, order, now: _fail(news, payment, order, now, "expired"),
}


# --- asking Ghala ------------------------------------------------------------------------------


def is_any_to_post(now: int) -> bool:
    """Is Ghala to be asked for any payment? Nothing is claimed by this."""
    return bool(statements.run(statements.IS_ANY_TO_POST, (now, now + FARTHEST)).fetchone())


def is_any_to_ask(now: int) -> bool:
    """Is Ghala to be asked about any payment? Nothing is claimed by this."""
    return bool(statements.run(statements.IS_ANY_TO_ASK, (now, now + RARELY)).fetchone())


def claim_to_post(*, owner: str, now: int, lease: int) -> Payment | None:
    """Take one payment that Ghala is to be asked for, and write down that it may be asked now.

    From here its fate is unknown until Ghala answers: a crash between the two is found by asking.
    """
    values = (now, now + lease, owner, now, now, now + FARTHEST)
    return statements.one(statements.CLAIM_TO_POST, values, Payment)


def claim_to_ask(*, owner: str, now: int, lease: int) -> Payment | None:
    """Take one payment about which Ghala is to be asked, longest due first."""
    values = (now + lease, owner, now, now + RARELY)
    return statements.one(statements.CLAIM_TO_ASK, values, Payment)


def is_anothers(ghala_id: str, payment: Payment) -> bool:
    """Does Ghala's id stand for another payment already?"""
    return bool(statements.run(statements.IS_ANOTHERS, (ghala_id, payment.id)).fetchone())


def opened(payment: Payment, *, ghala_id: str, url: str | None, due: int, now: int) -> None:
    """Write down that Ghala has taken it: its id there, and the link for a card.

    Who was frozen and lost the claim meanwhile tells only what nobody knows yet.
    """
    advance(payment, to="pending", now=now)
    values = (ghala_id, url, due, payment.id, payment.owner or "")
    statements.run(statements.KEEP_GHALAS_ID, values)


def still_mine(payment: Payment, *, now: int, lease: int) -> bool:
    """Renew the claim just before Ghala is asked; False: another has gone on with it."""
    values = (now + lease, payment.id, payment.owner or "", payment.stage)
    return bool(statements.run(statements.RENEW_CLAIM, values).rowcount)


def put_off(payment: Payment, *, due: int, now: int, again: bool = False) -> None:
    """Look at it later; `again`: it surely was not accepted, post it then under the same key.

    Unless its order was settled otherwise meanwhile: then it is cancelled, and nobody is asked.
    """
    if not statements.run(statements.IS_MINE, (payment.id, payment.owner or "")).fetchone():
        return  # frozen meanwhile: another has gone on with it
    if again:
        is_due = orders.hold(payment.order_id).status == "pending"
        advance(payment, to="requested" if is_due else "cancelled", now=now)
    statements.run(statements.PUT_PAYMENT_OFF, (due, payment.id))


def next_due(*, now: int) -> int | None:
    """When the next open payment is due, in milliseconds, if there is one."""
    found = statements.run(statements.NEXT_PAYMENT).fetchone()
    return max(found[0], now) if found else None


#: How long after which question the next one follows; the last is repeated, for money that came
#: without a word must be found within 15 minutes.
ASK_AFTER = tuple(each * SECOND for each in (60, 90, 120, 300, 900))


# --- to be looked at ---------------------------------------------------------------------------


def of_order(order_id: str) -> list[Payment]:
    """Every attempt to be paid for an order, oldest first."""
    return list(Payment.select().where(Payment.order == order_id).order_by(Payment.attempt))


def log_of(payment_ids: list[str], *, limit: int = 100) -> list[PaymentLog]:
    """What was heard about some payments and what was decided, newest first."""
    found = PaymentLog.select().where(PaymentLog.payment_id.in_(payment_ids))
    return list(found.order_by(PaymentLog.id.desc()).limit(limit))
