"""Ask Ghala for money, and ask what became of it: never a second time under another key."""

from adapters.errors import BadKey, Refused, TryLater, Unknown
from adapters.ghala import Asked, Charge, Opened
from engine.event import Event
from flows import turns
from store import orders, payments
from store.clock import DAY, SECOND
from store.database import transaction
from store.sharing import together
from store.tables import Payment
from web import metrics
from web.delivery import FRESH, LEASE, backoff
from web.logs import LOG
from web.shop import Shop

GIVE_UP_AFTER = DAY


def is_any_due(shop: Shop) -> bool:
    """Is Ghala to be asked for a payment, or about one? Nothing is claimed by this."""
    now = shop.at()
    return payments.is_any_to_post(now) or payments.is_any_to_ask(now)


def post_one(shop: Shop, *, owner: str) -> bool:
    """Ask Ghala for the next payment that was requested; False when there is none.

    The claim writes down that Ghala may have been asked *before* it is: if this process dies in
    between, the payment is asked about, never asked for anew.
    """
    now = shop.at()
    if not payments.is_any_to_post(now):
        return False
    claimed = together(lambda: _claimed(owner, now))
    if claimed is None:
        return False
    payment, charge = claimed
    if not _is_held(shop, payment, since=now):
        return True
    try:
        with metrics.called("charge"):
            opened = shop.ghala.charge(charge)
    except BadKey as error:
        LOG.error("Ghala refuses our key: no payment can be asked for (%s)", error)
        _post_later(shop, payment, after=LEASE)
    except TryLater as error:
        after = int(error.after * SECOND) if error.after else backoff(payment.posts)
        _post_later(shop, payment, after=after)
    except Refused as error:
        LOG.error("Ghala refused payment %s: %s", payment.id, error)
        _news(shop, payment, "failed", source="answer", reason="declined")
    except Unknown as error:
        LOG.warning("Payment %s has an unknown fate and is asked about: %s", payment.id, error)
        with transaction():
            payments.put_off(payment, due=shop.at() + 2 * SECOND, now=shop.at())
    else:
        if _is_its_own(payment, opened.id):
            _opened(shop, payment, opened)
        else:
            _ask_later(shop, payment)
    return True


def _claimed(owner: str, now: int) -> tuple[Payment, Charge] | None:
    payment = payments.claim_to_post(owner=owner, now=now, lease=LEASE)
    return (payment, _charge(payment)) if payment else None


def _is_its_own(payment: Payment, ghala_id: str) -> bool:
    """Is this id no other payment's? If it is, the answer tells nothing: it is asked by our own."""
    if not payments.is_anothers(ghala_id, payment):
        return True
    LOG.error("Ghala answered for payment %s with an id that is another payment's", payment.id)
    return False


def _is_held(shop: Shop, payment: Payment, *, since: int) -> bool:
    """Is the claim still ours? Who was frozen since asks the books before money is asked for."""
    now = shop.at()
    if since <= now < since + FRESH:
        return True
    with transaction():
        return payments.still_mine(payment, now=now, lease=LEASE)


def _charge(payment: Payment) -> Charge:
    order = orders.find(payment.order_id)
    what = f"Payment for {order.product_name} x{order.quantity}" if order else "Payment"
    return Charge(
        attempt=payment.id, amount=payment.amount, currency=payment.currency,
        method=payment.payment_method, phone=payment.phone_number, description=what,
    )  # fmt: skip


def _post_later(shop: Shop, payment: Payment, *, after: int) -> None:
    """It surely was not accepted: post it later, under the same key."""
    with transaction():
        payments.put_off(payment, due=shop.at() + after, now=shop.at(), again=True)


def _opened(shop: Shop, payment: Payment, opened: Opened) -> None:
    """Keep Ghala's id, pass a card's link on, and apply news that came before this answer."""
    together(lambda: _keep(shop, payment, opened))
    shop.wake()


def _keep(shop: Shop, payment: Payment, opened: Opened) -> None:
    due = shop.at() + int(shop.settings.payment_poll_seconds * SECOND)
    if opened.url:  # the customer is told: locks are taken in the order of messages
        turns.hold_conversation(payment.id, book=shop.library.live(), at=shop.at())
    payments.opened(payment, ghala_id=opened.id, url=opened.url, due=due, now=shop.at())
    if opened.url:
        cause = f"answer:{payment.id}"
        outcome = turns.tell(
            "payment.link", payment, cause=cause, now=shop.now(), library=shop.library
        )
        shop.log(*outcome.notes)


def ask_one(shop: Shop, *, owner: str) -> bool:
    """Ask Ghala about the next payment that has been open too long; False when there is none."""
    now = shop.at()
    if not payments.is_any_to_ask(now):
        return False
    payment = together(lambda: payments.claim_to_ask(owner=owner, now=now, lease=LEASE))
    if payment is None:
        return False
    try:
        with metrics.called("ask"):
            asked = shop.ghala.ask(payment.ghala_payment_id or payment.id)
    except (TryLater, Unknown, Refused) as error:
        LOG.warning("Ghala cannot tell about payment %s: %s", payment.id, error)
        _ask_later(shop, payment)
    else:
        _learned(shop, payment, asked)
    return True


def _learned(shop: Shop, payment: Payment, asked: Asked | None) -> None:
    if asked is not None and asked.status in ("success", "failed"):
        _adopt(shop, payment, asked)  # else news under Ghala's own id would wait for ever
        _news(shop, payment, asked.status, source="poll", asked=asked)
    elif asked is None and payment.stage == "unknown" and _is_settled(shop, payment):
        LOG.info("Ghala does not know payment %s: it is posted again under its own key", payment.id)
        with transaction():
            payments.put_off(payment, due=shop.at(), now=shop.at(), again=True)
    elif shop.at() - payment.created_at > GIVE_UP_AFTER:
        _news(shop, payment, "expired", source="poll", reason="expired")
    else:
        if asked is not None:
            _adopt(shop, payment, asked)
        _ask_later(shop, payment)


def _adopt(shop: Shop, payment: Payment, asked: Asked) -> None:
    """Ghala has it after all: keep its id there, and wait for the end of it."""
    if payment.ghala_payment_id is None and asked.id and _is_its_own(payment, asked.id):
        with transaction():
            payments.opened(payment, ghala_id=asked.id, url=None, due=shop.at(), now=shop.at())
        payment.stage = "pending"


def _is_settled(shop: Shop, payment: Payment) -> bool:
    """Has it been silent for so long that Ghala surely never took it?"""
    settle = int(shop.settings.payment_settle_seconds * SECOND)
    return shop.at() - (payment.posted_at or payment.created_at) >= settle


def _ask_later(shop: Shop, payment: Payment) -> None:
    """Ask again later: soon while its fate is unknown, ever more rarely while it is pending."""
    poll = int(shop.settings.payment_poll_seconds * SECOND)
    settle = int(shop.settings.payment_settle_seconds * SECOND)
    if payment.stage == "unknown":
        wait = min(backoff(payment.asks), max(settle, SECOND))
    else:
        step = payments.ASK_AFTER[min(payment.asks, len(payments.ASK_AFTER) - 1)]
        wait = step * max(poll, SECOND) // payments.ASK_AFTER[0]
    with transaction():
        payments.put_off(payment, due=shop.at() + wait, now=shop.at())


def _news(
    shop: Shop,
    payment: Payment,
    kind: str,
    *,
    source: str,
    reason: str = "",
    asked: Asked | None = None,
) -> None:
    """Let what Ghala answered pass by the same door as its webhooks."""
    data: dict[str, str] = {"order_id": payment.id, "reason": reason, "source": source}
    if asked is not None:
        data |= {"reference": asked.reference, "reason": asked.reason}
        if asked.amount is not None:
            data |= {"amount": asked.amount, "currency": asked.currency or payment.currency}
    event = Event(f"{source}:{payment.id}:{kind}:{payment.asks}", "", f"payment.{kind}", data)
    outcome = turns.hear_payment(event, now=shop.now(), library=shop.library)
    shop.report(event, outcome)
    shop.wake()


def adopt_waiting(shop: Shop) -> None:
    """Apply news of payments that came before we knew their order."""
    for outcome in turns.adopt_waiting(now=shop.now(), library=shop.library):
        shop.log(*outcome.notes)
        shop.wake()
