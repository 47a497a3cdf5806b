"""The floor as staff see it: plain structs, quick to build and to encode."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class StationSession(msgspec.Struct, frozen=True):
    """The live session on a station."""

    id: UUID
    mode: str
    state: str
    player: str
    customer_id: UUID | None
    tier: str
    started_at: datetime
    ends_at: datetime | None
    remaining_seconds: float
    total_seconds: float
    requested_minutes: int | None
    group_id: UUID | None
    warn: bool


class StationMetrics(msgspec.Struct, frozen=True):
    """What the agent last reported."""

    cpu: float
    memory: float
    foreground: str


class FloorStation(msgspec.Struct, frozen=True):
    """One tile of the floor."""

    id: UUID
    name: str
    kind: str
    zone_id: UUID
    position: dict[str, float] | None
    state: str
    online: bool | None
    lock: str | None
    open: bool
    maintenance_reason: str
    rate_minor_per_hour: int | None
    metrics: StationMetrics | None
    last_seen_at: datetime | None
    session: StationSession | None


class FloorZone(msgspec.Struct, frozen=True):
    """A zone and what an hour costs there now."""

    id: UUID
    name: str
    color: str
    sort: int
    area: dict[str, float] | None
    rate_minor_per_hour: int | None
    rate_label: str
    rate_until: datetime | None


class FloorAlert(msgspec.Struct, frozen=True):
    """Something staff should look at."""

    kind: str
    station_id: UUID
    station_name: str
    since: datetime | None
    text: str


class Summary(msgspec.Struct, frozen=True):
    """The strip above the floor."""

    stations: int
    in_use: int
    free: int
    paused: int
    offline: int
    maintenance: int
    ending_soon: list[str]
    requests: int
    alerts: list[FloorAlert]
    takings_today_minor: int
    takings_last_week_minor: int
    occupancy_24h: list[float]


class Floor(msgspec.Struct, frozen=True):
    """A snapshot of a venue's floor."""

    venue_id: UUID
    epoch: str
    revision: int
    server_time: datetime
    currency: str
    summary: Summary
    zones: list[FloorZone]
    stations: list[FloorStation]


SOON_SECONDS = 15 * 60
ENDING_SECONDS = 5 * 60


def summarise(
    stations: list[FloorStation],
    *,
    now: datetime,
    takings_today: int,
    takings_last_week: int,
    occupancy: list[float],
) -> Summary:
    """The strip above the floor, from the tiles."""
    states = [station.state for station in stations]
    playing = {"playing", "ending"}
    soon = [
        station
        for station in stations
        if station.session is not None
        and station.session.ends_at is not None
        and (station.session.ends_at - now).total_seconds() <= SOON_SECONDS
    ]
    soon.sort(key=lambda s: s.session.ends_at if s.session and s.session.ends_at else now)
    alerts = [alert for station in stations for alert in _alerts(station)]
    return Summary(
        stations=len(stations),
        in_use=sum(state in playing for state in states),
        free=states.count("free"),
        paused=states.count("paused"),
        offline=states.count("offline"),
        maintenance=states.count("maintenance"),
        ending_soon=[station.name for station in soon],
        requests=sum(alert.kind == "time_request" for alert in alerts),
        alerts=alerts,
        takings_today_minor=takings_today,
        takings_last_week_minor=takings_last_week,
        occupancy_24h=occupancy,
    )


def _alerts(station: FloorStation) -> list[FloorAlert]:
    found = []
    session = station.session
    if session is not None and session.requested_minutes:
        text = f"{session.player or 'Guest'} asks for {session.requested_minutes} min"
        found.append(_alert("time_request", station, None, text))
    if session is not None and station.online is False:
        text = "The station is offline during a session"
        found.append(_alert("agent_offline", station, station.last_seen_at, text))
    if session is None and station.open:
        found.append(_alert("unenforced", station, None, "Unlocked without a session"))
    return found


def _alert(kind: str, station: FloorStation, since: datetime | None, text: str) -> FloorAlert:
    return FloorAlert(
        kind=kind, station_id=station.id, station_name=station.name, since=since, text=text
    )


def state_of(
    *, maintenance: bool, session: StationSession | None, online: bool | None, now: datetime
) -> str:
    """One word for what is going on at a station."""
    if session is not None:
        if session.ends_at is None:
            return "paused"
        left = (session.ends_at - now).total_seconds()
        return "ending" if left <= ENDING_SECONDS else "playing"
    if maintenance:
        return "maintenance"
    return "offline" if online is False else "free"


def session_of(row: Any, now: datetime) -> StationSession | None:  # noqa: ANN401 -- a database row
    """The session part of a floor row."""
    if row.session_id is None:
        return None
    left = (
        row.paused_left_us / 1e6
        if row.paused_left_us is not None
        else max((row.ends_at - now).total_seconds(), 0.0)
    )
    played = ((row.paused_at or now) - row.started_at).total_seconds()
    return StationSession(
        id=row.session_id,
        mode=row.mode,
        state=row.session_state,
        player=row.player_name,
        customer_id=row.customer_id,
        tier=row.tier,
        started_at=row.started_at,
        ends_at=row.ends_at,
        remaining_seconds=left,
        total_seconds=max(played, 0) + left,
        requested_minutes=row.requested_minutes,
        group_id=row.group_id,
        warn=row.warned_seconds is not None,
    )
