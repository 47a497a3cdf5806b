"""The floor and the reports as the OpenAPI document describes them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from gameops.venue.sessions.model import Mode, State
from gameops.venue.stations.model import StationKind
from gameops.venue.venues.model import Tier


class FloorSessionOut(BaseModel):
    """The live session on a station."""

    id: UUID
    mode: Mode
    state: State
    player: str
    customer_id: UUID | None
    tier: Tier
    started_at: datetime
    ends_at: datetime | None
    remaining_seconds: float
    total_seconds: float
    requested_minutes: int | None
    group_id: UUID | None
    warn: bool


class FloorMetricsOut(BaseModel):
    """What the agent last reported: percent, percent, the foreground window."""

    cpu: float
    memory: float
    foreground: str


class XY(BaseModel):
    """A point on the map."""

    x: float
    y: float


class XYWH(XY):
    """A rectangle on the map."""

    w: float
    h: float


StationState = Literal["free", "playing", "ending", "paused", "offline", "maintenance"]


class FloorStationOut(BaseModel):
    """One tile of the floor."""

    id: UUID
    name: str
    kind: StationKind
    zone_id: UUID
    position: XY | None
    state: StationState
    online: Annotated[bool | None, Field(description="null: there is no agent")]
    lock: Literal["locked", "unlocked"] | None
    open: bool
    maintenance_reason: str
    rate_minor_per_hour: int | None
    metrics: FloorMetricsOut | None
    last_seen_at: datetime | None
    session: FloorSessionOut | None


class FloorZoneOut(BaseModel):
    """A zone and what an hour costs there now."""

    id: UUID
    name: str
    color: str
    sort: int
    area: XYWH | None
    rate_minor_per_hour: int | None
    rate_label: str
    rate_until: datetime | None


class FloorAlertOut(BaseModel):
    """Something staff should look at."""

    kind: Literal["time_request", "agent_offline", "unenforced"]
    station_id: UUID
    station_name: str
    since: datetime | None
    text: str


class SummaryOut(BaseModel):
    """The strip above the floor."""

    stations: int
    in_use: int
    free: int
    paused: int
    offline: int
    maintenance: int
    ending_soon: list[str]
    requests: int
    alerts: list[FloorAlertOut]
    takings_today_minor: int
    takings_last_week_minor: int
    occupancy_24h: list[float]


class FloorOut(BaseModel):
    """A snapshot of a venue's floor."""

    venue_id: UUID
    epoch: str
    revision: int
    server_time: datetime
    currency: str
    summary: SummaryOut
    zones: list[FloorZoneOut]
    stations: list[FloorStationOut]


class RevenuePoint(BaseModel):
    """Takings of a local hour or day."""

    at: datetime
    amount_minor: int
    count: int


class RevenueOut(BaseModel):
    """Takings over time."""

    items: list[RevenuePoint]


class OccupancyPoint(BaseModel):
    """The mean share of stations in use at a local weekday and hour."""

    weekday: int
    hour: int
    ratio: float


class OccupancyOut(BaseModel):
    """Occupancy over the week."""

    items: list[OccupancyPoint]
