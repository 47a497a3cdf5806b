"""A station: what it should be, what its agent last said, and what staff asked of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject
from gameops_protocol import CommandKind

ENROLMENT_LIFETIME: Final = timedelta(minutes=30)
COMMAND_LIFETIME: Final = timedelta(seconds=30)
SEEN_EVERY: Final = timedelta(seconds=15)
SILENT_AFTER: Final = timedelta(seconds=45)
"""An agent not heard of for this long counts as gone, whatever its row says."""


class StationKind(StrEnum):
    """What stands there."""

    PC = "pc"
    PS5 = "ps5"
    XBOX = "xbox"
    SWITCH = "switch"
    VR = "vr"
    SIM_RIG = "sim_rig"


class CommandState(StrEnum):
    """How far a command has got."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    EXPIRED = "expired"


class Station(Base):
    """One place to play. ``revision`` rises with everything its agent should know."""

    __tablename__ = "venue_station"
    __table_args__ = (
        Index(
            "uq_venue_station_name",
            "venue_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "zone_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("venue_zone.id"))
    name: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[JsonObject | None]
    notes: Mapped[str] = mapped_column(String(500), server_default="")
    maintenance: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    maintenance_reason: Mapped[str] = mapped_column(String(200), server_default="")
    open: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Unlocked by staff without a session."""
    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Agent(Base):
    """The credential of a station's agent, and what it last said of itself."""

    __tablename__ = "venue_agent"
    __table_args__ = (Index("uq_venue_agent_credential", "credential_digest", unique=True),)

    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"), primary_key=True)
    venue_id: Mapped[UUID]
    credential_digest: Mapped[bytes] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime]
    connected: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    link_id: Mapped[UUID | None]
    seen_at: Mapped[datetime | None]
    version: Mapped[str] = mapped_column(String(40), server_default="")
    hostname: Mapped[str] = mapped_column(String(80), server_default="")
    os: Mapped[str] = mapped_column(String(80), server_default="")
    reported_silent_at: Mapped[datetime | None]
    """When it was told that the station is silent; its return is told too."""

    def online(self, now: datetime) -> bool:
        """Whether it is connected and has been heard of lately."""
        return self.connected and self.seen_at is not None and now - self.seen_at < SILENT_AFTER


class Enrolment(Base):
    """A short code that turns a machine into a station's agent, once."""

    __tablename__ = "venue_enrolment"
    __table_args__ = (Index("uq_venue_enrolment_code", "code_digest", unique=True),)

    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class StationCommand(Base):
    """One thing asked of one station, with a deadline and an answer."""

    __tablename__ = "venue_command"
    __table_args__ = (
        Index(None, "venue_id", "station_id", "id"),
        Index(
            "ix_venue_command_pending", "deadline_at", postgresql_where=text("state = 'pending'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID]
    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500), server_default="")
    state: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60), server_default="")
    requested_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]


class CommandImage(Base):
    """The picture a screenshot command brought back; kept for a day."""

    __tablename__ = "venue_command_image"

    command_id: Mapped[UUID] = mapped_column(
        ForeignKey("venue_command.id", ondelete="CASCADE"), primary_key=True
    )
    png: Mapped[bytes] = mapped_column(LargeBinary)


WITH_TEXT: Final = frozenset({CommandKind.MESSAGE, CommandKind.LAUNCH})
