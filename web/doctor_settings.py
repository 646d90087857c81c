"""What the doctor says of the settings: all there, none that a stranger could guess."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from adapters import phones
from adapters.errors import BadNumber
from web.finding import Finding, fault, note, ok, warning
from web.settings import Settings, place_for, shown, weak_secrets

FEWEST = 24  # characters of a webhook secret
VARIETY = 8  # different characters; "aaaa…" is long, and no secret
MAKE_ONE = "make one with: openssl rand -hex 32"
OPEN_TO_OTHERS = 0o007
META = ("META_APP_SECRET", "META_ACCESS_TOKEN", "META_PHONE_NUMBER_ID")


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every setting that decides whether the shop can open, and to whom."""
    yield _api_key(settings)
    yield _webhook_secret(settings)
    yield _app_url(settings)
    yield from _ghala(settings)
    yield _rest(settings)
    yield _admin(settings)
    yield from _whatsapp(settings)
    yield from _env_file(Path(".env"))


def _api_key(settings: Settings) -> Finding:
    name, value = "GHALA_API_KEY", shown(settings.ghala_api_key)
    todo = f"put the key Ghala gave you {place_for(name)}"
    if not value:
        return fault(name, "not set, so nothing can be sent", todo)
    if value.lower().startswith(("your", "changeme", "<", "xxx")):
        return fault(name, "still the placeholder", todo)
    return ok(name, "set")


def _webhook_secret(settings: Settings) -> Finding:
    name, secrets = "GHALA_WEBHOOK_SECRET", settings.webhook_secrets
    if not secrets:
        return fault(name, "not set, so no webhook can be trusted", f"{MAKE_ONE}, and tell Ghala")
    if "GHALA_WEBHOOK_SECRET" in weak_secrets(settings) or any(map(_is_weak, secrets)):
        return fault(
            name, "short or well known: strangers could confirm payments", f"{MAKE_ONE}, tell Ghala"
        )
    if len(secrets) > 1:
        return note(name, f"{len(secrets)} are believed", "drop the old one once Ghala has changed")
    return ok(name, "set and strong")


def _is_weak(secret: str) -> bool:
    return len(secret) < FEWEST or len(set(secret)) < VARIETY


def _app_url(settings: Settings) -> Finding:
    name, parts = "APP_URL", _parts(settings.public_url)
    todo = "set it to your public https address, such as https://shop.example.com"
    if not settings.app_url:
        return fault(name, "not set, so Ghala cannot call back", todo)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return fault(name, "not an address", todo)
    if _is_private(parts.hostname):
        return fault(name, f"{parts.hostname} is only known on this machine or network", todo)
    if parts.scheme != "https":
        return fault(name, "not https: what customers write would travel in the open", todo)
    return ok(name, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".invalid")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host


def is_rehearsal(settings: Settings) -> bool:
    """Does GHALA_API_URL lead to this machine or network: a sandbox, where nothing real is sold?"""
    return _is_private(_parts(settings.ghala_api_url).hostname or "localhost")


def _ghala(settings: Settings) -> Iterator[Finding]:
    parts = _parts(settings.ghala_api_url)
    if not parts.hostname:
        yield fault("GHALA_API_URL", "not an address", "remove it to reach Ghala itself")
    elif is_rehearsal(settings):
        yield warning(
            "GHALA_API_URL", "points at this machine or network: a sandbox, nothing real is sold",
            "remove it to go live",
        )  # fmt: skip
    elif parts.scheme != "https":
        yield fault("GHALA_API_URL", "not https: your key would travel in the open", "use https")
    if settings.ghala_unsigned_messages:
        yield warning(
            "GHALA_UNSIGNED_MESSAGES", "on: anybody can write in a customer's name",
            "set it to false as soon as Ghala signs",
        )  # fmt: skip
    if settings.ghala_dialect == "meta":
        for name in META:
            if not getattr(settings, name.lower()):
                yield fault(name, "not set, and GHALA_DIALECT=meta needs it", "copy it from Meta")


def _rest(settings: Settings) -> Finding:
    if not settings.api_key:
        return note("API_KEY", "not set: /api/orders answers 401, which is fine if unused")
    return _strength("API_KEY", settings, "/api/orders is open to whoever has it")


def _admin(settings: Settings) -> Finding:
    given = [bool(settings.admin_username), bool(settings.admin_password)]
    if not any(given):
        return note(
            "ADMIN_USERNAME, ADMIN_PASSWORD", "not set: the dashboard answers 401",
            "set both to see your orders at /admin",
        )  # fmt: skip
    if not all(given):
        return warning(
            "ADMIN_USERNAME, ADMIN_PASSWORD", "one of the two is missing: the dashboard "
            "answers 401", "set both",
        )  # fmt: skip
    return _strength("ADMIN_PASSWORD", settings, "the dashboard is at /admin")


def _strength(name: str, settings: Settings, fine: str) -> Finding:
    if name in weak_secrets(settings):
        return fault(name, "short or well known", MAKE_ONE)
    return ok(name, f"set; {fine}")


def _whatsapp(settings: Settings) -> Iterator[Finding]:
    name = "WHATSAPP_VERIFY_TOKEN"
    if settings.whatsapp_verify_token:
        yield _strength(name, settings, "the handshake can be answered")
    else:
        yield note(name, "not set: the handshake answers 403; only Meta's own set-up asks for it")
    number = settings.whatsapp_business_number
    try:
        if number:
            yield ok("WHATSAPP_BUSINESS_NUMBER", phones.e164(number))
    except BadNumber as error:
        yield warning(
            "WHATSAPP_BUSINESS_NUMBER", str(error), "write it so: +254700000000"
        )  # fmt: skip


def _env_file(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield note(".env", "none here: the settings come from the environment alone")
    elif path.stat().st_mode & OPEN_TO_OTHERS:
        yield warning(".env", "everybody on this machine can read it", "chmod 600 .env")
    else:
        yield ok(".env", "closed to others")
