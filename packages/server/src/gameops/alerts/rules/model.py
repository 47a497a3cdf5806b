"""A rule: on which servers, at which event, when, to whom, in which words."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject
from gameops.core.fields import TimeOfDay, TimeZone

MOST_PLAYERS = 100_000


class Threshold(BaseModel):
    """The count rises to ``players``, or falls below it."""

    model_config = ConfigDict(frozen=True)

    players: Annotated[int, Field(ge=1, le=MOST_PLAYERS)]
    direction: Literal["rises", "falls"] = "rises"


class Quiet(BaseModel):
    """Hours in which nothing is sent; ``end`` before ``start`` means past midnight."""

    model_config = ConfigDict(frozen=True)

    start: TimeOfDay
    end: TimeOfDay
    time_zone: TimeZone = "UTC"
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which it begins; Monday is 0."""


class Rule(Base):
    """Which events become alerts."""

    __tablename__ = "alerts_rule"
    __table_args__ = (Index(None, "community_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_community.id"))
    name: Mapped[str] = mapped_column(String(60))
    enabled: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    events: Mapped[list[str]]
    server_ids: Mapped[list[str]]
    tags: Mapped[list[str]]
    threshold: Mapped[JsonObject | None]
    cooldown_seconds: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    delay_seconds: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    quiet: Mapped[JsonObject | None]
    channel_ids: Mapped[list[str]]
    template: Mapped[str | None] = mapped_column(String(1000))
    preset: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Made from the environment at the start."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Firing(Base):
    """When a rule last fired for a server: what its cooldown is counted from."""

    __tablename__ = "alerts_firing"

    rule_id: Mapped[UUID] = mapped_column(
        ForeignKey("alerts_rule.id", ondelete="CASCADE"), primary_key=True
    )
    server_id: Mapped[UUID] = mapped_column(primary_key=True)
    fired_at: Mapped[datetime]


class Waiting(Base):
    """An alert that waits for its rule's delay, to see whether it still holds then."""

    __tablename__ = "alerts_waiting"
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_rule.id", ondelete="CASCADE"))
    server_id: Mapped[UUID]
    event_id: Mapped[UUID]
    due_at: Mapped[datetime]


class Maintenance(Base):
    """Planned work: its servers' events are recorded, and nobody is told."""

    __tablename__ = "alerts_maintenance"
    __table_args__ = (Index(None, "community_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_community.id"))
    server_ids: Mapped[list[str]]
    tags: Mapped[list[str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), server_default="")
