"""Send what is owed: oldest first, one at a time for each customer, until Ghala has it."""

import random
from collections.abc import Callable

from adapters.errors import BadKey, Refused, TryLater, Unknown
from engine.effect import unpack
from store import outbox
from store.clock import MINUTE, SECOND
from store.database import transaction
from store.packing import unpacked
from store.sharing import together
from store.tables import Outbox
from web import metrics
from web.logs import LOG
from web.pace import Pace
from web.shop import Shop

LEASE = 30 * SECOND  # longer than any one request may take, twice
MOST_TRIES = 20
LONGEST_WAIT = 5 * MINUTE
FRESH = 2 * SECOND  # a claim of this age may be used without asking whether it still holds


def deliver_one(shop: Shop, pace: Pace, *, owner: str) -> bool:
    """Send the next message that is due; False when there is none."""
    row = take(shop, owner=owner)
    if row is None:
        return False
    hand_over(shop, pace, row, owner=owner)
    return True


def take(shop: Shop, *, owner: str) -> Outbox | None:
    """Claim the next message that is due, if there is one."""
    if not outbox.is_any_due(shop.at()):
        return None
    return together(lambda: _claim(shop, owner))


def _claim(shop: Shop, owner: str) -> Outbox | None:
    return outbox.claim(owner=owner, now=shop.at(), lease=LEASE)


GoesOn = Callable[[], bool]  # asked when a message has been sent: is the next one wanted?
Rests = Callable[[float], bool]  # waits so many seconds for the pace; False: nobody does


def hand_over(
    shop: Shop,
    pace: Pace,
    row: Outbox,
    *,
    owner: str,
    goes_on: GoesOn = lambda: False,
    rests: Rests = lambda seconds: False,
) -> Outbox | None:
    """Send a message that was claimed, and write down what came of it.

    Who `goes_on` claims the next one in the very commit that tells that this one was sent, and is
    given it: the disk is the dearest part of sending.
    """
    now = shop.at()
    if row.expires_at <= now:
        with transaction():
            outbox.dead(
                row, owner=owner, error="too late: WhatsApp's 24 hours are over", status="expired"
            )
    elif wait := pace.turn(row.phone, shop.at, rests):  # outside: it may be another machine's count
        with transaction():
            outbox.later(row, owner=owner, due=shop.at() + wait, error="paced", counted=False)
    elif _is_held(shop, row, owner):
        return _send(shop, row, owner, goes_on)
    return None


def _is_held(shop: Shop, row: Outbox, owner: str) -> bool:
    """Is the claim still ours? Who was frozen since asks the books before anything is sent."""
    since, now = row.lease_until - LEASE, shop.at()
    if since <= now < since + FRESH:
        return True
    with transaction():
        return outbox.still_mine(row, owner=owner, now=now, lease=LEASE)


def _send(shop: Shop, row: Outbox, owner: str, goes_on: GoesOn) -> Outbox | None:
    """One request; whatever comes of it is written down; every try has the same key."""
    try:
        key = f"{row.key}:{row.created_at}"  # the same for each try; another in a restored shop
        with metrics.called("send"):
            provider_id = shop.ghala.send(unpack(unpacked(row.body)), to=row.phone, key=key)
    except BadKey as error:
        LOG.error(
            "Ghala refuses our key: nothing can be sent until %s is right (%s)",
            shop.settings.name_of_key, error,
        )  # fmt: skip
        _put_off(shop, row, owner, LEASE, f"{outbox.KEY_REFUSED}{error}", counted=False)
    except TryLater as error:
        wait = int(error.after * SECOND) if error.after else backoff(row.attempts)
        _put_off(shop, row, owner, wait, str(error))
    except Unknown as error:
        _put_off(shop, row, owner, backoff(row.attempts), str(error))
    except Refused as error:
        _give_up(shop, row, owner, str(error))
    else:
        wants_more = goes_on()
        return together(lambda: _note(shop, row, owner, provider_id, wants_more))
    return None


def _note(
    shop: Shop, row: Outbox, owner: str, provider_id: str | None, wants_more: bool
) -> Outbox | None:
    """Write down that Ghala has it, and claim the next one if more is wanted."""
    outbox.sent(row, owner=owner, provider_id=provider_id, now=shop.at())
    return _claim(shop, owner) if wants_more else None


def _put_off(
    shop: Shop, row: Outbox, owner: str, wait: int, error: str, *, counted: bool = True
) -> None:
    if counted and row.attempts >= MOST_TRIES:
        _give_up(shop, row, owner, error)
        return
    with transaction():
        outbox.later(row, owner=owner, due=shop.at() + wait, error=error, counted=counted)


def _give_up(shop: Shop, row: Outbox, owner: str, error: str) -> None:
    LOG.error("Message %s cannot be delivered: %s", row.id, error)
    with transaction():
        outbox.dead(row, owner=owner, error=error)


def backoff(tries: int) -> int:
    """How long to wait after so many tries, in ms: doubling from a second, with full jitter."""
    most = min(LONGEST_WAIT, SECOND * 2 ** min(tries, 16))
    return random.randint(most // 2, most)
