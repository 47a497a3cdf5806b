"""A recipient: a phone, an address or a browser, and whether it agreed to be written to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject

CODE_LIFETIME: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5


class RecipientState(StrEnum):
    """Whether it may be written to."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    OPTED_OUT = "opted_out"


class Recipient(Base):
    """One address of one kind in one scope."""

    __tablename__ = "notify_recipient"
    __table_args__ = (
        Index(
            "uq_notify_recipient_address",
            "venue_id",
            "kind",
            "address",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "user_id", postgresql_where=text("user_id IS NOT NULL")),
        Index(None, "kind", "address"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(1000))
    """A number in its international form, an address, or a push service's URL."""
    name: Mapped[str] = mapped_column(String(80), server_default="")
    locale: Mapped[str] = mapped_column(String(20), server_default="en")
    state: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID | None]
    preferences: Mapped[JsonObject]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The keys of a browser's push subscription."""
    problem: Mapped[str] = mapped_column(String(40), server_default="")
    """Why it cannot be reached: ``invalid`` or ``gone``."""
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_expires_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]

    def confirmed_by(self, user_id: UUID) -> bool:
        """Whether it is this person's own, and has been shown to be."""
        return self.user_id == user_id and self.state == RecipientState.ACTIVE

    def activate(self, now: datetime) -> None:
        """It has shown that it is theirs and wants to be written to."""
        self.state, self.verified_at, self.opted_out_at = RecipientState.ACTIVE, now, None
        self.problem, self.code_tries = "", 0
        self.code_digest = self.code_expires_at = None

    def opt_out(self, now: datetime) -> None:
        """It wants nothing more."""
        self.state, self.opted_out_at = RecipientState.OPTED_OUT, now
        self.code_digest = self.code_expires_at = None


class Subscription(Base):
    """A recipient gets what is sent to a channel."""

    __tablename__ = "notify_subscription"
    __table_args__ = (Index(None, "recipient_id"),)

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("notify_channel.id"), primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(
        ForeignKey("notify_recipient.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime]


class SentCode(Base):
    """A code was sent: counted per address, scope and person, so that nobody is pestered."""

    __tablename__ = "notify_code"
    __table_args__ = (
        Index(None, "address_digest", "sent_at"),
        Index(None, "venue_id", "sent_at"),
        Index(None, "requested_by", "sent_at"),
        Index(None, "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    venue_id: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]
    sent_at: Mapped[datetime]


class Refusal(Base):
    """An address that opted out and was forgotten: a digest, so that nobody adds it again."""

    __tablename__ = "notify_refusal"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime]


class Inbound(Base):
    """A message that came in, with what was answered: a repeated call gets the same answer."""

    __tablename__ = "notify_inbound"
    __table_args__ = (Index(None, "received_at"),)

    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text)
