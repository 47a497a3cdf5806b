"""The SQL of channels."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify.channels.model import Channel
from gameops.notify.errors import ChannelNotFound


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Channel]:
    """Channels by their ids, archived ones too."""
    if not ids:
        return {}
    rows = await session.scalars(select(Channel).where(Channel.id.in_(ids)))
    return {row.id: row for row in rows}


async def get_channel(session: AsyncSession, channel_id: UUID) -> Channel:
    """One channel, or :class:`ChannelNotFound`."""
    channel = await session.get(Channel, channel_id)
    if channel is None or channel.archived_at is not None:
        raise ChannelNotFound(channel_id=channel_id)
    return channel


async def of_scope(session: AsyncSession, venue_id: UUID | None) -> Sequence[Channel]:
    """The channels of a venue or, with ``None``, of the installation, by name."""
    query = select(Channel).where(
        Channel.venue_id.is_not_distinct_from(venue_id), Channel.archived_at.is_(None)
    )
    return (await session.scalars(query.order_by(Channel.name, Channel.id))).all()
