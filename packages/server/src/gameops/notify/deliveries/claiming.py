"""From rows of the queue to what drivers can carry."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from gameops.core.context import Context
from gameops.core.db import AnyRow
from gameops.notify.channels.driver import Addressee, Parcel, Place
from gameops.notify.channels.kinds import DRIVERS
from gameops.notify.deliveries import queue_store as store
from gameops.notify.deliveries.fate import Claimed
from gameops.notify.deliveries.submit import why_held
from gameops.notify.options import NotifyOptions
from gameops.notify.sealing import Unreadable, unseal

Found = tuple[str, Place | None]
"""A channel's kind, and the channel; ``None`` when its secrets cannot be read."""


async def claim_due(
    context: Context, in_flight: Mapping[UUID, int], room: int
) -> tuple[dict[UUID, Found], list[Claimed]]:
    """Take what is due, a fair share of each channel."""
    now = context.clock.now()
    async with context.database.reading() as session:
        due = await store.due_channels(session, now)
    wanted = _shares(due, in_flight, room)
    if not wanted:
        return {}, []
    lease = now + context.option(NotifyOptions).lease
    async with context.unit_of_work() as uow:
        rows = await store.claim(uow.session, wanted, now=now, lease=lease)
        idle = [row.channel_id for row in rows if row.id is None and row.ordered]
        await store.release(uow.session, idle)
    places = {row.id: (row.kind, _place(context, row)) for row in due}
    return places, [_claimed(context, row, lease) for row in rows if row.id is not None]


async def unwanted(context: Context, delivery_ids: Collection[UUID]) -> dict[UUID, str]:
    """Which of these deliveries to people are not wanted (any more), and why.

    Much may have changed since they were queued; this is asked right before each call.
    """
    now = context.clock.now()
    async with context.database.reading() as session:
        rows = await store.recipients_now(session, delivery_ids)
    reasons = {row.id: why_held(row, now) for row in rows}
    return {id_: reason for id_, reason in reasons.items() if reason is not None}


def _shares(due: Any, in_flight: Mapping[UUID, int], room: int) -> list[dict[str, Any]]:  # noqa: ANN401 -- rows
    """How many to take of each channel: none gets more than its kind's share, or than its part."""
    part = max(1, room // max(1, len(due)))
    wanted = []
    for row in due:
        driver = DRIVERS[row.kind]
        free = driver.at_once - in_flight.get(row.id, 0)
        most = free if driver.ordered else min(free, part)
        if most > 0 and not (driver.ordered and in_flight.get(row.id, 0)):
            wanted.append(
                {"id": row.id, "most": most, "ordered": driver.ordered, "broken": row.broken}
            )
    return wanted


def _place(context: Context, row: AnyRow) -> Place | None:
    try:
        secrets = unseal(context.secret, row.id, row.sealed)
    except Unreadable:
        return None
    return Place(id=row.id, config=row.config, secrets=secrets)


def _claimed(context: Context, row: AnyRow, lease: Any) -> Claimed:  # noqa: ANN401 -- an instant
    return Claimed(
        parcel=_parcel(context, row),
        venue_id=row.venue_id,
        channel_id=row.channel_id,
        recipient_id=row.recipient_id,
        secret=row.sealed is not None,
        ordered=row.ordered,
        attempt_count=row.attempt_count,
        attempts=row.attempts,
        due_at=row.next_attempt_at,
        give_up_at=row.give_up_at,
        created_at=row.created_at,
        lease_until=lease,
    )


def _parcel(context: Context, row: AnyRow) -> Parcel:
    template, filling = row.template, row.filling
    if row.sealed is not None and row.recipient_id is not None:
        template, filling = "{text}", _opened(context, row.recipient_id, row.sealed)
    to = None
    if row.recipient_id is not None:
        keys = _opened(context, row.recipient_id, row.recipient_sealed)
        to = Addressee(address=row.address, locale=row.locale, keys=keys)
    return Parcel(
        delivery_id=row.id,
        notice_id=row.notice_id,
        topic=row.topic,
        title=row.title,
        template=template,
        filling=filling,
        severity=row.severity,
        url=row.url,
        fields=row.fields,
        data=row.data,
        at=row.at,
        to=to,
    )


def _opened(context: Context, owner: UUID, sealed: bytes | None) -> dict[str, str]:
    """What was sealed for a recipient; nothing when the installation's secret has changed."""
    try:
        return unseal(context.secret, owner, sealed)
    except Unreadable:
        return {}
