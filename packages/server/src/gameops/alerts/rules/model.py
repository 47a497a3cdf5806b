"""A rule: on which servers, at which event, when, to whom, in which words."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject
from gameops.core.fields import TimeOfDay, TimeZone

MOST_PLAYERS = 100_000


class Threshold(BaseModel):
    """The count rises to ``players``, or falls below it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    players: Annotated[int, Field(ge=1, le=MOST_PLAYERS)]
    direction: Literal["rises", "falls"] = "rises"


class Quiet(BaseModel):
    """Hours in which nothing is sent; ``end`` before ``start`` means past midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: TimeOfDay
    end: TimeOfDay
    time_zone: TimeZone = "UTC"
    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1, max_length=7)
    ] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which it begins; Monday is 0."""

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end must differ: a whole day is no quiet hour")
        return self


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
    """When a rule last told a kind of event of a server: what its cooldown is counted from."""

    __tablename__ = "alerts_firing"

    rule_id: Mapped[UUID] = mapped_column(
        ForeignKey("alerts_rule.id", ondelete="CASCADE"), primary_key=True
    )
    server_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    fired_at: Mapped[datetime]


class Waiting(Base):
    """An alert that waits for its rule's delay, to see whether it still holds then.

    Or, ``postponed``, for the end of maintenance or of quiet hours.
    """

    __tablename__ = "alerts_waiting"
    __table_args__ = (
        Index(None, "due_at"),
        Index("uq_alerts_waiting_alert", "rule_id", "server_id", "kind", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_rule.id", ondelete="CASCADE"))
    server_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[UUID]
    due_at: Mapped[datetime]
    postponed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


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
