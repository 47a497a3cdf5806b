"""The SQL of routes."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify.routing.model import Route


async def channels_for(session: AsyncSession, venue_id: UUID | None, topic: str) -> list[UUID]:
    """Where a topic goes in a scope."""
    query = select(Route.channel_ids).where(
        Route.venue_id.is_not_distinct_from(venue_id), Route.topic == topic
    )
    return [UUID(item) for item in await session.scalar(query) or ()]
