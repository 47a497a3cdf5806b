"""The SQL of recipients, their subscriptions and codes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify.recipients.model import Inbound, Recipient, SentCode, Subscription


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Recipient]:
    """Recipients by their ids."""
    if not ids:
        return {}
    rows = await session.scalars(select(Recipient).where(Recipient.id.in_(ids)))
    return {row.id: row for row in rows}


async def subscribers(
    session: AsyncSession, channel_ids: Collection[UUID]
) -> Sequence[tuple[UUID, Recipient]]:
    """Whoever is subscribed to these channels, whatever state they are in."""
    if not channel_ids:
        return []
    query = (
        select(Subscription.channel_id, Recipient)
        .join(Recipient, Recipient.id == Subscription.recipient_id)
        .where(Subscription.channel_id.in_(channel_ids))
        .order_by(Subscription.created_at, Recipient.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def forget_codes(session: AsyncSession, before: datetime) -> None:
    """Forget which codes were sent."""
    await session.execute(delete(SentCode).where(SentCode.sent_at < before))


async def forget_inbound(session: AsyncSession, before: datetime) -> None:
    """Forget what came in."""
    await session.execute(delete(Inbound).where(Inbound.received_at < before))
