"""Every setting, typed, read once from the environment; ``docs/guides/settings.md`` lists them."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHORTEST_SECRET: Final = 32
_WEAK_WORDS: Final = ("changeme", "secret", "password", "example", "default")


def default_home() -> Path:
    """``/var/lib/gameops`` for root, else below the user's data directory."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/gameops")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "gameops"


class Settings(BaseSettings):
    """The process's configuration; wrong values stop it before anything else happens."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    home: Annotated[
        Path,
        Field(
            default_factory=default_home,
            validation_alias="GAMEOPS_HOME",
            description="Data directory: embedded database, secret key, demo credentials.",
        ),
    ]
    environment: Annotated[
        Literal["production", "development"],
        Field(
            validation_alias="ENVIRONMENT",
            description="`development` allows weak secrets and prints readable logs.",
        ),
    ] = "production"
    host: Annotated[str, Field(validation_alias="HOST", description="Address to listen on.")] = (
        "0.0.0.0"  # noqa: S104 -- stations and phones on the LAN must reach it
    )
    port: Annotated[
        int, Field(ge=1, le=65_535, validation_alias="PORT", description="Port to listen on.")
    ] = 8000
    public_url: Annotated[
        str,
        Field(
            validation_alias="PUBLIC_URL",
            description="The address people and stations use; https makes cookies secure.",
        ),
    ] = ""
    database_url: Annotated[
        str | None,
        Field(
            validation_alias="DATABASE_URL",
            pattern=r"^postgres(ql)?(\+\w+)?://",
            description="PostgreSQL 15 or newer; left out, GameOps runs its own.",
        ),
    ] = None
    database_pool: Annotated[
        int,
        Field(
            ge=2,
            le=200,
            validation_alias="DATABASE_POOL",
            description="Database connections per process.",
        ),
    ] = 20
    redis_url: Annotated[
        str | None,
        Field(
            validation_alias="REDIS_URL",
            pattern=r"^(redis|rediss|unix)://",
            description="Redis or Valkey: carries live messages and rate limits between "
            "replicas. Not needed for one.",
        ),
    ] = None
    secret_key: Annotated[
        str,
        Field(
            validation_alias="SECRET_KEY",
            repr=False,
            description="Root of all signatures, at least 32 characters; left out, one is "
            "made and kept in the data directory.",
        ),
    ] = ""
    cors_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            validation_alias="CORS_ORIGINS",
            description="Origins of other sites that may call the API, separated by commas.",
        ),
    ] = ()
    trusted_proxies: Annotated[
        str,
        Field(
            validation_alias="TRUSTED_PROXIES",
            description="Addresses of proxies whose X-Forwarded-* headers are believed.",
        ),
    ] = "127.0.0.1"
    admin_email: Annotated[
        str,
        Field(
            validation_alias="GAMEOPS_ADMIN_EMAIL",
            description="E-mail address of the first administrator.",
        ),
    ] = "admin@gameops.local"
    admin_password: Annotated[
        str | None,
        Field(
            validation_alias="GAMEOPS_ADMIN_PASSWORD",
            repr=False,
            description="Password of the first administrator; left out, one is made and "
            "printed once.",
        ),
    ] = None
    demo: Annotated[
        bool,
        Field(
            validation_alias="GAMEOPS_DEMO",
            description="Make a demo venue on first start and run its simulated stations.",
        ),
    ] = False
    registration: Annotated[
        bool,
        Field(
            validation_alias="REGISTRATION",
            description="Whether customers may make their own accounts.",
        ),
    ] = True
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Field(validation_alias="LOG_LEVEL", description="How much is logged."),
    ] = "INFO"
    rate_limits: Annotated[
        bool,
        Field(
            validation_alias="RATE_LIMITS",
            description="Switch off only behind something that limits already.",
        ),
    ] = True
    intake_rate: Annotated[
        str,
        Field(
            validation_alias="INTAKE_RATE",
            pattern=r"^[1-9]\d{0,8}/(second|minute|hour)$",
            description="Reports of game servers that one client address may send.",
        ),
    ] = "1200/minute"
    watch_private_servers: Annotated[
        bool,
        Field(
            validation_alias="WATCH_PRIVATE_SERVERS",
            description="Whether game servers in this machine's own networks may be watched; "
            "switch off where people you do not know add servers.",
        ),
    ] = True
    metrics_token: Annotated[
        str | None,
        Field(
            validation_alias="METRICS_TOKEN",
            repr=False,
            description="Bearer token for /metrics; without one only this machine may read it.",
        ),
    ] = None
    smtp_host: Annotated[
        str | None,
        Field(
            validation_alias="SMTP_HOST",
            description="Mail server; without one, mail is written to the log.",
        ),
    ] = None
    smtp_port: Annotated[
        int, Field(ge=1, le=65_535, validation_alias="SMTP_PORT", description="Its port.")
    ] = 587
    smtp_user: Annotated[
        str | None, Field(validation_alias="SMTP_USER", description="Account there.")
    ] = None
    smtp_password: Annotated[
        str | None,
        Field(validation_alias="SMTP_PASSWORD", repr=False, description="Its password."),
    ] = None
    smtp_from: Annotated[
        str, Field(validation_alias="SMTP_FROM", description="Sender of mail.")
    ] = "gameops@localhost"
    smtp_starttls: Annotated[
        bool, Field(validation_alias="SMTP_STARTTLS", description="Encrypt the connection.")
    ] = True

    twilio_account: Annotated[
        str | None,
        Field(
            validation_alias="TWILIO_ACCT_SID",
            pattern=r"^AC[0-9A-Za-z]+$",
            description="Twilio account: with its token and number, channels `SMS` and `WhatsApp` "
            "are set up.",
        ),
    ] = None
    twilio_token: Annotated[
        str | None,
        Field(validation_alias="TWILIO_AUTH_TOKEN", repr=False, description="Its token."),
    ] = None
    twilio_number: Annotated[
        str | None,
        Field(
            validation_alias="TWILIO_TN",
            pattern=r"^\+[1-9][0-9]{2,14}$",
            description="The number to send from, like +14155550123.",
        ),
    ] = None
    twilio_base: Annotated[
        str,
        Field(
            validation_alias="TWILIO_API_BASE",
            pattern=r"^https?://",
            description="Where Twilio's API is.",
        ),
    ] = "https://api.twilio.com"
    discord_webhook: Annotated[
        str | None,
        Field(
            validation_alias="DISCORD_WEBHOOK",
            repr=False,
            pattern=r"^https?://",
            description="A Discord webhook: channel `Discord` is set up.",
        ),
    ] = None
    allow_private_targets: Annotated[
        bool,
        Field(
            validation_alias="ALLOW_PRIVATE_TARGETS",
            description="Whether notices may be sent into this machine's own networks.",
        ),
    ] = False

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _refuse_weak_secret(self) -> "Settings":
        weak = len(self.secret_key) < SHORTEST_SECRET or any(
            word in self.secret_key.lower() for word in _WEAK_WORDS
        )
        if self.secret_key and self.environment == "production" and weak:
            raise ValueError(
                f"SECRET_KEY is weak: use at least {SHORTEST_SECRET} random characters, or "
                "leave it out and one will be made"
            )
        return self

    @property
    def base_url(self) -> str:
        """Where people find this installation."""
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 -- compared
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def secret(self) -> bytes:
        """The secret key, made and kept in the data directory when none is set."""
        return (self.secret_key or kept_secret(self.home)).encode()


def kept_secret(home: Path) -> str:
    """The installation's own secret; made on first use, readable by its owner only."""
    path = home / "secret.key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def settings_table() -> str:
    """The settings as a Markdown table, for the documentation."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = "" if field.default_factory or field.default in (None, "", ()) else field.default
        lines.append(f"| `{field.validation_alias}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
