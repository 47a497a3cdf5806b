"""A watched server: how it is reached, what was last seen there, and what was told of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class Origin(StrEnum):
    """How GameOps learns of it."""

    REPORTED = "reported"
    POLLED = "polled"


class ServerState(StrEnum):
    """Whether it answers."""

    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"


class EventKind(StrEnum):
    """What can happen on a server, or in a community."""

    SERVER_APPEARED = "server_appeared"
    SERVER_DOWN = "server_down"
    SERVER_UP = "server_up"
    SERVER_FLAPPING = "server_flapping"
    SERVER_DELETED = "server_deleted"
    PLAYER_JOINED = "player_joined"
    PLAYER_LEFT = "player_left"
    LAST_PLAYER_LEFT = "last_player_left"
    THRESHOLD = "threshold"
    MAP_CHANGED = "map_changed"
    NAME_CHANGED = "name_changed"
    SERVER_IDLE = "server_idle"
    DAILY_SYNC = "daily_sync"


class Server(Base):
    """One server, or one table of one, found by its ``key`` within its community."""

    __tablename__ = "alerts_server"
    __table_args__ = (
        Index("uq_alerts_server_key", "community_id", "key", unique=True),
        Index(None, "community_id", "deleted_at"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("alerts_community.id"))
    origin: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(80))
    named: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether people chose the name, so that the server's own does not replace it."""
    own_name: Mapped[str] = mapped_column(String(80), server_default="")
    """What the server calls itself."""
    game: Mapped[str] = mapped_column(String(80), server_default="")
    region: Mapped[str] = mapped_column(String(80), server_default="")
    url: Mapped[str | None] = mapped_column(String(500))
    address: Mapped[str | None] = mapped_column(String(255))
    port: Mapped[int | None]
    query_port: Mapped[int | None]
    protocol: Mapped[str | None] = mapped_column(String(60))
    tags: Mapped[list[str]]
    tagged: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether people chose the tags, so that the server's own do not replace them."""
    interval_seconds: Mapped[int] = mapped_column(Integer, server_default=text("60"))
    timeout_seconds: Mapped[int] = mapped_column(Integer, server_default=text("3"))
    down_after: Mapped[int] = mapped_column(Integer, server_default=text("3"))
    public: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    state: Mapped[str] = mapped_column(String(10))
    flapping: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    told: Mapped[str] = mapped_column(String(10), server_default="unknown")
    """The state people were last told; differs from ``state`` only while it flaps."""
    turns: Mapped[list[str]]
    """When it last went down or came back: what tells that it flaps."""
    players: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    bots: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    max_players: Mapped[int | None]
    map: Mapped[str] = mapped_column(String(80), server_default="")
    version: Mapped[str] = mapped_column(String(80), server_default="")
    player_names: Mapped[list[str]]
    latency_ms: Mapped[int | None]
    misses: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(String(40))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime | None]
    """Of the newest report that said when: older ones come too late."""
    last_seen_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    """When its count or state last changed: what "idle" is counted from."""
    idle_noted_at: Mapped[datetime | None]
    maintenance_until: Mapped[datetime | None]
    maintenance_reason: Mapped[str] = mapped_column(String(200), server_default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ServerEvent(Base):
    """Something that happened; kept as history, and what alerts are made from."""

    __tablename__ = "alerts_event"
    __table_args__ = (
        Index("ix_alerts_event_community", "community_id", text("id DESC")),
        Index("ix_alerts_event_server", "server_id", text("id DESC")),
        Index(None, "at", postgresql_using="brin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID]
    server_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    players: Mapped[int | None]
    before: Mapped[int | None]
    max_players: Mapped[int | None]
    map: Mapped[str] = mapped_column(String(80), server_default="")
    detail: Mapped[JsonObject]


class Sample(Base):
    """From ``at`` on there were so many players, until the server's next row."""

    __tablename__ = "alerts_sample"
    __table_args__ = (Index(None, "at", postgresql_using="brin"),)

    server_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    up: Mapped[bool]
    players: Mapped[int]
    bots: Mapped[int]


class InboxReport(Base):
    """A report that was accepted and waits to be worked on, in the order of arrival."""

    __tablename__ = "alerts_inbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    community_id: Mapped[UUID]
    at: Mapped[datetime]
    body: Mapped[JsonObject]


class RefusedReport(Base):
    """A report that could not be worked on, and why; kept for whoever looks into it."""

    __tablename__ = "alerts_refused"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    community_id: Mapped[UUID]
    at: Mapped[datetime]
    body: Mapped[JsonObject]
    error: Mapped[str] = mapped_column(String(100))
