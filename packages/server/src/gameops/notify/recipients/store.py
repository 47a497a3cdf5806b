"""The SQL of recipients, their subscriptions and codes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.notify.errors import RecipientExists, RecipientNotFound
from gameops.notify.recipients.model import Inbound, Recipient, Refusal, SentCode, Subscription


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFilter:
    """Which recipients."""

    venue_id: UUID | None = None
    venues: frozenset[UUID] | None = None
    """The venues whose recipients may be seen; ``None``: all, and the installation's."""
    kind: str | None = None
    state: str | None = None
    channel_id: UUID | None = None
    q: str | None = None
    whole_addresses: frozenset[UUID] | None = None
    """The venues in which words are sought in addresses too; ``None``: everywhere."""


def _conditions(wanted: RecipientFilter) -> Iterator[ColumnElement[bool]]:
    exact = {
        Recipient.venue_id: wanted.venue_id,
        Recipient.kind: wanted.kind,
        Recipient.state: wanted.state,
    }
    yield from (column == value for column, value in exact.items() if value is not None)
    if wanted.venues is not None:
        yield Recipient.venue_id.in_(wanted.venues)
    if wanted.channel_id is not None:
        subscribed = select(Subscription.channel_id).where(
            Subscription.recipient_id == Recipient.id,
            Subscription.channel_id == wanted.channel_id,
        )
        yield subscribed.exists()
    if wanted.q is not None:
        address = Recipient.address.icontains(wanted.q, autoescape=True)
        if wanted.whole_addresses is not None:
            address = address & Recipient.venue_id.in_(wanted.whole_addresses)
        yield or_(Recipient.name.icontains(wanted.q, autoescape=True), address)


async def list_recipients(
    session: AsyncSession, wanted: RecipientFilter, page: PageRequest
) -> Slice[Recipient]:
    """Recipients, newest first."""
    query = select(Recipient).where(*_conditions(wanted))
    query = after(query, page, keys=[Recipient.id], types=[UUID])
    rows = list(await session.scalars(query))
    return cut(rows, page, lambda row: (row.id,))


async def get_recipient(session: AsyncSession, recipient_id: UUID) -> Recipient:
    """One recipient, or :class:`RecipientNotFound`."""
    recipient = await session.get(Recipient, recipient_id)
    if recipient is None:
        raise RecipientNotFound(recipient_id=recipient_id)
    return recipient


async def lock_recipient(session: AsyncSession, recipient_id: UUID) -> Recipient:
    """One recipient, for change."""
    query = select(Recipient).where(Recipient.id == recipient_id).with_for_update()
    recipient = await session.scalar(query.execution_options(populate_existing=True))
    if recipient is None:
        raise RecipientNotFound(recipient_id=recipient_id)
    return recipient


async def lock_by_address(
    session: AsyncSession, *, venue_id: UUID | None, kind: str, address: str
) -> Recipient | None:
    """The recipient of an address in a scope, for change."""
    query = select(Recipient).where(
        Recipient.venue_id.is_not_distinct_from(venue_id),
        Recipient.kind == kind,
        Recipient.address == address,
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def of_user(session: AsyncSession, user_id: UUID) -> Sequence[Recipient]:
    """A person's own addresses, in the order in which they were added."""
    query = select(Recipient).where(Recipient.user_id == user_id)
    return (await session.scalars(query.order_by(Recipient.id))).all()


async def add(session: AsyncSession, recipient: Recipient) -> None:
    """Write a new recipient; the database decides who was first."""
    try:
        async with session.begin_nested():
            session.add(recipient)
            await session.flush()
    except IntegrityError as error:
        raise RecipientExists(field="address") from error


async def remove(session: AsyncSession, recipient: Recipient) -> None:
    """Forget a recipient; the log keeps the masked address."""
    await session.execute(delete(Recipient).where(Recipient.id == recipient.id))


async def add_refusal(session: AsyncSession, digest: bytes, *, now: datetime) -> None:
    """Remember that an address has opted out."""
    row = {"digest": digest, "at": now}
    await session.execute(insert(Refusal).values(row).on_conflict_do_nothing())


async def has_refused(session: AsyncSession, digest: bytes) -> bool:
    """Whether an address has opted out and was forgotten since."""
    return await session.get(Refusal, digest, populate_existing=True) is not None


async def forget_refusals(session: AsyncSession, digests: Collection[bytes]) -> None:
    """They have begun again."""
    await session.execute(delete(Refusal).where(Refusal.digest.in_(digests)))


# --- subscriptions ---------------------------------------------------------------------------


async def subscriptions(
    session: AsyncSession, recipient_ids: Collection[UUID]
) -> Mapping[UUID, list[UUID]]:
    """The channels to which these recipients are subscribed."""
    query = (
        select(Subscription.recipient_id, Subscription.channel_id)
        .where(Subscription.recipient_id.in_(recipient_ids))
        .order_by(Subscription.created_at, Subscription.channel_id)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for recipient_id, channel_id in await session.execute(query) if recipient_ids else ():
        found[recipient_id].append(channel_id)
    return found


async def subscribe(
    session: AsyncSession, recipient_id: UUID, channel_ids: Collection[UUID], *, now: datetime
) -> None:
    """Subscribe to these channels as well."""
    rows = [
        {"channel_id": channel_id, "recipient_id": recipient_id, "created_at": now}
        for channel_id in channel_ids
    ]
    if rows:
        await session.execute(insert(Subscription).values(rows).on_conflict_do_nothing())


async def unsubscribe_but(
    session: AsyncSession, recipient_id: UUID, channel_ids: Collection[UUID]
) -> None:
    """Keep only the subscriptions to these channels."""
    query = delete(Subscription).where(Subscription.recipient_id == recipient_id)
    await session.execute(query.where(Subscription.channel_id.not_in(channel_ids)))


# --- codes and what comes in -----------------------------------------------------------------


async def codes_sent(
    session: AsyncSession, *conditions: ColumnElement[bool], since: datetime
) -> tuple[int, datetime | None, datetime | None]:
    """How many codes were sent since then, when the first of them was, and when the last."""
    query = select(func.count(), func.min(SentCode.sent_at), func.max(SentCode.sent_at))
    row = (await session.execute(query.where(SentCode.sent_at > since, *conditions))).one()
    return row[0], row[1], row[2]


async def forget_codes(session: AsyncSession, before: datetime) -> None:
    """Forget which codes were sent."""
    await session.execute(delete(SentCode).where(SentCode.sent_at < before))


async def claim_inbound(session: AsyncSession, message_id: str, *, now: datetime) -> bool:
    """Whether a message has not come in before; a second call at once waits for the first."""
    row = {"message_id": message_id, "received_at": now, "answer": ""}
    query = insert(Inbound).values(row).on_conflict_do_nothing().returning(Inbound.message_id)
    return await session.scalar(query) is not None


async def get_inbound(session: AsyncSession, message_id: str) -> Inbound:
    """A message that came in."""
    return await session.get_one(Inbound, message_id)


async def forget_inbound(session: AsyncSession, before: datetime) -> None:
    """Forget what came in."""
    await session.execute(delete(Inbound).where(Inbound.received_at < before))
