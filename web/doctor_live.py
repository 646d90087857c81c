"""What the doctor says of a shop that is open: asked from outside, changing nothing."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from adapters.dialects import DIALECTS
from adapters.signatures import sealed
from web import beside, doctor_settings
from web.asking import PATIENCE, Answer, Headers, ask
from web.finding import Finding, fault, key_refused, note, ok, the_example, warning
from web.plural import waiting
from web.settings import Settings, shown
from web.shop import utc_now

MESSAGES, PAYMENTS = "/api/messages/incoming", "/api/webhooks/ghala"
SHIPPED = Path(__file__).resolve().parents[1] / "flows.yaml"  # not there beside an installed wheel
NOBODY_WROTE = b'{"messages":[]}'
NO_NEWS = b"duka doctor"  # no JSON: a right signature brings 400, a wrong one 401; neither is kept
DOWN = (502, 503, 504)  # what nginx answers while nothing runs behind it
STRANGERS = "strangers may be writing in customers' names: close the shop, and ask for help"
SLACK = 30  # seconds that two clocks may differ
SLOW = 300  # seconds that a message may wait
CERTIFICATE = 14  # days before its end at which somebody should look


def examine(url: str, settings: Settings) -> Iterator[Finding]:
    """Ask the shop at this address for everything that going live stands on."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    home = ask(parts, "GET", "/health")
    if not home.status:
        yield fault("reach", f"{_shown(parts)} does not answer: {home.why}", _todo(home.why))
        return
    yield _reached(parts, home)
    yield _tls(parts)
    yield from _clock(home)
    if not home.is_dukas:
        return
    yield from _ready(ask(parts, "GET", "/ready"), settings)
    yield from _webhooks(parts, settings)


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


_TODO = {
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not valid: run certbot again, see "
    "docs/deployment.md",
    "Name or service not known": "its name leads nowhere: set the DNS record to the server's "
    "address",
    "refused": "nothing listens there: is duka-web running, and nginx in front of it?",
    "timed out": "nothing gets through: open ports 80 and 443 in the firewall",
}


def _todo(why: str) -> str:
    return next((todo for word, todo in _TODO.items() if word in why), "is the address right?")


def _elsewhere(answer: Answer) -> str:
    """What to do about an answer that Duka did not give."""
    if not answer.status:
        return _todo(answer.why)
    if answer.status in DOWN:
        return "the shop is not running behind nginx: systemctl status duka-web"
    return "this address does not lead to Duka: is the name right, and does nginx lead there?"


def _reached(parts: SplitResult, home: Answer) -> Finding:
    if home.is_dukas:
        return ok("reach", f"{_shown(parts)} answers in {home.took * 1000:.0f} ms")
    return fault("reach", f"{_shown(parts)}/health answered {home.status}", _elsewhere(home))


def _tls(parts: SplitResult) -> Finding:
    if parts.scheme != "https":
        return warning("TLS", "not https: what customers write travels in the open", "use https")
    try:
        left = _days_left(parts.hostname or "", parts.port or 443)
    except (OSError, KeyError, ValueError) as error:
        return fault("TLS", f"the certificate cannot be read: {error}", "run certbot again")
    if left < CERTIFICATE:
        return warning("TLS", f"the certificate ends in {left} days", "certbot renew")
    return ok("TLS", f"the certificate is good for {left} more days")


def _days_left(host: str, port: int) -> int:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        ends = ssl.cert_time_to_seconds(str((line.getpeercert() or {})["notAfter"]))
    return int((ends - utc_now().timestamp()) // 86_400)


def _clock(answer: Answer) -> Iterator[Finding]:
    if answer.date is None:
        yield note("clock", "the answer has no date, so the clocks cannot be compared")
        return
    apart = round((answer.date - utc_now()).total_seconds())
    if abs(apart) > SLACK:
        way = "ahead of" if apart > 0 else "behind"
        yield fault(
            "clock", f"the server's is {abs(apart)} seconds {way} this one's",
            "on the one that is wrong: timedatectl set-ntp true",
        )  # fmt: skip
    else:
        yield ok("clock", "the server's agrees with this one's")


def _ready(answer: Answer, settings: Settings) -> Iterator[Finding]:
    checks = answer.json().get("checks")
    if not isinstance(checks, dict):
        yield fault(
            "ready", f"/ready answered {answer.status or answer.why}",
            "does the address lead to this version of Duka?",
        )  # fmt: skip
        return
    for name, good, bad, todo in _CHECKS:
        found = checks.get(name)
        if isinstance(found, dict):
            yield ok(name, good.format(**found)) if found.get("ok") else fault(name, bad, todo)
    yield from _queue(checks.get("queue") or {})
    yield from _key(checks.get("key") or {}, settings)
    yield from _flow_file(checks.get("flow") or {}, Path(settings.flow_file))
    yield from _example(checks.get("flow") or {}, settings)


_CHECKS = (
    ("database", "it answers", "it does not answer", "is it running? journalctl -u duka-web"),
    ("disk", "{free_mb:,} MB free", "it is nearly full", "free at least 500 MB"),
    ("tables", "up to date", "changes are missing", "duka db upgrade"),
    ("flow", "proved and live: version {version:.8}", "none is live", "duka check; restart"),
)


def _queue(queue: dict[str, Any]) -> Iterator[Finding]:
    many, age = queue.get("waiting"), queue.get("oldest_seconds", 0)
    if many is None:
        return
    if age > SLOW:
        yield fault(
            "queue", f"{waiting(many)}, the oldest for {age // 60} minutes",
            "see docs/operations.md, messages wait",
        )  # fmt: skip
    else:
        yield ok("queue", f"{waiting(many)} to be sent")


def _key(key: dict[str, Any], settings: Settings) -> Iterator[Finding]:
    if many := key.get("refused"):
        yield key_refused(settings.name_of_key, many)


def _flow_file(flow: dict[str, Any], file: Path) -> Iterator[Finding]:
    if many := flow.get("faults_in_file"):
        told = "a fault" if many == 1 else f"{many} faults"
        yield warning(
            "flow", f"the server's flow file has {told}: the last good one goes on",
            "there: duka check, and save it mended",
        )  # fmt: skip
    elif why := flow.get("file_unread"):
        yield warning(
            "flow", f"the server's flow file cannot be read ({why}): the last good flow goes on",
            "put it there again: FLOW_FILE says where",
        )  # fmt: skip
    elif flow.get("version") and file.is_file() and not _is_of(str(flow["version"]), file):
        yield note("flow", f"{file} here is another version than the live one")


def _example(flow: dict[str, Any], settings: Settings) -> Iterator[Finding]:
    version = str(flow.get("version") or "")
    is_shipped = version and SHIPPED.is_file() and _is_of(version, SHIPPED)
    if is_shipped and not doctor_settings.is_rehearsal(settings):
        yield the_example("what is live")


def _is_of(version: str, file: Path) -> bool:
    return sha256(beside.read(file).text().encode()).hexdigest().startswith(version[:8])


def _webhooks(parts: SplitResult, settings: Settings) -> Iterator[Finding]:
    """Nobody's message and no news, signed rightly, wrongly and not at all."""
    if not settings.webhook_secrets:
        yield fault(
            "signature", "GHALA_WEBHOOK_SECRET is not set here, so nothing can be signed",
            "run this where the server's settings are",
        )  # fmt: skip
        return
    for door in _doors(settings):
        yield _round_trip(parts, door)
        yield _refused(parts, door, "a forged", door.signed("not the secret"), settings)
        yield _refused(parts, door, "an unsigned", {}, settings)


@dataclass(frozen=True, slots=True)
class Door:
    """One of the two webhooks: what may be sent there and changes nothing, and how it is signed."""

    path: str
    body: bytes
    scheme: str
    secret: str

    def signed(self, secret: str) -> Headers:
        """The headers of the body under this secret, now."""
        return sealed(self.body, secret, scheme=self.scheme, at=utc_now().timestamp())


def _doors(settings: Settings) -> tuple[Door, Door]:
    dialect, secret = DIALECTS[settings.ghala_dialect], settings.webhook_secrets[0]
    metas = shown(settings.meta_app_secret) if settings.ghala_dialect == "meta" else ""
    return (
        Door(MESSAGES, NOBODY_WROTE, dialect.signed, metas or secret),
        Door(PAYMENTS, NO_NEWS, dialect.payments_signed, secret),
    )


def _round_trip(parts: SplitResult, door: Door) -> Finding:
    answer = ask(parts, "POST", door.path, door.body, door.signed(door.secret))
    if answer.status in (200, 400):  # believed: 400 says only that nobody wrote anything
        return ok("signature", f"a signed call of {door.path} is believed")
    if answer.status == 401:
        return fault(
            "signature", f"a signed call of {door.path} is refused",
            "the secret here and on the server differ, a clock is wrong, or a proxy changes bodies",
        )  # fmt: skip
    return fault(
        "signature", f"{door.path} answered {answer.status or answer.why}", _elsewhere(answer)
    )


def _refused(
    parts: SplitResult, door: Door, how: str, headers: Headers, settings: Settings
) -> Finding:
    answer = ask(parts, "POST", door.path, door.body, headers)
    if answer.status == 401:
        return ok("signature", f"{how} call of {door.path} is refused")
    meant = not headers and settings.ghala_unsigned_messages and door.path == MESSAGES
    if answer.is_belief and meant:
        return warning(
            "signature", "unsigned messages are believed",
            "GHALA_UNSIGNED_MESSAGES=false as soon as Ghala signs",
        )  # fmt: skip
    return fault(
        "signature",
        f"{how} call of {door.path} was answered {answer.status or answer.why}, and must be 401",
        STRANGERS if answer.is_belief else _elsewhere(answer),
    )
