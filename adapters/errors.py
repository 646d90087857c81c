"""What the edge refuses, and how the outside fails us.

AdapterError
├── Forged       the signature is not right: whoever sent it is told nothing
├── Unreadable   not JSON, or JSON of another shape
├── BadNumber    not a phone number
├── TryLater     surely not accepted: ask again, after a while
├── Refused      final: asked again, the answer would be the same
│   └── BadKey   our key is refused: nothing can be sent until the operator acts
└── Unknown      may have acted: a message is sent again, a charge is asked about first
"""


class AdapterError(Exception):
    """Anything the edge refuses or the outside does to us; catch this in the worker."""


class Forged(AdapterError):
    """The signature is missing, doubled or wrong."""


class Unreadable(AdapterError):
    """Not JSON, or JSON of another shape."""


class BadNumber(AdapterError):
    """Not a phone number anybody could have."""


class TryLater(AdapterError):
    """Surely not accepted; `after` is how many seconds the other side asks for, if it said."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(AdapterError):
    """Final: `status` is the HTTP status, `code` the provider's own number, if it gave one."""

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class BadKey(Refused):
    """Our API key is refused, and so would be everything else sent with it."""


class Unknown(AdapterError):
    """No readable answer: the other side may have acted; `after` as in `TryLater`."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after
