"""Ghala, the other party: what it tells us is verified, what we ask of it is answered or fails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from adapters import ghala_v1, payloads, plain
from adapters.charges import Asked as Asked
from adapters.charges import Charge as Charge
from adapters.charges import Opened as Opened
from adapters.dialects import DIALECTS, Dialect
from adapters.errors import Unknown, Unreadable
from adapters.signatures import SCHEMES, verify
from adapters.wire import Timeouts, Wire
from engine.effect import Message
from engine.event import Event

_Told = TypeVar("_Told")
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Meta:
    """The line to WhatsApp's Cloud API itself, for the dialect ``meta``; money stays with Ghala."""

    base_url: str = "https://graph.facebook.com/v23.0"
    number_id: str
    token: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


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
    payments_url: str = ""  # empty: the same as `base_url`
    plain_text: bool = False  # buttons and lists are written out, as words to reply with
    meta: "Meta | None" = None

    def __post_init__(self) -> None:
        """Refuse a dialect that nobody here speaks with ValueError."""
        if self.dialect not in DIALECTS:
            raise ValueError(f"dialect {self.dialect!r} is none of {', '.join(DIALECTS)}")

    @property
    def signature_header(self) -> str:
        """The name of the header that messages are signed in."""
        return SCHEMES[self._dialect.signed].header

    @property
    def payment_signature_header(self) -> str:
        """The name of the header that news of payments is signed in."""
        return SCHEMES[self._dialect.payments_signed].header

    def hear_messages(
        self,
        body: bytes,
        signatures: Sequence[str],
        headers: Mapping[str, str] = _NONE,
        now: float = 0,
    ) -> list[Event]:
        """Verify, then read what customers sent; raises Forged, Unreadable.

        `headers` are the others, by their names in lower case. Where unsigned messages are allowed
        a signature may be missing, never wrong.
        """
        if signatures or not self.unsigned_messages:
            secrets = self.meta.secrets if self.meta else self.secrets
            self._verify(body, signatures, headers, now, self._dialect.signed, secrets)
        return self._dialect.hear(payloads.read(body), headers, self.country)

    def hear_payments(
        self,
        body: bytes,
        signatures: Sequence[str],
        headers: Mapping[str, str] = _NONE,
        now: float = 0,
    ) -> list[Event]:
        """Verify, then read news of a payment; raises Forged, Unreadable."""
        scheme = self._dialect.payments_signed
        self._verify(body, signatures, headers, now, scheme, self.secrets)
        return self._dialect.hear_payments(payloads.read(body), headers, self.country)

    def send(self, message: Message, *, to: str, key: str) -> str | None:
        """Send a message and give the provider's id for it, None when it told none.

        Raises TryLater, Refused, BadKey, Unknown. What was accepted in words that nobody can read
        was accepted.
        """
        body = self._dialect.say(to, plain.spoken(message) if self.plain_text else message)
        path = self._dialect.path.format(number=self.meta.number_id if self.meta else "")
        return self._dialect.message_id(self._mail.post(path, body, key=key, lenient=True))

    def charge(self, charge: Charge) -> Opened:
        """Ask for money, under the attempt's own key; raises TryLater, Refused, BadKey, Unknown."""
        body = ghala_v1.charge_body(charge, callback_url=self.callback_url)
        answer = self._till.post("/orders", body, key=charge.attempt)
        return _understood(ghala_v1.charge_answer, answer)

    def ask(self, payment_id: str) -> Asked | None:
        """Ask what became of a payment, by Ghala's id or our attempt's; None when it is not known.

        Raises TryLater, Refused, BadKey, Unknown.
        """
        answer = self._till.get(f"/orders/{quote(payment_id, safe='')}")
        return None if answer is None else _understood(ghala_v1.asked_answer, answer)

    def _verify(
        self,
        body: bytes,
        given: Sequence[str],
        headers: Mapping[str, str],
        now: float,
        scheme: str,
        secrets: tuple[str, ...],
    ) -> None:
        stamp = headers.get(SCHEMES[scheme].stamp, "")
        verify(body, given, secrets=secrets, scheme=scheme, stamp=stamp, now=now)

    @property
    def _dialect(self) -> Dialect:
        return DIALECTS[self.dialect]

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self.base_url, self.api_key, timeouts=self.timeouts)

    @cached_property
    def _mail(self) -> Wire:
        """The line that messages take."""
        if self.meta is None:
            return self._wire
        return Wire(self.meta.base_url, self.meta.token, timeouts=self.timeouts)

    @cached_property
    def _till(self) -> Wire:
        """The line that money takes."""
        if not self.payments_url:
            return self._wire
        return Wire(self.payments_url, self.api_key, timeouts=self.timeouts)


def _understood(reader: Callable[[Any], _Told], answer: dict[str, Any]) -> _Told:
    try:
        return reader(answer)
    except Unreadable as error:
        raise Unknown(f"Ghala's answer makes no sense, and it may have acted: {error}") from error
