"""The SQL of the session clock: what is due."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow
from gameops.venue.sessions.model import Session


async def lock_due(
    session: AsyncSession, now: datetime, limit: int, *, but: Collection[UUID] = ()
) -> Sequence[Session]:
    """Sessions whose time is up and that nobody else is working on."""
    query = (
        select(Session)
        .where(Session.ended_at.is_(None), Session.ends_at <= now, Session.id.not_in(but))
        .order_by(Session.ends_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def next_end(session: AsyncSession) -> datetime | None:
    """When the next session will end."""
    query = select(func.min(Session.ends_at)).where(Session.ended_at.is_(None))
    return await session.scalar(query)


_OVERDUE_PAUSES = text("""
SELECT s.id, s.paused_at + make_interval(
    secs => greatest(0, (v.policy->>'pause_max_seconds')::float8 - s.paused_total_us / 1e6)
) AS resumes_at
FROM venue_session s JOIN venue_venue v ON v.id = s.venue_id
WHERE s.ended_at IS NULL AND s.paused_at IS NOT NULL
  AND s.paused_at + make_interval(
    secs => greatest(0, (v.policy->>'pause_max_seconds')::float8 - s.paused_total_us / 1e6)
  ) <= :now
LIMIT 500
""")


async def overdue_pauses(session: AsyncSession, now: datetime) -> Sequence[AnyRow]:
    """Paused sessions whose pause has been used up, and when it was."""
    return (await session.execute(_OVERDUE_PAUSES, {"now": now})).all()


_WARN = text("""
WITH crossed AS (
    SELECT s.id, (
        SELECT min(w::int) FROM jsonb_array_elements_text(v.policy->'warn_seconds') AS w
        WHERE s.ends_at - make_interval(secs => w::float8) <= :now
    ) AS seconds
    FROM venue_session s JOIN venue_venue v ON v.id = s.venue_id
    WHERE s.ended_at IS NULL AND s.ends_at > :now AND s.ends_at <= :horizon
)
UPDATE venue_session s SET warned_seconds = c.seconds FROM crossed c
WHERE s.id = c.id AND s.ended_at IS NULL AND c.seconds IS NOT NULL
  AND (s.warned_seconds IS NULL OR s.warned_seconds > c.seconds)
RETURNING s.id, s.venue_id, s.station_id, s.customer_id, c.seconds
""")


async def mark_warnings(
    session: AsyncSession, now: datetime, horizon: datetime
) -> Sequence[AnyRow]:
    """Sessions that have just come within a warning's reach, each once per warning."""
    return (await session.execute(_WARN, {"now": now, "horizon": horizon})).all()
