"""The line between processes, Redis: it carries hints and counts, and nothing that must not go.

Without it everything happens all the same, at the worker's next look at the books.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

from store import ids
from store.clock import SECOND
from web.logs import LOG
from web.pace import BURST
from web.settings import Settings

CHANNEL = "duka:mail"
GET_DRIVER = "in Duka's own folder: .venv/bin/pip install -e '.[redis]'"
PATIENCE = 0.5  # seconds that Redis may take to answer
LISTEN = 1.0  # seconds of silence after which it is asked whether it is there
MINUTE = 60  # seconds
REST = 1.0  # seconds until it is tried again

#: Each limit is the moment until which it is used up; one is taken of all of them or of none.
TAKE = """
local now, wait, spent = tonumber(ARGV[1]), 0, {}
for i = 1, #KEYS do
  local gap, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local until_ = math.max(tonumber(redis.call('GET', KEYS[i]) or now), now)
  wait = math.max(wait, until_ - (burst - 1) * gap - now)
  spent[i] = until_ + gap
end
if wait > 0 then return math.ceil(wait) end
for i = 1, #KEYS do
  redis.call('SET', KEYS[i], string.format('%.3f', spent[i]), 'PX', math.ceil(spent[i] - now) + 1)
end
return 0
"""


class Line:
    """One process's end of the line; says once when it goes and once when it returns."""

    def __init__(self, settings: Settings) -> None:
        self._client = _client(str(settings.redis_url))
        self._take = self._client.register_script(TAKE)
        self._gaps = _gaps(settings)
        self._name = ids.token()
        self._state = threading.Lock()
        self.is_up: bool | None = None  # None: not known yet
        self._rung, self._stopping = threading.Event(), threading.Event()
        self._heard: Callable[[], None] = lambda: None
        self._threads: list[threading.Thread] = []

    # --- its life ------------------------------------------------------------------------------

    def open(self, heard: Callable[[], None]) -> None:
        """Listen in the background, and call `heard` when another process rings."""
        self._heard = heard
        for work in (self._listen, self._tell):
            thread = threading.Thread(target=work, name=f"duka-line{work.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Let go of it."""
        self._stopping.set()
        self._rung.set()
        for thread in self._threads:
            thread.join(LISTEN + REST)
        self._client.close()

    # --- what it is for ------------------------------------------------------------------------

    def ring(self) -> None:
        """Tell the others that there is mail; never waits, whatever Redis does."""
        self._rung.set()

    def take(self, phone: str, now: int) -> int | None:
        """Take one of the limits that all processes share: how long to wait, None: cannot tell."""
        if not self.is_up or not self._gaps:
            return None
        named = hashlib.sha256(phone.encode()).hexdigest()[:16]
        keys = [f"duka:pace:{name}" if name == "all" else f"duka:pace:{named}"
                for name, *_ in self._gaps]  # fmt: skip
        limits = [each for _, gap, burst in self._gaps for each in (gap, burst)]
        try:
            return int(self._take(keys=keys, args=[now, *limits]))
        except _failures() as error:
            self._is_gone(error)
            return None

    def is_full(self, name: str, most: int) -> bool:
        """Count one more of a name within the present minute, for all processes: one too many?

        False while Redis cannot tell; each process counts by itself besides.
        """
        if not self.is_up:
            return False
        named = hashlib.sha256(name.encode()).hexdigest()[:16]
        key = f"duka:rate:{named}:{int(time.time() // MINUTE)}"
        try:
            with self._client.pipeline(transaction=False) as asked:
                asked.incr(key).expire(key, 2 * MINUTE)
                return int(asked.execute()[0]) > most
        except _failures() as error:
            self._is_gone(error)
            return False

    # --- in the background ---------------------------------------------------------------------

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._client.pubsub(ignore_subscribe_messages=True) as ear:
                    ear.subscribe(CHANNEL)
                    self._hear(ear)
            except _failures() as error:
                self._is_gone(error)
                self._stopping.wait(REST)

    def _hear(self, ear: Any) -> None:
        """Hear what others ring; who is silent is asked, and who does not answer then is gone."""
        asked = True  # to subscribe was to ask
        while not self._stopping.is_set():
            told = ear.get_message(timeout=LISTEN)
            if told is None and asked and self.is_up:
                raise TimeoutError
            if told is not None:
                asked = False
                self._is_back()
            if told is None:
                ear.ping()
                asked = True
            elif told["type"] == "message" and told["data"] != self._name.encode():
                self._heard()

    def _tell(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            if self._stopping.is_set():
                return
            if self.is_up:
                try:
                    self._client.publish(CHANNEL, self._name)
                except _failures() as error:
                    self._is_gone(error)

    def _is_gone(self, error: Exception) -> None:
        with self._state:  # told before it shows, so that who sees it gone can read why
            if self.is_up is not False:
                LOG.warning(
                    "Redis does not answer (%s): processes look for work every second until it"
                    " does; nothing is lost", type(error).__name__,
                )  # fmt: skip
                self.is_up = False
        self._heard()

    def _is_back(self) -> None:
        with self._state:
            if self.is_up is False:
                LOG.info("Redis answers again")
            self.is_up = True


def _gaps(settings: Settings) -> list[tuple[str, float, float]]:
    """The limits that are set: name, ms between two of them, and how many at once."""
    rate, pair = settings.send_per_second, settings.pair_seconds
    told = [("all", SECOND / rate, max(1.0, rate))] if rate else []
    return told + ([("pair", pair * SECOND, BURST)] if pair else [])


def _client(url: str) -> Any:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(
        url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )


def _failures() -> tuple[type[Exception], ...]:
    import redis

    return (redis.RedisError, OSError)


def of(settings: Settings) -> Line | None:
    """The line that the settings name, if they do; an address that is none is told and left."""
    if not settings.redis_url:
        return None
    try:
        return Line(settings)
    except ImportError:
        LOG.error("REDIS_URL is set, but the driver is missing → %s", GET_DRIVER)
    except ValueError:
        LOG.error("REDIS_URL is no address of a Redis, like redis://localhost:6379/0")
    return None
