"""Send what is owed: oldest first, one at a time for each customer, until Ghala has it."""

import json
import random

from adapters.errors import BadKey, Refused, TryLater, Unknown
from engine.effect import unpack
from store import outbox
from store.clock import MINUTE, SECOND
from store.database import transaction
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
    now = shop.at()
    row = together(lambda: outbox.claim(owner=owner, now=now, lease=LEASE))
    if row is None:
        return False
    if row.expires_at <= now:
        with transaction():
            outbox.dead(
                row, owner=owner, error="too late: WhatsApp's 24 hours are over", status="expired"
            )
        return True
    if wait := pace.wait(row.phone, now):  # not inside: the count may be another machine's
        with transaction():
            outbox.later(row, owner=owner, due=now + wait, error="paced", counted=False)
    elif _is_held(shop, row, owner, since=now):
        _send(shop, row, owner)
    return True


def _is_held(shop: Shop, row: Outbox, owner: str, *, since: int) -> bool:
    """Is the claim still ours? Who was frozen since asks the books before anything is sent."""
    now = shop.at()
    if since <= now < since + FRESH:
        return True
    with transaction():
        return outbox.still_mine(row, owner=owner, now=now, lease=LEASE)


def _send(shop: Shop, row: Outbox, owner: str) -> None:
    """One request; whatever comes of it is written down; every try has the same key."""
    try:
        key = f"{row.key}:{row.created_at}"  # the same for each try; another in a restored shop
        with metrics.called("send"):
            provider_id = shop.ghala.send(unpack(json.loads(row.body)), to=row.phone, key=key)
    except BadKey as error:
        LOG.error(
            "Ghala refuses our key: nothing can be sent until GHALA_API_KEY is right (%s)", error
        )
        _put_off(shop, row, owner, LEASE, str(error), counted=False)
    except TryLater as error:
        wait = int(error.after * SECOND) if error.after else backoff(row.attempts)
        _put_off(shop, row, owner, wait, str(error))
    except Unknown as error:
        _put_off(shop, row, owner, backoff(row.attempts), str(error))
    except Refused as error:
        _give_up(shop, row, owner, str(error))
    else:
        together(lambda: outbox.sent(row, owner=owner, provider_id=provider_id, now=shop.at()))


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
