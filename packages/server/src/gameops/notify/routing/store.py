"""The SQL of routes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.ids import new_id
from gameops.notify.routing.model import Route


async def channels_for(session: AsyncSession, venue_id: UUID | None, topic: str) -> list[UUID]:
    """Where a topic goes in a scope."""
    return (await routes_of(session, venue_id)).get(topic, [])


async def routes_of(session: AsyncSession, venue_id: UUID | None) -> Mapping[str, list[UUID]]:
    """The channels of every routed topic of a scope."""
    query = select(Route.topic, Route.channel_ids).where(
        Route.venue_id.is_not_distinct_from(venue_id)
    )
    return {
        topic: [UUID(item) for item in channel_ids]
        for topic, channel_ids in await session.execute(query)
    }


async def put_route(
    session: AsyncSession,
    *,
    venue_id: UUID | None,
    topic: str,
    channel_ids: list[UUID],
    now: datetime,
) -> None:
    """Have a topic go to these channels."""
    row = {
        "id": new_id(),
        "venue_id": venue_id,
        "topic": topic,
        "channel_ids": [str(channel_id) for channel_id in channel_ids],
        "changed_at": now,
    }
    query = insert(Route).values(row)
    query = query.on_conflict_do_update(
        index_elements=["venue_id", "topic"],
        set_={"channel_ids": query.excluded.channel_ids, "changed_at": query.excluded.changed_at},
    )
    await session.execute(query)
