"""The worker: wakes when something was committed or comes due, and does all that is due."""

import random
import threading
import time
from collections.abc import Callable

from engine.event import Event
from flows import turns
from store import database, ids, inbox, leases, outbox, payments, sweeping, timers
from store.clock import DAY, SECOND
from store.due import come
from store.errors import BooksClosed
from web import counting
from web.charging import adopt_waiting, ask_one, is_any_due, post_one
from web.delivery import Rests, hand_over, take
from web.line import Line
from web.logs import LOG
from web.pace import Pace
from web.shop import Shop

SWEEP = 1.0  # seconds: how long anything may wait that nobody was woken for
CALM = 3.0  # the same where all who write ring: on SQLite, or while Redis carries the rings
REST = 2.0  # seconds to wait when the database is closed


class Worker:
    """Sends, charges, asks and reminds, in a few threads that share the work by claiming it."""

    def __init__(self, shop: Shop, *, concurrency: int = 1, line: Line | None = None) -> None:
        self._shop, self._line = shop, line
        self._pace = Pace(
            shop.settings.send_per_second,
            shop.settings.pair_seconds,
            shared=line.take if line else None,
        )
        self._process = random.randrange(1, 2**31)
        self._signed_in = threading.Event()
        self._concurrency = concurrency
        self._bell = threading.Condition()  # the clerk listens
        self._call = threading.Condition()  # one of the senders answers it, and calls the next
        self._rings, self._is_called = 0, True
        self._swept = sweeping.Place()
        self._next = 0  # ms until something comes due, as of the last look
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    # --- its life ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work in the background."""
        works = [self._sender] * self._concurrency + [self._clerk]
        self._threads = [
            threading.Thread(target=work, name=f"duka-worker-{at}", daemon=True)
            for at, work in enumerate(works)
        ]
        for thread in self._threads:
            thread.start()
        if self._line:
            self._line.open(self.wake)

    def ring(self) -> None:
        """Tell it, and the workers of all other processes."""
        self.wake()
        if self._line:
            self._line.ring()

    def wake(self) -> None:
        """Tell it that there may be something to do."""
        with self._bell:
            self._rings += 1
            self._bell.notify()
        self._call_one()

    def _call_one(self) -> None:
        """Let one sender look for work; who finds some lets another look for more."""
        with self._call:
            self._is_called = True
            self._call.notify()

    def stop(self, *, timeout: float = 10) -> None:
        """Finish what is being sent, take nothing new, and end."""
        self._stopping.set()
        self.wake()
        with self._call:
            self._call.notify_all()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        if self._line:
            self._line.close()

    def run_until_stopped(self) -> None:
        """Stay until somebody stops it.

        Not by joining its threads: Python 3.11 takes a thread for ended whose join is interrupted,
        and `stop` would not wait for what that one is sending.
        """
        self._stopping.wait()

    # --- its work ------------------------------------------------------------------------------

    def work_off(self) -> None:
        """Do all that is due now, in this thread: for tests and for the terminal."""
        self._sweep()
        self._work(self._owner())

    def _owner(self) -> str:
        return leases.owner_name(self._process, ids.token())

    def _sender(self) -> None:
        """Deliver messages and requests for money until there are none, then sleep."""
        owner = self._owner()
        self._signed_in.wait()
        while not self._stopping.is_set():
            self._sleep_until_called()
            if not self._guarded(lambda: self._work(owner, self._rests)):
                self._guarded(lambda: leases.let_go(owner, now=self._shop.at()))
        database.close()

    def _work(self, owner: str, rests: Rests = lambda seconds: False) -> None:
        busy = True
        while busy and not self._stopping.is_set():
            busy = self._deliver(owner, rests)
            if is_any_due(self._shop):
                self._call_one()  # Ghala may take long to answer, and there may be more
                for step in _STEPS:
                    busy = step(self._shop, owner=owner) or busy

    def _deliver(self, owner: str, rests: Rests) -> bool:
        """Send one message after the other, until none is due or a payment is: money comes first.

        False when there was none to send.
        """
        row = take(self._shop, owner=owner)
        found = row is not None
        while row is not None:
            self._call_one()
            row = hand_over(
                self._shop, self._pace, row, owner=owner, goes_on=self._goes_on, rests=rests
            )
        return found

    def _rests(self, seconds: float) -> bool:
        """Wait for WhatsApp's pace, unless the end comes meanwhile."""
        return not self._stopping.wait(seconds)

    def _goes_on(self) -> bool:
        return not self._stopping.is_set() and not is_any_due(self._shop)

    def _clerk(self) -> None:
        """Look at the clock: fire timers, adopt stray news, wake the senders for what is due."""
        while not self._stopping.is_set():
            heard = self._rings
            self._guarded(self._sweep)
            self._nap(heard)
        self._signed_in.set()
        database.close()

    def _nap(self, heard: int) -> None:
        """A second; up to three where all who write ring, unless something comes due."""
        soonest = time.monotonic() + SWEEP
        if self._hears_all():
            rest = max(0.0, min(CALM, self._next / SECOND))
            with self._bell:
                self._bell.wait_for(
                    lambda: self._stopping.is_set() or self._rings != heard, timeout=rest
                )
        self._stopping.wait(soonest - time.monotonic())

    def _hears_all(self) -> bool:
        """Does whoever writes ring? On SQLite only this process writes, but for a verb at times."""
        return not database.is_postgres() or bool(self._line and self._line.is_up)

    def _sweep(self) -> None:
        now = self._shop.at()
        if leases.sign_in(self._process):
            self._signed_in.set()
        leases.bury_the_dead(mine=self._process, now=now)
        fire_timers(self._shop)
        if inbox.waiting(limit=1):
            adopt_waiting(self._shop)
        turns.apply_early_ticks(now=self._shop.now())
        self._replay()
        if self._shop.stranded:
            self._shop.reassure()
        counting.count(self._shop)
        if days := self._shop.settings.keep_messages_days:
            self._swept = sweeping.sweep(self._swept, before=now - days * DAY)
        self._pace.tidy(now)
        mail, money = outbox.next_due(), payments.next_due(now=now)
        dues = [each for each in (mail, money) if each is not None]
        if any(due <= now for due in dues) or (mail is not None and come(mail, now)):
            self.wake()
        waiting = [*dues, *filter(None, [timers.next_due()])]
        self._next = min((each - now for each in waiting), default=int(CALM * SECOND))

    def _replay(self) -> None:
        for outcome in turns.replay(now=self._shop.now(), library=self._shop.library):
            self._shop.log(f"An event that was set aside passed again: {outcome.word}")
            self._shop.log(*outcome.notes)
            self.wake()

    def _sleep_until_called(self) -> None:
        with self._call:
            self._call.wait_for(lambda: self._is_called or self._stopping.is_set())
            self._is_called = False

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Whatever goes wrong, go on: what is held is claimed again after its lease.

        False tells that the database failed, so that what is held may be let go earlier.
        """
        try:
            work()
        except BooksClosed as error:
            LOG.error("The worker waits for the database: %s", error)
            self._rest()
            return False
        except Exception:  # noqa: BLE001  the one place besides receive that must survive anything
            LOG.exception("The worker stumbled, reference %s", ids.token(8))
            self._rest()
        return True

    def _rest(self) -> None:
        self._stopping.wait(REST)


_STEPS = (post_one, ask_one)


def fire_timers(shop: Shop) -> None:
    """Let every reminder and timeout that is due pass as an event, each once."""
    for key, phone, body, due in timers.due(now=shop.at()):
        data = {name: value for name, value in body.items() if name != "event"}
        event = Event(f"timer:{key}:{due}", phone, body["event"], data)
        with database.transaction():
            if timers.take(key, due):
                shop.log(*turns.happen(event, now=shop.now(), library=shop.library).notes)
