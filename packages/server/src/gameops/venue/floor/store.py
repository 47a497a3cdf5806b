"""The SQL of the floor and the reports."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow

_COLUMNS = """
SELECT t.id, t.name, t.kind, t.zone_id, t.position, t.maintenance, t.maintenance_reason, t.open,
       a.connected, a.seen_at, a.station_id AS agent_id,
       s.id AS session_id, s.mode, s.state AS session_state, s.player_name, s.customer_id, s.tier,
       s.started_at, s.ends_at, s.paused_at, s.paused_left_us, s.requested_minutes, s.group_id,
       s.warned_seconds
FROM venue_station t
LEFT JOIN venue_agent a ON a.station_id = t.id
LEFT JOIN venue_session s ON s.station_id = t.id AND s.ended_at IS NULL
WHERE t.venue_id = :venue_id AND t.removed_at IS NULL
"""
_ALL = text(_COLUMNS + " ORDER BY t.name, t.id")
_SOME = text(_COLUMNS + " AND t.id = ANY(:ids)")


async def floor_rows(session: AsyncSession, venue_id: UUID) -> Sequence[AnyRow]:
    """Every station with agent and live session, in one query."""
    return (await session.execute(_ALL, {"venue_id": venue_id})).all()


async def station_rows(
    session: AsyncSession, venue_id: UUID, ids: Collection[UUID]
) -> Sequence[AnyRow]:
    """Some of them."""
    return (await session.execute(_SOME, {"venue_id": venue_id, "ids": list(ids)})).all()


_OCCUPANCY = text("""
WITH hours AS (
    SELECT h AS start, h + interval '1 hour' AS stop
    FROM generate_series(
        date_trunc('hour', CAST(:now AS timestamptz)) - interval '23 hours', :now,
        interval '1 hour'
    ) AS h
), seats AS (
    SELECT greatest(count(*), 1) AS n FROM venue_station
    WHERE venue_id = :venue_id AND removed_at IS NULL
), recent AS (
    SELECT started_at, coalesce(ended_at, :now) AS stop FROM venue_session
    WHERE venue_id = :venue_id AND started_at > CAST(:now AS timestamptz) - interval '48 hours'
)
SELECT h.start, round(coalesce(sum(
    extract(epoch FROM least(r.stop, h.stop, :now) - greatest(r.started_at, h.start))
) FILTER (WHERE r.started_at < h.stop AND r.stop > h.start), 0)::numeric
    / (SELECT n FROM seats) / 3600, 3)::float8 AS ratio
FROM hours h LEFT JOIN recent r ON r.started_at < h.stop AND r.stop > h.start
GROUP BY h.start ORDER BY h.start
""")


async def occupancy_24h(session: AsyncSession, venue_id: UUID, now: datetime) -> list[float]:
    """The share of stations in use in each of the last 24 hours, oldest first."""
    rows = (await session.execute(_OCCUPANCY, {"venue_id": venue_id, "now": now})).all()
    return [row.ratio for row in rows]


_WEEK = text("""
WITH seats AS (
    SELECT greatest(count(*), 1) AS n FROM venue_station
    WHERE venue_id = :venue_id AND removed_at IS NULL
), hours AS (
    SELECT h AS start, h + interval '1 hour' AS stop
    FROM generate_series(CAST(:since AS timestamptz), CAST(:until AS timestamptz)
                         - interval '1 hour', interval '1 hour') AS h
), played AS (
    SELECT started_at, coalesce(ended_at, :now) AS stop FROM venue_session
    WHERE venue_id = :venue_id AND started_at < :until
      AND started_at > CAST(:since AS timestamptz) - interval '24 hours'
)
SELECT (extract(isodow FROM h.start AT TIME ZONE :timezone) - 1)::int AS weekday,
       extract(hour FROM h.start AT TIME ZONE :timezone)::int AS hour,
       (coalesce(sum(extract(epoch FROM
           least(p.stop, h.stop) - greatest(p.started_at, h.start)))
           FILTER (WHERE p.started_at IS NOT NULL), 0)
        / 3600 / (SELECT n FROM seats) / count(DISTINCT h.start))::float8 AS ratio
FROM hours h LEFT JOIN played p ON p.started_at < h.stop AND p.stop > h.start
GROUP BY 1, 2 ORDER BY 1, 2
""")


async def occupancy_by_hour(
    session: AsyncSession,
    venue_id: UUID,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    timezone: str,
) -> Sequence[AnyRow]:
    """The mean share of stations in use by local weekday and hour."""
    values = {
        "venue_id": venue_id,
        "since": since,
        "until": until,
        "now": now,
        "timezone": timezone,
    }
    return (await session.execute(_WEEK, values)).all()
