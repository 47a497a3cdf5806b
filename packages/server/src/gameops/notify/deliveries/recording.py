"""Writing down what became of deliveries, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gameops.core.context import Context
from gameops.core.db import AnyRow
from gameops.core.uow import UnitOfWork
from gameops.notify.deliveries import queue_store as store
from gameops.notify.deliveries.fate import ChannelChange, Fate, Result, Roll, fate_of, noted
from gameops.notify.deliveries.model import DeliveryState
from gameops.notify.deliveries.notice import Notice
from gameops.notify.deliveries.submit import announce_but
from gameops.notify.options import NotifyOptions
from gameops.notify.topics import CHANNEL_BROKEN, say_delivered

FLAGS = frozenset({"opted_out", "address_invalid", "gone"})


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes one batch in one transaction."""

    context: Context
    roll: Roll

    async def write(self, batch: Sequence[Result]) -> datetime | None:
        """Deliveries, channels and recipients; when the next attempt is due, if one is."""
        options = self.context.option(NotifyOptions)
        fates = [fate_of(result, options, self.roll) for result in batch]
        async with self.context.unit_of_work() as uow:
            rows = [_row(result, fate) for result, fate in zip(batch, fates, strict=True)]
            await store.record(uow.session, rows)
            changed = await self._channels(uow, batch, options)
            await self._recipients(uow, batch)
            await _forget_secrets(uow, batch, fates)
            say_delivered(uow, {result.claimed.venue_id for result in batch})
            for row in changed:
                if row.just_broken:
                    await _tell_broken(uow, row)
        return _soonest(fates, changed)

    async def _channels(
        self, uow: UnitOfWork, batch: Sequence[Result], options: NotifyOptions
    ) -> Sequence[AnyRow]:
        changes: dict[UUID, ChannelChange] = {}
        for result in batch:
            id_ = result.claimed.channel_id
            change = changes.setdefault(id_, ChannelChange(id=id_, ordered=result.claimed.ordered))
            change.note(result)
        before = await store.failures(uow.session, changes)
        rows = [
            change.row(failures=before.get(id_, 0), options=options, now=uow.now, roll=self.roll)
            for id_, change in sorted(changes.items())
        ]
        changed = await store.change_channels(uow.session, rows, now=uow.now)
        for row in changed:
            change = changes[row.id]
            if change.pause_kind and change.paused_until is not None:
                await store.pause_kind(uow.session, row.kind, until=change.paused_until)
        return changed

    async def _recipients(self, uow: UnitOfWork, batch: Sequence[Result]) -> None:
        flagged = {
            result.claimed.recipient_id: result.outcome.reason
            for result in batch
            if result.outcome.reason in FLAGS
            and result.claimed.held is None
            and result.claimed.recipient_id is not None
        }
        if flagged:
            rows = [{"id": id_, "problem": problem} for id_, problem in flagged.items()]
            await store.flag_recipients(uow.session, rows, now=uow.now)


def _row(result: Result, fate: Fate) -> dict[str, Any]:
    return {
        "id": result.claimed.parcel.delivery_id,
        "state": fate.state,
        "reason": fate.reason,
        "attempts": noted(result),
        "counted": int(fate.counted),
        "next_attempt_at": fate.next_attempt_at,
        "sent_at": fate.sent_at,
        "lease_until": result.claimed.lease_until,
    }


async def _forget_secrets(uow: UnitOfWork, batch: Sequence[Result], fates: Sequence[Fate]) -> None:
    done = [
        result.claimed.parcel.notice_id
        for result, fate in zip(batch, fates, strict=True)
        if result.claimed.secret and fate.state != DeliveryState.QUEUED
    ]
    if done:
        await store.forget_secrets(uow.session, done)


async def _tell_broken(uow: UnitOfWork, row: AnyRow) -> None:
    notice = Notice(
        venue_id=row.venue_id,
        topic=CHANNEL_BROKEN,
        title="Notifications",
        template="The channel {channel} does not take messages any more: {error}",
        values={"channel": row.name, "error": row.last_error},
        severity="bad",
        subject_id=row.id,
        data={"channel_id": str(row.id), "channel": row.name, "error": row.last_error},
    )
    await announce_but(uow, notice, row.id)


def _soonest(fates: Sequence[Fate], changed: Sequence[AnyRow]) -> datetime | None:
    times = [fate.next_attempt_at for fate in fates if fate.next_attempt_at is not None]
    times += [row.paused_until for row in changed if row.paused_until is not None]
    return min(times, default=None)
