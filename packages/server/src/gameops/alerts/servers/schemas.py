"""Servers and their history as clients see and write them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from gameops.alerts.engine.model import Watched
from gameops.alerts.history.series import Point, Range, Summary
from gameops.alerts.rules.store import as_happening
from gameops.alerts.rules.texts import default_text, split_url
from gameops.alerts.servers.model import EventKind, Server, ServerEvent
from gameops.alerts.watching.detect import Detected
from gameops.alerts.watching.reading import Reading
from gameops.core.fields import NO_NUL, In

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""Maintenance without an announced end."""


def _plain_host(value: str) -> str:
    """One spelling of a host: without the root's dot, without an IPv6 address's brackets."""
    host = value.strip("[]").removesuffix(".")
    if not host:
        raise ValueError("no host name or IP address")
    return host


ServerName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=NO_NUL)]
Address = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=1,
        max_length=253,
        pattern=r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[?[0-9A-Fa-f:.]+\]?)$",
    ),
    AfterValidator(_plain_host),
]
Port = Annotated[int, Field(ge=1, le=65_535)]
Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=1, max_length=30, pattern=NO_NUL
    ),
]
Tags = Annotated[list[Tag], Field(max_length=20)]
ProtocolId = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
Interval = Annotated[int, Field(ge=10, le=3_600)]
Timeout = Annotated[int, Field(ge=1, le=10)]
Misses = Annotated[int, Field(ge=1, le=10)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=NO_NUL)]


class ServerIn(In):
    """A server to watch."""

    community_id: UUID
    address: Address
    port: Port | None = None
    name: ServerName = ""
    protocol: ProtocolId = "auto"
    query_port: Port | None = None
    tags: Annotated[Tags, Field(default_factory=list)]
    interval_seconds: Interval = 60
    timeout_seconds: Timeout = 3
    down_after: Misses = 3
    public: bool = True


class ServerMaintenanceIn(In):
    """Somebody works on it; without an end, until it is taken back."""

    until: AwareDatetime | None = None
    reason: Reason = ""


class ServerPatch(In):
    """What to change of a server; an empty name gives it its own back."""

    name: ServerName = ""
    port: Port | None = None
    protocol: ProtocolId = "auto"
    query_port: Port | None = None
    tags: Annotated[Tags, Field(default_factory=list)]
    interval_seconds: Interval = 60
    timeout_seconds: Timeout = 3
    down_after: Misses = 3
    public: bool = True
    maintenance: ServerMaintenanceIn | None = None


class ServerMaintenanceOut(BaseModel):
    """Somebody works on it."""

    until: datetime | None
    reason: str


class ServerOut(BaseModel):
    """A server and what was last seen there."""

    id: UUID
    community_id: UUID
    origin: Literal["reported", "polled"]
    key: str
    name: str
    own_name: str
    game: str
    region: str
    table: str | None
    url: str | None
    address: str | None
    port: int | None
    query_port: int | None
    protocol: str | None
    tags: list[str]
    interval_seconds: int
    timeout_seconds: int
    down_after: int
    public: bool
    state: Literal["unknown", "up", "down"]
    flapping: bool
    players: int
    bots: int
    max_players: int | None
    map: str | None
    version: str | None
    player_names: list[str]
    last_seen_at: datetime | None
    changed_at: datetime | None
    latency_ms: int | None
    misses: int
    last_error: str | None
    maintenance: ServerMaintenanceOut | None
    created_at: datetime

    @classmethod
    def of(cls, server: Server, now: datetime) -> Self:
        """From a row."""
        computed: dict[str, Any] = {
            "table": split_url(server.url)[1] if server.url else None,
            "map": server.map or None,
            "version": server.version or None,
            "maintenance": _maintenance(server, now),
        }
        plain = {n: getattr(server, n) for n in cls.model_fields if n not in computed}
        return cls.model_validate(plain | computed)


def _maintenance(server: Server, now: datetime) -> ServerMaintenanceOut | None:
    until = server.maintenance_until
    if until is None or until <= now:
        return None
    return ServerMaintenanceOut(
        until=None if until >= FOR_GOOD else until, reason=server.maintenance_reason
    )


class ServerTableIn(In):
    """Servers as a CSV table: address, and what else is known."""

    community_id: UUID
    csv: Annotated[str, StringConstraints(min_length=1, max_length=500_000, pattern=NO_NUL)]
    dry_run: bool = False


class ServerTableRow(BaseModel):
    """What becomes of one line."""

    line: int
    action: Literal["create", "update", "error"]
    name: str
    address: str
    message: str | None = None


class ServerTableOut(BaseModel):
    """What becomes of the table."""

    rows: list[ServerTableRow]
    created: int
    updated: int
    failed: int


class ProbeIn(In):
    """Something that may be a game server."""

    address: Address
    port: Port | None = None
    protocol: ProtocolId = "auto"


class TriedOut(BaseModel):
    """One attempt."""

    protocol: str
    port: int | None
    outcome: str


class ProbeOut(BaseModel):
    """What was found there."""

    found: bool
    error: str | None
    """Why nothing was tried: ``unresolved`` or ``not_allowed``."""
    protocol: str | None
    query_port: int | None
    name: str
    game: str
    map: str
    players: int
    bots: int
    max_players: int | None
    version: str
    latency_ms: int | None
    tried: list[TriedOut]

    @classmethod
    def of(cls, found: Detected) -> Self:
        """From what detection came to."""
        reading = found.reading or Reading(players=0)
        tried = [TriedOut(protocol=t.protocol, port=t.port, outcome=t.outcome) for t in found.tried]
        return cls(
            found=found.reading is not None,
            error=None if found.reading else found.host_error,
            protocol=found.protocol,
            query_port=found.query_port,
            name=reading.name,
            game=reading.game,
            map=reading.map,
            players=reading.players,
            bots=reading.bots,
            max_players=reading.max_players,
            version=reading.version,
            latency_ms=reading.latency_ms if found.reading else None,
            tried=tried,
        )


class ProtocolOut(BaseModel):
    """A way to ask a server."""

    id: str
    name: str
    library: str
    default_port: int | None
    bots: bool


class ProtocolList(BaseModel):
    """All ways."""

    items: list[ProtocolOut]


class PointOut(BaseModel):
    """One bucket of the curve."""

    at: datetime
    average: float | None
    peak: int | None
    up: float


class PeakOut(BaseModel):
    """The most at once."""

    players: int
    at: datetime


class HistoryOut(BaseModel):
    """People over time."""

    range: Range
    since: datetime
    until: datetime
    bucket_seconds: int
    points: list[PointOut]
    peak: PeakOut | None
    average: float | None
    uptime: float | None

    @classmethod
    def of(
        cls,
        name: Range,
        *,
        since: datetime,
        until: datetime,
        bucket_seconds: int,
        points: list[Point],
        whole: Summary,
    ) -> Self:
        """From the curve and its summary."""
        peak = None
        if whole.peak is not None and whole.peak_at is not None:
            peak = PeakOut(players=whole.peak, at=whole.peak_at)
        return cls(
            range=name,
            since=since,
            until=until,
            bucket_seconds=bucket_seconds,
            points=[
                PointOut(
                    at=p.at,
                    average=None if p.average is None else round(p.average, 2),
                    peak=p.peak,
                    up=round(p.up, 4),
                )
                for p in points
            ],
            peak=peak,
            average=None if whole.average is None else round(whole.average, 2),
            uptime=None if whole.uptime is None else round(whole.uptime, 4),
        )


class EventServer(BaseModel):
    """The server of an event."""

    id: UUID
    name: str


class EventOut(BaseModel):
    """Something that happened."""

    id: UUID
    community_id: UUID
    server: EventServer | None
    kind: EventKind
    at: datetime
    players: int | None
    before: int | None
    max_players: int | None
    map: str | None
    detail: Mapping[str, Any]
    text: str

    @classmethod
    def of(cls, event: ServerEvent, server: Server | None) -> Self:
        """From a row and its server."""
        return cls(
            id=event.id,
            community_id=event.community_id,
            server=EventServer(id=server.id, name=server.name) if server else None,
            kind=EventKind(event.kind),
            at=event.at,
            players=event.players,
            before=event.before,
            max_players=event.max_players,
            map=event.map or None,
            detail=event.detail,
            text=default_text(as_watched(server, event), as_happening(event)),
        )


def as_watched(server: Server | None, event: ServerEvent) -> Watched:
    """The server of an event as the texts need it; an empty one for a community's own events."""
    if server is None:
        return Watched(
            id=event.id,
            community_id=event.community_id,
            key="",
            origin="reported",
            name="",
            created_at=event.at,
        )
    return watched_of(server)


def watched_of(server: Server) -> Watched:
    """A row as the texts need it."""
    return Watched(
        id=server.id,
        community_id=server.community_id,
        key=server.key,
        origin=server.origin,
        name=server.name,
        game=server.game,
        region=server.region,
        url=server.url,
        address=server.address,
        port=server.port,
        tags=server.tags,
        state=server.state,
        players=server.players,
        bots=server.bots,
        max_players=server.max_players,
        map=server.map,
        created_at=server.created_at,
    )
