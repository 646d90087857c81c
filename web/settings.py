"""Every setting, from the environment and from ``.env``; the real environment wins."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from web import access, vanishing


class MissingSetting(Exception):
    """A setting is missing or wrong; each line names one and says what it should be."""


def _empty_is_unset(value: object) -> object:
    return None if value == "" else value


Secret = Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)]


class Settings(BaseSettings):
    """What an operator can set; see contract and ``.env.example`` for each."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    port: int = Field(3000, ge=0, le=65535)
    app_url: str = ""
    database_url: str = "sqlite:///data/duka.db"
    redis_url: str | None = None
    flow_file: str = "flows.yaml"
    ghala_api_url: str = "https://api.ghala.io/v1"
    ghala_api_key: Secret = None
    ghala_webhook_secret: Secret = None
    ghala_dialect: str = Field("v1", pattern="^(v1|v2|meta)$")
    ghala_unsigned_messages: bool = False
    ghala_interactive: str = Field("native", pattern="^(native|text)$")
    ghala_payments_url: str = ""
    whatsapp_verify_token: Secret = None
    whatsapp_business_number: str = ""
    api_key: Secret = None
    admin_username: str | None = None
    admin_password: Secret = None
    payment_poll_seconds: float = Field(60, ge=0)
    payment_settle_seconds: float = Field(120, ge=0)
    keep_messages_days: int = Field(0, ge=0, le=36500)
    send_per_second: float = Field(80, ge=0)
    pair_seconds: float = Field(6, ge=0)
    messages_per_minute: int = Field(20, ge=0)
    rest_per_minute: int = Field(100, ge=0)
    admin_per_minute: int = Field(20, ge=0)
    trusted_proxies: int = Field(0, ge=0, le=9)
    meta_app_secret: Secret = None
    meta_access_token: Secret = None
    meta_phone_number_id: str | None = None
    meta_api_url: str = "https://graph.facebook.com/v23.0"
    metrics_port: int = Field(0, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    log_format: str = Field("text", pattern="^(text|json)$")

    @property
    def public_url(self) -> str:
        """Where Ghala reaches us, without a slash at the end."""
        return (self.app_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def name_of_key(self) -> str:
        """The setting that holds the key with which messages are sent."""
        return "META_ACCESS_TOKEN" if self.ghala_dialect == "meta" else "GHALA_API_KEY"

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The keys that webhooks may be signed with: several while one is rotated."""
        return tuple(
            each.strip() for each in shown(self.ghala_webhook_secret).split(",") if each.strip()
        )


def shown(secret: SecretStr | None) -> str:
    """The value of a secret, for the one place that needs it; empty when it is unset."""
    return secret.get_secret_value() if secret else ""


#: What a setting may be, in plain words where the validator's are for programmers.
_MAY_BE = {
    "port": "a whole number from 0 to 65535",
    "ghala_dialect": "v1, v2 or meta",
    "ghala_interactive": "native or text",
    "metrics_port": "a whole number from 0 to 65535",
    "log_format": "text or json",
}


def _told(name: str, said: str) -> str:
    return f"{name.upper()}: {f'must be {_MAY_BE[name]}' if name in _MAY_BE else said}"


def load(**given: object) -> Settings:
    """Read the settings; raises MissingSetting with a line for each that cannot be used."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        lines = [_told(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
        raise MissingSetting("\n".join(lines)) from None
    except PermissionError as error:
        raise MissingSetting(f".env: it cannot be read ({access.why(error)})") from None


def flow_file() -> str:
    """Where the conversation stands, for commands that need no other setting."""
    try:
        return load().flow_file
    except MissingSetting:
        return "flows.yaml"


NEEDED_TO_SERVE = ("GHALA_WEBHOOK_SECRET", "GHALA_API_KEY")
NEEDED_BY_META = ("META_APP_SECRET", "META_ACCESS_TOKEN", "META_PHONE_NUMBER_ID")


def ready_to_serve(settings: Settings) -> None:
    """Refuse to open to strangers, or on a disk that vanishes; raises MissingSetting."""
    for name in NEEDED_TO_SERVE:
        if not shown(getattr(settings, name.lower())):
            see = ", see .env.example" if (place := place_for(name)) == IN_FILE else ""
            raise MissingSetting(f"{name} is not set: duka serve needs it (put it {place}{see})")
    for name in NEEDED_BY_META if settings.ghala_dialect == "meta" else ():
        if not getattr(settings, name.lower()):
            raise MissingSetting(
                f"{name} is not set: GHALA_DIALECT=meta needs it "
                f"(copy it from Meta, and put it {place_for(name)})"
            )
    if lost := vanishing.told(settings.database_url, os.environ):
        raise MissingSetting(lost)


IN_FILE = "in .env"


def place_for(name: str) -> str:
    """Where a setting belongs: in .env or, as on a server, wherever its environment is made."""
    beside = NEEDED_TO_SERVE[0]
    if beside not in os.environ or Path(".env").is_file():
        return IN_FILE
    return f"behind {name}=" + (f", beside {beside}" if name != beside else "")


_WELL_KNOWN = ("secret", "password", "changeme", "test", "admin", "your_", "example", "123456")


def weak_secrets(settings: Settings) -> list[str]:
    """Name the secrets that are short or well known, without showing them."""
    return [
        name.upper()
        for name in ("ghala_webhook_secret", "api_key", "admin_password", "whatsapp_verify_token")
        if (value := shown(getattr(settings, name)))
        and (len(value) < 15 or any(word in value.lower() for word in _WELL_KNOWN))
    ]
