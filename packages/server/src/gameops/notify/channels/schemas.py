"""Channels as clients see and write them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from gameops.core.fields import In
from gameops.notify.channels.driver import Driver, FieldType
from gameops.notify.channels.model import Channel, ChannelState, Kind
from gameops.notify.channels.store import Counts
from gameops.notify.deliveries.schemas import DeliveryOut
from gameops.notify.fields import ChannelName, SecretValue, SettingName, SettingValue

Config = Annotated[dict[SettingName, SettingValue], Field(max_length=20)]
Secrets = Annotated[dict[SettingName, SecretValue], Field(max_length=10)]


class SettingOut(BaseModel):
    """One thing to fill in; a secret goes into ``secrets``, all others into ``config``."""

    name: str
    label: str
    type: FieldType
    required: bool
    help: str
    options: list[str]
    default: bool | None


class KindOut(BaseModel):
    """A kind of channel and what it needs to know."""

    kind: Kind
    label: str
    fields: list[SettingOut]
    subscribers: bool

    @classmethod
    def of(cls, driver: Driver) -> Self:
        """From its driver."""
        fields = [
            SettingOut(
                name=setting.name,
                label=setting.label,
                type=setting.type,
                required=setting.required,
                help=setting.help,
                options=list(setting.options),
                default=setting.default if setting.type == "bool" else None,
            )
            for setting in driver.settings
        ]
        return cls(
            kind=Kind(driver.kind),
            label=driver.label,
            fields=fields,
            subscribers=driver.subscribers,
        )


class KindList(BaseModel):
    """Every kind."""

    items: list[KindOut]


class ChannelOut(BaseModel):
    """A channel; of its secrets only which ones are set."""

    id: UUID
    venue_id: UUID | None
    name: str
    kind: Kind
    enabled: bool
    config: dict[str, Any]
    secrets_set: list[str]
    state: ChannelState
    last_error: str | None
    last_sent_at: datetime | None
    paused_until: datetime | None
    queued: int
    dead: int
    sent_today: int
    subscribers: int | None
    created_at: datetime
    incoming_url: str | None

    @classmethod
    def of(cls, channel: Channel, counts: Counts, *, now: datetime, public_url: str) -> Self:
        """From the row and its counts."""
        return cls(**_fields(channel, counts, now, public_url))


def _fields(channel: Channel, counts: Counts, now: datetime, public_url: str) -> dict[str, Any]:
    paused = channel.paused_until
    written_to = channel.kind in {Kind.SMS, Kind.WHATSAPP}
    return {
        "id": channel.id,
        "venue_id": channel.venue_id,
        "name": channel.name,
        "kind": channel.kind,
        "enabled": channel.enabled,
        "config": channel.config,
        "secrets_set": channel.secrets_set,
        "state": channel.state(now),
        "last_error": channel.last_error or None,
        "last_sent_at": channel.last_sent_at,
        "paused_until": paused if paused is not None and paused > now else None,
        "queued": counts.queued,
        "dead": counts.dead,
        "sent_today": channel.sent_today(now),
        "subscribers": counts.subscribers if channel.has_subscribers else None,
        "created_at": channel.created_at,
        "incoming_url": f"{public_url}/incoming" if written_to else None,
    }


class NewChannelOut(ChannelOut):
    """A channel that was just made; its signing key is told this once."""

    signing_key: str | None

    @classmethod
    def made(
        cls,
        channel: Channel,
        counts: Counts,
        *,
        now: datetime,
        public_url: str,
        signing_key: str | None,
    ) -> Self:
        """From the row, its counts and the key, if one was made."""
        return cls(**_fields(channel, counts, now, public_url), signing_key=signing_key)


class ChannelList(BaseModel):
    """Channels by name."""

    items: list[ChannelOut]


class ChannelIn(In):
    """A new channel."""

    venue_id: UUID | None = None
    name: ChannelName
    kind: Kind
    config: Config = Field(default_factory=dict)
    secrets: Secrets = Field(default_factory=dict)


class ChannelPatch(In):
    """A changed one; settings and secrets that are left out stay, a null setting goes."""

    name: ChannelName | None = None
    enabled: bool | None = None
    config: Config | None = None
    secrets: Secrets | None = None

    @model_validator(mode="after")
    def _refuse_nulls(self) -> Self:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("may not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


class TrialIn(In):
    """To whom; left out, to oneself or the first who is subscribed."""

    recipient_id: UUID | None = None


class TrialOut(BaseModel):
    """The deliveries of a test; look at them again to see what became of them."""

    deliveries: list[DeliveryOut]
