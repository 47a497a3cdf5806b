"""The SQL of the queue's entrance and of the log."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow
from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.notify.channels.model import Channel
from gameops.notify.deliveries.model import Delivery, DeliveryState, StoredNotice
from gameops.notify.errors import DeliveryNotFound
from gameops.notify.topics import CODE

_ADD_NOTICES: Final = text("""
INSERT INTO notify_notice (id, venue_id, topic, title, template, filling, text, severity, url,
                           fields, data, subject_id, sealed, at)
SELECT p.id, p.venue_id, p.topic, p.title, p.template, p.filling, p.text, p.severity, p.url,
       p.fields, p.data, p.subject_id, decode(p.sealed, 'base64'), p.at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(
    id uuid, venue_id uuid, topic text, title text, template text, filling jsonb, text text,
    severity text, url text, fields jsonb, data jsonb, subject_id uuid, sealed text,
    at timestamptz)
""")
_ADD_DELIVERIES: Final = text("""
INSERT INTO notify_delivery (id, notice_id, venue_id, channel_id, recipient_id, sent_to, topic,
                             subject_id, state, reason, urgent, attempts, next_attempt_at,
                             give_up_at, created_at)
SELECT p.id, p.notice_id, p.venue_id, p.channel_id, p.recipient_id, p.sent_to, p.topic,
       p.subject_id, p.state, p.reason, p.urgent, '[]', p.next_attempt_at, p.give_up_at,
       p.created_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(
    id uuid, notice_id uuid, venue_id uuid, channel_id uuid, recipient_id uuid, sent_to text,
    topic text, subject_id uuid, state text, reason text, urgent bool,
    next_attempt_at timestamptz, give_up_at timestamptz, created_at timestamptz)
""")


async def add_notices(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Write notices in one statement."""
    await session.execute(_ADD_NOTICES, {"rows": msgspec.json.encode(rows).decode()})


async def add_deliveries(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Write deliveries in one statement; their places in the queue follow their order."""
    await session.execute(_ADD_DELIVERIES, {"rows": msgspec.json.encode(rows).decode()})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries."""

    venue_id: UUID | None = None
    venues: frozenset[UUID] | None = None
    """The venues whose log may be read; ``None``: all, and the installation's."""
    state: DeliveryState | None = None
    channel_id: UUID | None = None
    recipient_id: UUID | None = None
    topic: str | None = None
    subject_id: UUID | None = None
    since: datetime | None = None
    q: str | None = None


def _conditions(wanted: DeliveryFilter) -> Iterator[ColumnElement[bool]]:
    exact = {
        Delivery.venue_id: wanted.venue_id,
        Delivery.state: wanted.state,
        Delivery.channel_id: wanted.channel_id,
        Delivery.recipient_id: wanted.recipient_id,
        Delivery.subject_id: wanted.subject_id,
    }
    yield from (column == value for column, value in exact.items() if value is not None)
    if wanted.venues is not None:
        yield Delivery.venue_id.in_(wanted.venues)
    if wanted.topic is not None:
        yield or_(
            Delivery.topic == wanted.topic,
            Delivery.topic.startswith(f"{wanted.topic}.", autoescape=True),
        )
    if wanted.since is not None:
        yield Delivery.created_at >= wanted.since
    if wanted.q is not None:
        yield or_(
            *(
                column.icontains(wanted.q, autoescape=True)
                for column in (StoredNotice.title, StoredNotice.text, Delivery.sent_to)
            )
        )


def _rows() -> Select[Delivery, StoredNotice, Channel]:
    return (
        select(Delivery, StoredNotice, Channel)
        .join(StoredNotice, StoredNotice.id == Delivery.notice_id)
        .outerjoin(Channel, Channel.id == Delivery.channel_id)
    )


async def list_deliveries(
    session: AsyncSession, wanted: DeliveryFilter, page: PageRequest
) -> Slice[AnyRow]:
    """Deliveries with notice and channel, newest first."""
    query = after(_rows().where(*_conditions(wanted)), page, keys=[Delivery.position], types=[int])
    rows = (await session.execute(query)).all()
    return cut(rows, page, lambda row: (row[0].position,))


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> Sequence[AnyRow]:
    """These deliveries with notice and channel, in their order."""
    query = _rows().where(Delivery.id.in_(ids)).order_by(Delivery.position)
    return (await session.execute(query)).all()


async def get_delivery(session: AsyncSession, delivery_id: UUID) -> AnyRow:
    """One delivery with notice and channel."""
    row = (await session.execute(_rows().where(Delivery.id == delivery_id))).first()
    if row is None:
        raise DeliveryNotFound(delivery_id=delivery_id)
    return row


async def lock_delivery(session: AsyncSession, delivery_id: UUID) -> Delivery:
    """One delivery, for change."""
    query = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    delivery = await session.scalar(query.execution_options(populate_existing=True))
    if delivery is None:
        raise DeliveryNotFound(delivery_id=delivery_id)
    return delivery


async def retry_dead(
    session: AsyncSession,
    *,
    venue_id: UUID | None,
    channel_id: UUID | None,
    now: datetime,
    give_up_at: datetime,
) -> int:
    """Queue again all that was given up in a scope, except codes; how many there were."""
    query = (
        update(Delivery)
        .where(
            Delivery.state == DeliveryState.DEAD,
            Delivery.venue_id.is_not_distinct_from(venue_id),
            Delivery.topic != CODE,
        )
        .values(state=DeliveryState.QUEUED, reason="", next_attempt_at=now, give_up_at=give_up_at)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if channel_id is not None:
        query = query.where(Delivery.channel_id == channel_id)
    return len((await session.scalars(query)).all())


async def hold_queued(
    session: AsyncSession, *conditions: ColumnElement[bool], reason: str
) -> set[UUID | None]:
    """Hold what waits; the scopes in which something did."""
    query = (
        update(Delivery)
        .where(Delivery.state == DeliveryState.QUEUED, *conditions)
        .values(state=DeliveryState.HELD, reason=reason, next_attempt_at=None)
        .returning(Delivery.venue_id)
        .execution_options(synchronize_session=False)
    )
    return set((await session.scalars(query)).all())


async def forget_deliveries(session: AsyncSession, before: datetime, most: int) -> int:
    """Delete old deliveries, so many at most; how many it were."""
    old = select(Delivery.id).where(Delivery.created_at < before).limit(most)
    query = delete(Delivery).where(Delivery.id.in_(old)).returning(Delivery.id)
    return len((await session.scalars(query)).all())


async def forget_notices(session: AsyncSession, before: datetime, most: int) -> int:
    """Delete old notices of which no delivery is left, so many at most; how many it were."""
    used = select(Delivery.id).where(Delivery.notice_id == StoredNotice.id)
    old = select(StoredNotice.id).where(StoredNotice.at < before, ~used.exists()).limit(most)
    query = delete(StoredNotice).where(StoredNotice.id.in_(old)).returning(StoredNotice.id)
    return len((await session.scalars(query)).all())
