"""A request as it came and the answer to it, with the fault the network adds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the API; header names are lower-case, the path is below the base URL."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, method: str, path: str, headers: Mapping[str, str], body: bytes) -> "Request":
        """Take a request as any server has it."""
        lower = {name.lower(): value for name, value in headers.items()}
        return cls(method.upper(), unquote(urlsplit(path).path), lower, body)

    @property
    def key(self) -> str:
        """The Idempotency-Key, empty when there is none."""
        return self.headers.get("idempotency-key", "")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the network does to an answer on its way.

    ``plain`` nothing · ``slow`` it starts after ``seconds`` · ``drip`` it takes ``seconds``, bit
    by bit · ``reset`` the connection breaks without an answer · ``truncated`` it breaks half-way
    through the body · ``huge`` ``size`` bytes follow the body.
    """

    kind: str = "plain"
    seconds: float = 0.0
    size: int = 0


PLAIN = Behaviour()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told, and how it reaches it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    behaviour: Behaviour = PLAIN

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


def telling(status: int, data: Any, **headers: str) -> Answer:
    """Answer with JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(data, ensure_ascii=False).encode()
    return Answer(status, {"Content-Type": "application/json", **named}, body)


def refusing(status: int, code: int, message: str, **headers: str) -> Answer:
    """Answer with an error in the provider's shape."""
    return telling(status, {"error": {"code": code, "message": message}}, **headers)
