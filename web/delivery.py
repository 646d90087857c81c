"""Send what is owed: oldest first, one at a time for each customer, until Ghala has it."""

import json
import random
import threading

from adapters.errors import BadKey, Refused, TryLater, Unknown
from engine.effect import unpack
from store import outbox
from store.clock import MINUTE, SECOND
from store.database import transaction
from store.tables import Outbox
from web.logs import LOG
from web.shop import Shop

LEASE = 30 * SECOND  # longer than any one request may take, twice
MOST_TRIES = 20
LONGEST_WAIT = 5 * MINUTE
BURST = 10


def deliver_one(shop: Shop, pace: "Pace", *, owner: str) -> bool:
    """Send the next message that is due; False when there is none."""
    now = shop.at()
    with transaction():
        row = outbox.claim(owner=owner, now=now, lease=LEASE)
        if row is None:
            return False
        if row.expires_at <= now:
            outbox.dead(
                row, owner=owner, error="too late: WhatsApp's 24 hours are over", status="expired"
            )
            return True
        wait = pace.wait(row.phone, now)
        if wait:
            outbox.later(row, owner=owner, due=now + wait, error="paced", counted=False)
            return True
    _send(shop, row, owner)
    return True


def _send(shop: Shop, row: Outbox, owner: str) -> None:
    """One request; whatever comes of it is written down; every try has the same key."""
    try:
        key = f"{row.key}:{row.created_at}"  # the same for each try; another in a restored shop
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
        with transaction():
            outbox.sent(row, owner=owner, provider_id=provider_id, now=shop.at())


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


class Bucket:
    """Lets a burst through, then so many a millisecond; a rate of 0 lets everything through."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._filled: dict[str, tuple[float, int]] = {}

    def missing(self, name: str, now: int) -> int:
        """How long until there is one to take, in ms; 0 = now."""
        if not self._rate:
            return 0
        level = self._level(name, now)
        return 0 if level >= 1 else int((1 - level) / self._rate) + 1

    def take(self, name: str, now: int) -> None:
        """Take one."""
        if self._rate:
            self._filled[name] = (self._level(name, now) - 1, now)

    def _level(self, name: str, now: int) -> float:
        level, since = self._filled.get(name, (self._burst, now))
        return min(self._burst, level + (now - since) * self._rate)

    def forget_full(self, now: int) -> None:
        """Drop what has refilled, so that an idle customer costs no memory."""
        self._filled = {
            name: kept
            for name, kept in self._filled.items()
            if self._level(name, now) < self._burst
        }


class Pace:
    """How fast may be sent: so many a second in all, and one per `pair` seconds to a customer.

    WhatsApp allows about 80 a second for a number and one per 6 seconds to a customer, sustained.
    """

    def __init__(self, per_second: float, pair_seconds: float) -> None:
        self._all = Bucket(per_second / SECOND, max(1.0, per_second))
        self._pair = Bucket(1 / (pair_seconds * SECOND) if pair_seconds else 0, BURST)
        self._lock = threading.Lock()

    def wait(self, phone: str, now: int) -> int:
        """Take one, or tell how long to wait, in ms."""
        with self._lock:
            wait = max(self._all.missing("", now), self._pair.missing(phone, now))
            if not wait:
                self._all.take("", now)
                self._pair.take(phone, now)
            return wait

    def tidy(self, now: int) -> None:
        """Forget customers who have been idle."""
        with self._lock:
            self._pair.forget_full(now)
