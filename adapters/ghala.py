"""Ghala, the other party: what it tells us is verified, what we ask of it is answered or fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from adapters import ghala_v1, payloads
from adapters.charges import Asked as Asked
from adapters.charges import Charge as Charge
from adapters.charges import Opened as Opened
from adapters.errors import Unknown, Unreadable
from adapters.signatures import SCHEMES, verify
from adapters.wire import Timeouts, Wire
from engine.effect import Message
from engine.event import Event

_Told = TypeVar("_Told")


@dataclass(frozen=True, kw_only=True)
class Ghala:
    """One merchant's line to Ghala, in one dialect; its secrets never show."""

    base_url: str
    api_key: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    dialect: str = "v1"
    callback_url: str
    country: str = "KE"
    unsigned_messages: bool = False
    timeouts: Timeouts = field(default_factory=Timeouts)

    def __post_init__(self) -> None:
        """Refuse a dialect that nobody here speaks with ValueError."""
        if self.dialect not in SCHEMES:
            raise ValueError(f"dialect {self.dialect!r} is none of {', '.join(SCHEMES)}")

    @property
    def signature_header(self) -> str:
        """The name of the header that both webhooks are signed in."""
        return SCHEMES[self.dialect].header

    def hear_messages(self, body: bytes, signatures: Sequence[str]) -> list[Event]:
        """Verify, then read what customers sent; raises Forged, Unreadable.

        Where unsigned messages are allowed a signature may be missing, never wrong.
        """
        if signatures or not self.unsigned_messages:
            self._verify(body, signatures)
        return ghala_v1.messages(payloads.read(body), country=self.country)

    def hear_payments(self, body: bytes, signatures: Sequence[str]) -> list[Event]:
        """Verify, then read news of a payment; raises Forged, Unreadable."""
        self._verify(body, signatures)
        return ghala_v1.payments(payloads.read(body))

    def send(self, message: Message, *, to: str, key: str) -> str | None:
        """Send a message and give the provider's id for it, None when it told none.

        Raises TryLater, Refused, BadKey, Unknown. What was accepted in words that nobody can read
        was accepted.
        """
        body = ghala_v1.message_body(to, message)
        answer = self._wire.post("/whatsapp/messages", body, key=key, lenient=True)
        return ghala_v1.message_id(answer)

    def charge(self, charge: Charge) -> Opened:
        """Ask for money, under the attempt's own key; raises TryLater, Refused, BadKey, Unknown."""
        body = ghala_v1.charge_body(charge, callback_url=self.callback_url)
        answer = self._wire.post("/orders", body, key=charge.attempt)
        return _understood(ghala_v1.charge_answer, answer)

    def ask(self, payment_id: str) -> Asked | None:
        """Ask what became of a payment, by Ghala's id or our attempt's; None when it is not known.

        Raises TryLater, Refused, BadKey, Unknown.
        """
        answer = self._wire.get(f"/orders/{quote(payment_id, safe='')}")
        return None if answer is None else _understood(ghala_v1.asked_answer, answer)

    def _verify(self, body: bytes, given: Sequence[str]) -> None:
        verify(body, given, secrets=self.secrets, scheme=self.dialect)

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self.base_url, self.api_key, timeouts=self.timeouts)


def _understood(reader: Callable[[Any], _Told], answer: dict[str, Any]) -> _Told:
    try:
        return reader(answer)
    except Unreadable as error:
        raise Unknown(f"Ghala's answer makes no sense, and it may have acted: {error}") from error
