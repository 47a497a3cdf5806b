"""Facts about a venue."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from gameops.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent(Event):
    """Something happened to a session."""

    topic: ClassVar[str] = "venue.session_changed"
    venue_id: UUID
    session_id: UUID
    station_id: UUID
    customer_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(SessionEvent):
    """Time has begun to run."""

    topic: ClassVar[str] = "venue.session_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExtended(SessionEvent):
    """More time was bought."""

    topic: ClassVar[str] = "venue.session_extended"
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaused(SessionEvent):
    """Time stands still."""

    topic: ClassVar[str] = "venue.session_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResumed(SessionEvent):
    """Time runs again."""

    topic: ClassVar[str] = "venue.session_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMoved(SessionEvent):
    """The session goes on at another station."""

    topic: ClassVar[str] = "venue.session_moved"
    from_station_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEndingSoon(SessionEvent):
    """A warning is due; ``seconds`` remain."""

    topic: ClassVar[str] = "venue.session_ending_soon"
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(SessionEvent):
    """Time is over and billed."""

    topic: ClassVar[str] = "venue.session_ended"
    ended_at: datetime
    reason: str
    charge_minor: int
