"""The SQL of stations, agents and commands."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow
from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.venue.errors import StationNotFound
from gameops.venue.stations.model import (
    SILENT_AFTER,
    Agent,
    CommandImage,
    CommandState,
    Enrolment,
    Station,
    StationCommand,
)
from gameops.venue.venues.model import Zone


async def get_station(session: AsyncSession, station_id: UUID) -> Station:
    """One station that has not been removed."""
    station = await session.get(Station, station_id)
    if station is None or station.removed_at is not None:
        raise StationNotFound(station_id=station_id)
    return station


async def lock_station(session: AsyncSession, station_id: UUID) -> Station:
    """One station, for change."""
    query = select(Station).where(Station.id == station_id, Station.removed_at.is_(None))
    query = query.with_for_update().execution_options(populate_existing=True)
    station = await session.scalar(query)
    if station is None:
        raise StationNotFound(station_id=station_id)
    return station


async def list_stations(
    session: AsyncSession, conditions: Sequence[Any], page: PageRequest
) -> Slice[AnyRow]:
    """Stations with zone and agent, by name."""
    query = (
        select(Station, Zone.name, Agent)
        .join(Zone, Zone.id == Station.zone_id)
        .outerjoin(Agent, Agent.station_id == Station.id)
        .where(Station.removed_at.is_(None), *conditions)
    )
    query = after(query, page, keys=[Station.name, Station.id], types=[str, UUID], descending=False)
    rows = (await session.execute(query)).all()
    return cut(rows, page, lambda row: (row[0].name, row[0].id))


async def station_row(session: AsyncSession, station_id: UUID) -> AnyRow:
    """A station with its zone's name and its agent."""
    query = (
        select(Station, Zone.name, Agent)
        .join(Zone, Zone.id == Station.zone_id)
        .outerjoin(Agent, Agent.station_id == Station.id)
        .where(Station.id == station_id, Station.removed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).first()
    if row is None:
        raise StationNotFound(station_id=station_id)
    return row


async def taken_names(
    session: AsyncSession, venue_id: UUID, names: Collection[str]
) -> Sequence[str]:
    """Which of these names are in use in the venue."""
    query = select(Station.name).where(
        Station.venue_id == venue_id,
        Station.removed_at.is_(None),
        func.lower(Station.name).in_([name.lower() for name in names]),
    )
    return (await session.scalars(query)).all()


async def place_on_map(session: AsyncSession, venue_id: UUID, rows: list[dict[str, Any]]) -> None:
    """Set several stations' positions in one statement."""
    query = text("""
        UPDATE venue_station t SET position = jsonb_build_object('x', p.x, 'y', p.y)
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(station_id uuid, x float8, y float8)
        WHERE t.id = p.station_id AND t.venue_id = :venue_id
    """)
    values = {"rows": msgspec.json.encode(rows).decode(), "venue_id": venue_id}
    await session.execute(query, values)


# --- enrolment and credentials ---------------------------------------------------------------


async def put_enrolment(
    session: AsyncSession, *, station_id: UUID, code_digest: bytes, expires_at: datetime
) -> None:
    """One open code per station: a new one replaces the last."""
    await session.execute(delete(Enrolment).where(Enrolment.station_id == station_id))
    session.add(Enrolment(station_id=station_id, code_digest=code_digest, expires_at=expires_at))
    await session.flush()


async def get_enrolment(session: AsyncSession, station_id: UUID) -> Enrolment:
    """A station's open code."""
    return await session.get_one(Enrolment, station_id)


async def take_enrolment(session: AsyncSession, code_digest: bytes) -> Enrolment | None:
    """Use a code up."""
    query = delete(Enrolment).where(Enrolment.code_digest == code_digest).returning(Enrolment)
    return await session.scalar(query)


async def put_credential(session: AsyncSession, agent: Agent) -> None:
    """Give a station's agent a new credential; the old one is worth nothing."""
    await session.execute(delete(Agent).where(Agent.station_id == agent.station_id))
    session.add(agent)
    await session.flush()


async def drop_credential(session: AsyncSession, station_id: UUID) -> bool:
    """Revoke; whether there was one."""
    query = delete(Agent).where(Agent.station_id == station_id).returning(Agent.station_id)
    return await session.scalar(query) is not None


async def find_agent(session: AsyncSession, credential_digest: bytes) -> AnyRow | None:
    """Station, venue and names behind a credential."""
    query = text("""
        SELECT a.station_id, a.venue_id, t.name AS station_name, z.name AS zone_name,
               v.name AS venue_name, v.locale, v.policy
        FROM venue_agent a
        JOIN venue_station t ON t.id = a.station_id AND t.removed_at IS NULL
        JOIN venue_zone z ON z.id = t.zone_id
        JOIN venue_venue v ON v.id = t.venue_id
        WHERE a.credential_digest = :digest
    """)
    return (await session.execute(query, {"digest": credential_digest})).first()


_DESIRED = text("""
SELECT t.id, t.revision, t.maintenance, t.open, s.id AS session_id, s.started_at, s.ends_at,
       s.paused_at, s.paused_left_us, s.player_name, v.policy
FROM venue_station t
JOIN venue_venue v ON v.id = t.venue_id
LEFT JOIN venue_session s ON s.station_id = t.id AND s.ended_at IS NULL
WHERE t.id = ANY(:ids)
""")


async def desired_rows(session: AsyncSession, station_ids: Collection[UUID]) -> Sequence[AnyRow]:
    """What the stations should be: settings and live session, in one query."""
    return (await session.execute(_DESIRED, {"ids": list(station_ids)})).all()


_SEEN = text("""
UPDATE venue_agent a SET
    connected = p.connected,
    seen_at = :now,
    link_id = CASE WHEN p.connected THEN p.link_id END,
    version = coalesce(p.version, a.version),
    hostname = coalesce(p.hostname, a.hostname),
    os = coalesce(p.os, a.os)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(
    station_id uuid, link_id uuid, connected bool, version text, hostname text, os text)
WHERE a.station_id = p.station_id
  AND (p.connected OR a.link_id IS NULL OR a.link_id = p.link_id)
""")


async def note_presence(session: AsyncSession, rows: list[dict[str, Any]], now: datetime) -> None:
    """Who is connected; an old link's end does not undo a newer link's beginning."""
    values = {"rows": msgspec.json.encode(rows).decode(), "now": now}
    await session.execute(_SEEN, values)


_SILENT = text("""
SELECT t.id, t.venue_id, t.name, t.maintenance
FROM venue_agent a JOIN venue_station t ON t.id = a.station_id
WHERE t.removed_at IS NULL AND NOT t.maintenance
  AND a.reported_silent_at IS NULL AND a.seen_at < :before
ORDER BY t.name
""")
_RETURNED = text("""
SELECT t.id, t.venue_id, t.name, t.maintenance
FROM venue_agent a JOIN venue_station t ON t.id = a.station_id
WHERE t.removed_at IS NULL AND a.reported_silent_at IS NOT NULL
  AND a.connected AND a.seen_at > :since
ORDER BY t.name
""")


async def silent_stations(session: AsyncSession, before: datetime) -> Sequence[AnyRow]:
    """Stations not heard of since then, of which nobody has been told."""
    return (await session.execute(_SILENT, {"before": before})).all()


async def returned_stations(session: AsyncSession, now: datetime) -> Sequence[AnyRow]:
    """Stations whose silence was told, and that are back."""
    return (await session.execute(_RETURNED, {"since": now - SILENT_AFTER})).all()


async def note_silence(
    session: AsyncSession, station_ids: Collection[UUID], silent_at: datetime | None
) -> None:
    """That their silence was told, or their return."""
    query = update(Agent).where(Agent.station_id.in_(station_ids))
    await session.execute(query.values(reported_silent_at=silent_at))


# --- commands --------------------------------------------------------------------------------


async def list_commands(
    session: AsyncSession, station: Station, page: PageRequest
) -> Slice[StationCommand]:
    """A station's commands, newest first."""
    query = select(StationCommand).where(
        StationCommand.venue_id == station.venue_id, StationCommand.station_id == station.id
    )
    rows = list(await session.scalars(after(query, page, keys=[StationCommand.id], types=[UUID])))
    return cut(rows, page, lambda command: (command.id,))


async def with_images(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which commands brought a picture back."""
    query = select(CommandImage.command_id).where(CommandImage.command_id.in_(ids))
    return set((await session.scalars(query)).all()) if ids else set()


async def acknowledge(
    session: AsyncSession,
    *,
    command_id: UUID,
    station_id: UUID,
    state: CommandState,
    code: str,
    at: datetime,
) -> StationCommand | None:
    """Note an answer, once; a late one after the deadline changes nothing."""
    query = (
        update(StationCommand)
        .where(
            StationCommand.id == command_id,
            StationCommand.station_id == station_id,
            StationCommand.state == CommandState.PENDING,
        )
        .values(state=state, code=code, acknowledged_at=at)
        .returning(StationCommand)
    )
    return await session.scalar(query)


async def expire(session: AsyncSession, now: datetime) -> Sequence[StationCommand]:
    """Give up on commands nobody answered in time."""
    query = (
        update(StationCommand)
        .where(StationCommand.state == CommandState.PENDING, StationCommand.deadline_at <= now)
        .values(state=CommandState.EXPIRED, code="venue.command_expired")
        .returning(StationCommand)
    )
    return (await session.scalars(query)).all()


async def forget_images(session: AsyncSession, before: datetime) -> None:
    """Pictures of people's screens are not kept."""
    old = select(StationCommand.id).where(
        StationCommand.id == CommandImage.command_id, StationCommand.created_at < before
    )
    await session.execute(delete(CommandImage).where(old.exists()))
