"""The SQL of channels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify.channels.model import WITH_SUBSCRIBERS, Channel
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


async def lock_channel(session: AsyncSession, channel_id: UUID) -> Channel:
    """One channel, for change."""
    query = select(Channel).where(Channel.id == channel_id, Channel.archived_at.is_(None))
    query = query.with_for_update().execution_options(populate_existing=True)
    channel = await session.scalar(query)
    if channel is None:
        raise ChannelNotFound(channel_id=channel_id)
    return channel


async def list_channels(
    session: AsyncSession, *, venue_id: UUID | None, venues: frozenset[UUID] | None
) -> Sequence[Channel]:
    """Channels by name: of one venue, or of all that the caller may see."""
    query = select(Channel).where(Channel.archived_at.is_(None))
    if venue_id is not None:
        query = query.where(Channel.venue_id == venue_id)
    elif venues is not None:
        query = query.where(Channel.venue_id.in_(venues))
    return (await session.scalars(query.order_by(Channel.name, Channel.id))).all()


async def open_channels(session: AsyncSession, venues: Collection[UUID]) -> Sequence[Channel]:
    """Channels that people may subscribe to by themselves: of these venues, and everybody's."""
    query = select(Channel).where(
        Channel.archived_at.is_(None),
        Channel.enabled,
        Channel.kind.in_(WITH_SUBSCRIBERS),
        Channel.config["open"].as_boolean().isnot(False),
        or_(Channel.venue_id.is_(None), Channel.venue_id.in_(venues)),
    )
    return (await session.scalars(query.order_by(Channel.name, Channel.id))).all()


async def find_preset(session: AsyncSession, preset: str) -> Channel | None:
    """The channel that the environment sets up under a name, for change."""
    return await session.scalar(select(Channel).where(Channel.preset == preset).with_for_update())


async def senders(session: AsyncSession, kind: str, number: str) -> Sequence[Channel]:
    """Channels of a kind that send from a number."""
    query = select(Channel).where(
        Channel.kind == kind,
        Channel.archived_at.is_(None),
        Channel.config["from"].as_string() == number,
    )
    return (await session.scalars(query.order_by(Channel.created_at, Channel.id))).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What waits and what was given up on a channel, and how many are subscribed."""

    queued: int = 0
    dead: int = 0
    subscribers: int = 0


_COUNTS: Final = text("""
SELECT c.id,
    (SELECT count(*) FROM notify_delivery d WHERE d.channel_id = c.id AND d.state = 'queued')
        + (SELECT count(*) FROM notify_delivery d
           WHERE d.channel_id = c.id AND d.state = 'sending') AS queued,
    (SELECT count(*) FROM notify_delivery d WHERE d.channel_id = c.id AND d.state = 'dead')
        AS dead,
    (SELECT count(*) FROM notify_subscription s
     JOIN notify_recipient r ON r.id = s.recipient_id AND r.state = 'active'
     WHERE s.channel_id = c.id) AS subscribers
FROM unnest(CAST(:ids AS uuid[])) AS c(id)
""")


async def counts(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Counts]:
    """The counts of these channels."""
    rows = await session.execute(_COUNTS, {"ids": list(ids)})
    return {
        row.id: Counts(queued=row.queued, dead=row.dead, subscribers=row.subscribers)
        for row in rows
    }
