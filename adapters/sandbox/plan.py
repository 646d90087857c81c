"""A fault plan as frozen records: what the provider does to whom, and how it tells of payments."""

from dataclasses import dataclass, field, replace

HONOURS = ("key", "external_id", "nothing")
METHODS = ("mpesa", "airtel", "card")


@dataclass(frozen=True, slots=True)
class When:
    """Which requests a rule is for; what is left out matches everything."""

    path: str = "/"
    method: str = ""
    first: int = 1  # of the requests that match otherwise
    last: int | None = None
    chance: float = 1.0
    payment_method: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one request: does the provider act, and what does the caller see?"""

    kind: str = "ok"
    acts: bool = True
    status: int = 200
    retry_after: str = ""
    seconds: float = 0.0
    size: int = 0
    location: str = ""
    lie: str = ""


OK = Fault()


@dataclass(frozen=True, slots=True)
class Twist:
    """How the news of a payment is spoilt on its way."""

    silent: bool = False
    copies: int = 1
    late: float = 0.0
    reorder: bool = False
    amount: str = ""
    currency: str = ""
    unknown_id: bool = False
    bad_sig: bool = False
    replay: float | None = None


@dataclass(frozen=True, slots=True)
class News:
    """One planned webhook of a payment."""

    outcome: str  # success, failed, pending, created
    at: float = 0.0  # seconds after the order was accepted
    reason: str = ""
    true: bool = True  # a false one leaves the payment as it is
    again: bool = False  # a second payment of the same order, with its own reference
    before: bool = False  # it arrives before the order is answered
    twist: Twist = Twist()


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The planned news of a payment, and what is done to all of them."""

    news: tuple[News, ...] = ()
    twist: Twist = Twist()
    texts: tuple[str, ...] = ()  # as its author wrote them


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides a payment: a person at the phone, or the plan after some seconds."""

    by: str = "person"  # person, approve, refuse, ignore
    after: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the plan; the first whose `when` matches a request decides."""

    when: When = When()
    then: Fault = OK
    webhooks: Webhooks | None = None

    @property
    def only_posts(self) -> bool:
        """Is it about accepting something, which a GET never does?"""
        return self.webhooks is not None or self.then.kind == "late"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a provider may do wrong, and how honest it is about repeats."""

    honours: str = "key"
    payments: Decision = Decision()
    statuses: bool = False
    window: float | None = None  # seconds after the customer's last word; None: always open
    rules: tuple[Rule, ...] = ()
    text: str = field(default="", compare=False)  # as its author wrote it

    def written(self, text: str) -> "Plan":
        """Remember the text it was read from."""
        return replace(self, text=text)
