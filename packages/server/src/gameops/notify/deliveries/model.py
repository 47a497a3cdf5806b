"""A notice, its deliveries, and the boards that are kept up to date in place."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject

GIVE_UP_AFTER: Final = timedelta(hours=24)
KEEP: Final = timedelta(days=30)
MOST_ATTEMPTS_KEPT: Final = 12


class DeliveryState(StrEnum):
    """How far a delivery has got."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    DEAD = "dead"
    DISCARDED = "discarded"


class StoredNotice(Base):
    """What there is to tell. Codes are told too: their text is sealed, and the log shows dots."""

    __tablename__ = "notify_notice"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    topic: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    template: Mapped[str] = mapped_column(Text)
    filling: Mapped[JsonObject]
    """What the placeholders stand for."""
    text: Mapped[str] = mapped_column(Text)
    """The template with its values, unescaped: what the log shows."""
    severity: Mapped[str] = mapped_column(String(10))
    url: Mapped[str | None] = mapped_column(String(500))
    fields: Mapped[list[JsonObject]]
    data: Mapped[JsonObject]
    subject_id: Mapped[UUID | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Delivery(Base):
    """One notice to one channel (and one of its recipients)."""

    __tablename__ = "notify_delivery"
    __table_args__ = (
        Index(
            "ix_notify_delivery_due",
            "channel_id",
            "next_attempt_at",
            "position",
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_notify_delivery_leased",
            "lease_until",
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_notify_delivery_dead", "channel_id", postgresql_where=text("state = 'dead'")),
        Index(None, "position", unique=True),
        Index(None, "venue_id", "position"),
        Index(None, "channel_id", "position"),
        Index(None, "recipient_id", "position", postgresql_where=text("recipient_id IS NOT NULL")),
        Index(None, "subject_id", "position", postgresql_where=text("subject_id IS NOT NULL")),
        Index(None, "notice_id"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity())
    """Its place in the queue and in the log."""
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notify_notice.id"))
    venue_id: Mapped[UUID | None]
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey("notify_channel.id"))
    recipient_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("notify_recipient.id", ondelete="SET NULL")
    )
    sent_to: Mapped[str] = mapped_column(String(80), server_default="")
    """The recipient's address, masked."""
    topic: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40), server_default="")
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """A test: it is tried even where the channel counts as broken."""
    attempts: Mapped[list[JsonObject]]
    attempt_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    next_attempt_at: Mapped[datetime | None]
    give_up_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class StoredBoard(Base):
    """A message in a channel that is edited rather than sent again."""

    __tablename__ = "notify_board"
    __table_args__ = (
        Index("ix_notify_board_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("notify_channel.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    wanted: Mapped[JsonObject]
    wanted_digest: Mapped[bytes] = mapped_column(LargeBinary)
    shown_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    message_id: Mapped[str | None] = mapped_column(String(40))
    due_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
