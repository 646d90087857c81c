"""Who sent it: an HMAC over the very bytes that came, checked before anybody reads them."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.errors import Forged


@dataclass(frozen=True, slots=True)
class Scheme:
    """Where a provider puts its signature, and what it writes before the digits."""

    header: str
    prefix: str = ""
    stamp: str = ""  # the header of the time that is signed with the body, if one is


SCHEMES = {
    "v1": Scheme("x-ghala-signature"),
    "v2": Scheme("x-ghala-signature", prefix="sha256=", stamp="x-ghala-timestamp"),
    "meta": Scheme("X-Hub-Signature-256", prefix="sha256="),
}


TOLERANCE = 300  # seconds that a signed time may be off, either way

_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(body: bytes, secret: str) -> str:
    """Sign a body: HMAC-SHA256 in lower-case hex."""
    seal = _seal(secret).copy()
    seal.update(body)
    return seal.hexdigest()


@lru_cache(maxsize=8)  # looking for the algorithm takes OpenSSL longer than a short body
def _seal(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), digestmod="sha256")


def sealed(body: bytes, secret: str, *, scheme: str, at: float) -> dict[str, str]:
    """Give the headers under which a provider sends a body, at this moment if it signs that."""
    chosen, stamp = SCHEMES[scheme], str(int(at))
    if not chosen.stamp:
        return {chosen.header: chosen.prefix + sign(body, secret)}
    signed = chosen.prefix + sign(_stamped(body, stamp), secret)
    return {chosen.header: signed, chosen.stamp: stamp}


def _stamped(body: bytes, stamp: str) -> bytes:
    return stamp.encode() + b"." + body


def verify(
    body: bytes,
    given: Sequence[str],
    *,
    secrets: Sequence[str],
    scheme: str,
    stamp: str = "",
    now: float = 0,
) -> None:
    """Raise Forged unless the one signature given was made over these bytes with a secret of ours.

    `given` holds every value of the header. Of several secrets, as while one is rotated, all are
    tried whatever matches, so that the time taken tells nothing; without any, nothing is genuine.
    Where the time is signed too, `stamp` is what was told of it, and it must be near to `now`.
    """
    chosen = SCHEMES[scheme]
    if chosen.stamp:
        if not _TIME.fullmatch(stamp) or abs(now - int(stamp)) > TOLERANCE:
            raise Forged("the time is missing, or too far from ours")
        body = _stamped(body, stamp)
    if len(given) != 1:
        raise Forged("not exactly one signature")
    claimed = given[0].encode("latin-1", "replace")
    expected = [f"{chosen.prefix}{sign(body, each)}".encode() for each in secrets if each.strip()]
    matches = [hmac.compare_digest(each, claimed) for each in expected]
    if not any(matches):
        raise Forged("the signature does not match")
