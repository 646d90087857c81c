"""Who sent it: an HMAC over the very bytes that came, checked before anybody reads them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.errors import Forged


@dataclass(frozen=True, slots=True)
class Scheme:
    """Where a provider puts its signature, and what it writes before the digits."""

    header: str
    prefix: str = ""


SCHEMES = {
    "v1": Scheme("x-ghala-signature"),
    "meta": Scheme("X-Hub-Signature-256", prefix="sha256="),
}


def sign(body: bytes, secret: str) -> str:
    """Sign a body: HMAC-SHA256 in lower-case hex."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


def verify(body: bytes, given: Sequence[str], *, secrets: Sequence[str], scheme: str) -> None:
    """Raise Forged unless the one signature given was made over these bytes with a secret of ours.

    `given` holds every value of the header. Of several secrets, as while one is rotated, all are
    tried whatever matches, so that the time taken tells nothing; without any, nothing is genuine.
    """
    if len(given) != 1:
        raise Forged("not exactly one signature")
    claimed = given[0].encode("latin-1", "replace")
    prefix = SCHEMES[scheme].prefix
    expected = [f"{prefix}{sign(body, each)}".encode() for each in secrets if each.strip()]
    matches = [hmac.compare_digest(each, claimed) for each in expected]
    if not any(matches):
        raise Forged("the signature does not match")
