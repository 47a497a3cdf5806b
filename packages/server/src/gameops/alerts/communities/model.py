"""A community: whose servers these are, who may report them, and how it is shown."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class IntakePolicy(BaseModel):
    """Who may report servers without a key."""

    model_config = ConfigDict(frozen=True)

    open: bool = True
    networks: tuple[str, ...] = ()
    """CIDR; empty: from anywhere."""
    hosts: tuple[str, ...] = ()
    """Hosts that reported addresses may have (``*.example.org`` too); empty: any."""


class Community(Base):
    """Some servers and the people around them. ``venue_id`` says whose staff look after it."""

    __tablename__ = "alerts_community"
    __table_args__ = (
        Index("uq_alerts_community_slug", "slug", unique=True),
        Index(
            "uq_alerts_community_default",
            "is_default",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    slug: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(String(300), server_default="")
    time_zone: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(20))
    public: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    accent: Mapped[str | None] = mapped_column(String(7))
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    sync_at: Mapped[str] = mapped_column(String(5), server_default="03:00")
    sync_time_zone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    synced_on: Mapped[str | None] = mapped_column(String(10))
    sync_channel_ids: Mapped[list[str]]
    board_channel_ids: Mapped[list[str]]
    intake: Mapped[JsonObject]
    forget_after_days: Mapped[int] = mapped_column(Integer, server_default=text("30"))
    most_servers: Mapped[int] = mapped_column(Integer, server_default=text("2000"))
    """So many may report themselves before no more are made."""
    created_at: Mapped[datetime]


class Source(Base):
    """A key of one reporter. Its secret is derived from its id, so it is stored nowhere."""

    __tablename__ = "alerts_source"
    __table_args__ = (Index(None, "community_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_community.id"))
    name: Mapped[str] = mapped_column(String(60))
    networks: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
