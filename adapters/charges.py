"""What we ask of a payment, and what Ghala answers, in our own words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Charge:
    """A wish to be paid: `attempt` is our id for it and its key, `amount` whole currency units."""

    attempt: str
    amount: int
    currency: str
    method: str  # mpesa, airtel, card
    phone: str
    description: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Ghala took it on under its own `id`; `url` is where a card is paid, else None."""

    id: str
    status: str  # pending, success, failed
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What Ghala says became of it; `amount` as sent, ``invalid`` if it is none, None if not sent.

    `id` is Ghala's, empty when it was not told: so a payment known only by our id gets its other.
    """

    status: str  # pending, success, failed
    amount: str | None = None
    currency: str | None = None
    reference: str = ""
    reason: str = ""
    id: str = ""
