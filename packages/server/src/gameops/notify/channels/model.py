"""A channel: a place that notices are sent to, and how it has been doing."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class Kind(StrEnum):
    """What a channel is."""

    DISCORD = "discord"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBHOOK = "webhook"
    WEBPUSH = "webpush"
    APPRISE = "apprise"


WITH_SUBSCRIBERS: Final = frozenset({Kind.SMS, Kind.WHATSAPP, Kind.EMAIL, Kind.WEBPUSH})
"""Kinds that reach people one by one, each of whom has agreed to it."""


class ChannelState(StrEnum):
    """How a channel is doing."""

    OK = "ok"
    IDLE = "idle"
    FAILING = "failing"
    BROKEN = "broken"
    PAUSED = "paused"


class Channel(Base):
    """Where notices go. Its secrets are sealed, and never leave except to the place itself."""

    __tablename__ = "notify_channel"
    __table_args__ = (
        Index(None, "venue_id"),
        Index(
            "uq_notify_channel_preset",
            "preset",
            unique=True,
            postgresql_where=text("preset IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    """``None``: of the installation."""
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    enabled: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    config: Mapped[JsonObject]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    secrets_set: Mapped[list[str]]
    preset: Mapped[str | None] = mapped_column(String(20))
    """The name under which the environment sets it up."""
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """How many calls in a row failed."""
    last_error: Mapped[str] = mapped_column(String(200), server_default="")
    last_sent_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    sent_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """How many were sent on the day ``sent_on`` (UTC)."""
    paused_until: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]
    """Where order matters one worker sends at a time; this is its lease."""
    broken_at: Mapped[datetime | None]
    """It refused for good: nothing is sent until it is changed, or a test goes through."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @property
    def usable(self) -> bool:
        """Whether notices may be queued for it."""
        return self.enabled and self.archived_at is None

    @property
    def has_subscribers(self) -> bool:
        """Whether it reaches people one by one."""
        return self.kind in WITH_SUBSCRIBERS

    def state(self, now: datetime) -> ChannelState:
        """How it is doing."""
        if self.broken_at is not None:
            return ChannelState.BROKEN
        if self.failures:
            return ChannelState.FAILING
        if self.paused_until is not None and self.paused_until > now:
            return ChannelState.PAUSED
        return ChannelState.IDLE if self.last_sent_at is None else ChannelState.OK

    def sent_today(self, now: datetime) -> int:
        """How many were sent since midnight, UTC."""
        return self.sent_count if self.sent_on == now.date() else 0

    def mend(self) -> None:
        """It was changed or works again: what waits may go."""
        self.broken_at = self.paused_until = None
        self.failures, self.last_error = 0, ""
