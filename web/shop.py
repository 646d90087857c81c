"""The open shop: what every route and the worker need, wired together once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.ghala import Ghala, Meta
from adapters.phones import mask
from engine.errors import Problem, faults
from engine.event import Event
from flows import turns
from flows.library import Library
from store import clock
from store.errors import BooksClosed
from web.line import Line
from web.logs import LOG
from web.settings import Settings, shown

MOST_STRANDED = 1000  # remembered in memory only: beyond these the sender's next try must do


def utc_now() -> datetime:
    """The time: the only clock of the running product."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Refused:
    """The flow file as it was found last, and why it did not go live: faults, or `unread`."""

    at: int
    problems: tuple[Problem, ...] = ()
    unread: str = ""  # why it cannot be read at all

    @property
    def faults(self) -> list[Problem]:
        """What keeps it from going live."""
        return faults(self.problems)


@dataclass(slots=True)
class Shop:
    """The settings, the live flow and the way to Ghala; `wake` tells the worker of work."""

    settings: Settings
    library: Library
    ghala: Ghala
    now: Callable[[], datetime] = utc_now
    wake: Callable[[], None] = field(default=lambda: None)
    line: Line | None = None  # to other processes, where REDIS_URL names one
    refused: Refused | None = None  # while the last good flow goes on in the file's place
    stranded: set[str] = field(default_factory=set)  # who wrote while the books were closed

    def at(self) -> int:
        """The time as the books keep it."""
        return clock.ms(self.now())

    def receive(self, event: Event) -> turns.Outcome:
        """Let an event pass, log what came of it, and wake the worker."""
        limit = self.settings.messages_per_minute
        try:
            outcome = turns.receive(event, now=self.now(), library=self.library, per_minute=limit)
        except Exception as error:
            self.settle_all([event], [error])
            raise
        self.settle_all([event], [outcome])
        return outcome

    def receive_all(self, events: Sequence[Event]) -> Sequence[turns.Outcome | Exception]:
        """Let events pass that came together; gives what each told or raised.

        What is kept can be answered: `settle_all` is to follow, and keeps nobody waiting.
        """
        limit = self.settings.messages_per_minute
        return turns.receive_all(events, now=self.now(), library=self.library, per_minute=limit)

    def settle_all(
        self, events: Sequence[Event], told: Sequence[turns.Outcome | Exception]
    ) -> None:
        """Wake the worker, log what came of events, and remember who wrote to closed books."""
        if any(isinstance(outcome, turns.Outcome) for outcome in told):
            self.wake()
        for event, outcome in zip(events, told, strict=True):
            _note(event)
            if isinstance(outcome, turns.Outcome):
                self.stranded.discard(event.phone)
                self.report(event, outcome)
            elif isinstance(outcome, BooksClosed):
                self._strand(event)

    def _strand(self, event: Event) -> None:
        if event.name in turns.FROM_CUSTOMERS and len(self.stranded) < MOST_STRANDED:
            self.stranded.add(event.phone)

    def reassure(self) -> None:
        """Tell who wrote while the books were closed and had no answer since that we are back."""
        for phone in list(self.stranded):
            turns.reassure(phone, now=self.now(), library=self.library)
            self.stranded.discard(phone)
            self.wake()

    def log(self, *notes: str) -> None:
        """Log what was done."""
        for note in notes:
            LOG.info("%s", note)

    def report(self, event: Event, outcome: turns.Outcome) -> None:
        """Log what came of an event."""
        if outcome.word != "waiting":  # what waits is told once, and louder
            self.log(*outcome.notes)
        if outcome.word == "set_aside":
            LOG.error(
                "Set aside: %s of %s, reference %s",
                event.name,
                mask(event.phone),
                outcome.reference,
            )
        if outcome.word == "waiting":
            LOG.warning("%s", "; ".join(outcome.notes))


def _note(event: Event) -> None:
    if event.name in turns.FROM_CUSTOMERS:
        LOG.info("Message received: %s from %s", event.name, mask(event.phone))


def ghala_of(settings: Settings) -> Ghala:
    """The way to Ghala, as the settings say."""
    return Ghala(
        base_url=settings.ghala_api_url,
        api_key=shown(settings.ghala_api_key),
        secrets=settings.webhook_secrets,
        dialect=settings.ghala_dialect,
        callback_url=f"{settings.public_url}/api/webhooks/ghala",
        unsigned_messages=settings.ghala_unsigned_messages,
        payments_url=settings.ghala_payments_url,
        plain_text=settings.ghala_interactive == "text",
        meta=_meta_of(settings) if settings.ghala_dialect == "meta" else None,
    )


def _meta_of(settings: Settings) -> Meta:
    return Meta(
        base_url=settings.meta_api_url,
        number_id=settings.meta_phone_number_id or "",
        token=shown(settings.meta_access_token),
        secrets=(shown(settings.meta_app_secret),),
    )
