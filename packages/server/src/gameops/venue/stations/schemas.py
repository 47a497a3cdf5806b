"""Stations, enrolment and commands as clients see and write them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from gameops.core.db import AnyRow
from gameops.core.fields import NO_NUL, In
from gameops.venue.stations.model import (
    WITH_TEXT,
    Agent,
    CommandState,
    Station,
    StationCommand,
    StationKind,
)
from gameops.venue.venues.model import Rule
from gameops_protocol import CommandKind

StationName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=NO_NUL)
]
Notes = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]


class Position(Rule):
    """Where a station stands on the map (100 wide, 60 high)."""

    x: Annotated[float, Field(ge=0, le=100)]
    y: Annotated[float, Field(ge=0, le=60)]


class StationIn(In):
    """A new station."""

    venue_id: UUID
    zone_id: UUID
    name: StationName
    kind: StationKind
    position: Position | None = None
    notes: Notes = ""


class StationPatch(In):
    """What to change of a station."""

    zone_id: UUID | None = None
    name: StationName = ""
    kind: StationKind = StationKind.PC
    position: Position | None = None
    notes: Notes = ""
    maintenance: bool = False
    maintenance_reason: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = ""

    @model_validator(mode="after")
    def _zone_cannot_be_unset(self) -> Self:
        if "zone_id" in self.model_fields_set and self.zone_id is None:
            raise ValueError("a station stands in a zone")
        return self


class BulkIn(In):
    """Several stations at once: prefix and a running number."""

    venue_id: UUID
    zone_id: UUID
    kind: StationKind
    prefix: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12, pattern=NO_NUL)
    ]
    first: Annotated[int, Field(ge=0, le=9_999)] = 1
    count: Annotated[int, Field(ge=1, le=200)]


class StationPosition(Rule):
    """One station's place."""

    station_id: UUID
    x: Annotated[float, Field(ge=0, le=100)]
    y: Annotated[float, Field(ge=0, le=60)]


class PositionsIn(In):
    """Several stations' places."""

    venue_id: UUID
    positions: Annotated[list[StationPosition], Field(min_length=1, max_length=500)]


class AgentOut(BaseModel):
    """A station's agent, as it last described itself."""

    enrolled: bool
    online: bool
    last_seen_at: datetime | None
    version: str
    hostname: str
    os: str


class StationOut(BaseModel):
    """A station."""

    id: UUID
    venue_id: UUID
    zone_id: UUID
    zone_name: str
    name: str
    kind: StationKind
    position: Position | None
    notes: str
    maintenance: bool
    maintenance_reason: str
    agent: AgentOut | None
    created_at: datetime

    @classmethod
    def of(cls, row: AnyRow, now: datetime) -> Self:
        """From station, zone name and agent."""
        station: Station = row[0]
        return cls(
            id=station.id,
            venue_id=station.venue_id,
            zone_id=station.zone_id,
            zone_name=row[1],
            name=station.name,
            kind=StationKind(station.kind),
            position=Position.model_validate(station.position) if station.position else None,
            notes=station.notes,
            maintenance=station.maintenance,
            maintenance_reason=station.maintenance_reason,
            agent=_agent(row[2], now),
            created_at=station.created_at,
        )


def _agent(agent: Agent | None, now: datetime) -> AgentOut | None:
    if agent is None:
        return None
    return AgentOut(
        enrolled=True,
        online=agent.online(now),
        last_seen_at=agent.seen_at,
        version=agent.version,
        hostname=agent.hostname,
        os=agent.os,
    )


class StationList(BaseModel):
    """Several stations."""

    items: list[StationOut]


class EnrolmentOut(BaseModel):
    """A code to type at the machine, and the command that does it."""

    code: str
    expires_at: datetime
    command: str


class EnrolIn(In):
    """What an agent sends to become a station's agent."""

    code: Annotated[str, StringConstraints(min_length=4, max_length=40, pattern=NO_NUL)]
    hostname: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    os: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""


class EnrolOut(BaseModel):
    """The agent's credential; it is told once."""

    credential: str
    station_id: UUID
    station_name: str
    venue_name: str


class CommandIn(In):
    """Ask something of a station."""

    kind: CommandKind
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)
    ] = ""

    @model_validator(mode="after")
    def _text_where_needed(self) -> Self:
        if self.kind in WITH_TEXT and not self.text:
            raise ValueError("this command needs a text")
        return self


class CommandOut(BaseModel):
    """A command and how far it has got."""

    id: UUID
    station_id: UUID
    kind: CommandKind
    text: str
    state: CommandState
    code: str | None
    created_at: datetime
    deadline_at: datetime
    acknowledged_at: datetime | None
    has_image: bool

    @classmethod
    def of(cls, command: StationCommand, *, has_image: bool = False) -> Self:
        """From the row."""
        return cls(
            id=command.id,
            station_id=command.station_id,
            kind=CommandKind(command.kind),
            text=command.text,
            state=CommandState(command.state),
            code=command.code or None,
            created_at=command.created_at,
            deadline_at=command.deadline_at,
            acknowledged_at=command.acknowledged_at,
            has_image=has_image,
        )
