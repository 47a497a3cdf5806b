"""What alerts do by the clock: the daily sync, and forgetting what is old."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from gameops.alerts.communities import store as communities
from gameops.alerts.communities.model import Community
from gameops.alerts.engine import store
from gameops.alerts.engine.apply import Batch
from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.intake.parking import forget_refused
from gameops.alerts.rules import store as rule_store
from gameops.alerts.rules.match import is_quiet
from gameops.alerts.rules.texts import DEFAULTS, MEANINGS
from gameops.alerts.servers.model import EventKind, ServerEvent
from gameops.alerts.servers.store import purge_deleted
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.jobs import JobTable
from gameops.core.uow import UnitOfWork
from gameops.notify.api import Notice, submit

JOBS: Final = JobTable()
IDLE_FOR: Final = timedelta(days=1)
SYNCS_DRIFT: Final = timedelta(hours=4)
"""By which two daily syncs may be nearer than a day: late starts, and summer time."""
KEEP_SAMPLES: Final = timedelta(days=400)
KEEP_EVENTS: Final = timedelta(days=400)
KEEP_SERVERS: Final = timedelta(days=90)
"""After they were deleted."""

AT_ONCE: Final = 20_000

_OLD_SAMPLES = text("""
DELETE FROM alerts_sample WHERE (server_id, at) IN (
    SELECT server_id, at FROM alerts_sample WHERE at < :before LIMIT :most) RETURNING 1
""")
_OLD_EVENTS = text("""
DELETE FROM alerts_event WHERE id IN (
    SELECT id FROM alerts_event WHERE at < :before LIMIT :most) RETURNING 1
""")


@JOBS.every("* * * * *", "alerts.daily_sync")
async def daily_sync(context: Context, _args: JsonObject) -> None:
    """Once a day, at each community's own time."""
    async with context.database.reading() as session:
        due = [
            community.id
            for community in await communities.all_communities(session)
            if sync_is_due(community, context.clock.now())
        ]
    for community_id in due:
        async with context.unit_of_work() as uow:
            await sync_community(uow, community_id)


def sync_is_due(community: Community, now: datetime) -> bool:
    """Whether today's sync, by the community's clock, is still to be done."""
    local = now.astimezone(ZoneInfo(community.sync_time_zone))
    at = time.fromisoformat(community.sync_at)
    return local.time() >= at and community.synced_on != local.date().isoformat()


async def sync_community(uow: UnitOfWork, community_id: UUID) -> int:
    """Note the idle servers, drop those long unheard of, tell it in one message; how many idle."""
    community = await communities.get_community(uow.session, community_id)
    local = uow.now.astimezone(ZoneInfo(community.sync_time_zone))
    first = community.synced_on is None
    community.synced_on = local.date().isoformat()
    if first and uow.now - community.created_at < IDLE_FOR:
        return 0
    since = uow.now - IDLE_FOR
    idle = await store.lock_idle(uow.session, community_id, since=since, noted=since + SYNCS_DRIFT)
    batch = Batch(uow)
    for server in idle:
        server.idle_noted_at = uow.now
        noted = Happening(kind=EventKind.SERVER_IDLE, at=uow.now, players=0)
        batch.apply(server, partial(_note, noted=noted), uow.now)
    forgotten = uow.now - timedelta(days=community.forget_after_days)
    for server in await store.lock_silent(uow.session, community_id, since=forgotten):
        batch.apply(server, partial(_forget, at=uow.now), uow.now)
    await batch.write()
    if idle:
        await _tell(uow, community, len(idle))
        await _tell_by_rules(uow, community, len(idle))
    return len(idle)


def _note(_server: Watched, *, noted: Happening) -> list[Happening]:
    return [noted]


def _forget(server: Watched, *, at: datetime) -> list[Happening]:
    return server.delete(at)


async def _tell(uow: UnitOfWork, community: Community, count: int) -> None:
    kind = EventKind.DAILY_SYNC
    uow.session.add(
        ServerEvent(
            id=new_id(),
            community_id=community.id,
            server_id=None,
            kind=kind,
            at=uow.now,
            map="",
            detail={"count": count},
        )
    )
    notice = Notice(
        venue_id=community.venue_id,
        topic=f"alerts.{kind}",
        title=community.name,
        template=DEFAULTS[kind],
        values={"count": count},
        channel_ids=[UUID(channel_id) for channel_id in community.sync_channel_ids],
        subject_id=community.id,
        data={"kind": kind, "community": community.name, "count": count},
    )
    if notice.channel_ids:
        await submit(uow, [notice])


async def _tell_by_rules(uow: UnitOfWork, community: Community, count: int) -> None:
    """The same by every rule that asks for it, in its words."""
    kind = EventKind.DAILY_SYNC
    rules = await rule_store.active_rules(uow.session, [community.id])
    notices = [
        Notice(
            venue_id=community.venue_id,
            topic=f"alerts.{kind}",
            title=community.name,
            template=rule.template or DEFAULTS[kind],
            values=dict.fromkeys(MEANINGS, "") | {"count": count, "community": community.name},
            channel_ids=rule.channel_ids,
            held="quiet_hours" if rule.quiet and is_quiet(rule.quiet, uow.now) else None,
            subject_id=community.id,
            data={"kind": kind, "community": community.name, "count": count},
        )
        for rule in rules.get(community.id, ())
        if kind in rule.events
    ]
    await submit(uow, notices)


@JOBS.every("23 4 * * *", "alerts.forget_history")
async def forget_history(context: Context, _args: JsonObject) -> None:
    """Events and curves are kept for a good year; not too much is deleted at once."""
    now = context.clock.now()
    for query, kept in ((_OLD_SAMPLES, KEEP_SAMPLES), (_OLD_EVENTS, KEEP_EVENTS)):
        gone = AT_ONCE
        while gone == AT_ONCE:
            async with context.unit_of_work() as uow:
                values = {"before": now - kept, "most": AT_ONCE}
                gone = len((await uow.session.execute(query, values)).all())
    gone = AT_ONCE
    while gone == AT_ONCE:
        async with context.unit_of_work() as uow:
            gone = await purge_deleted(uow.session, now - KEEP_SERVERS, AT_ONCE)
    async with context.unit_of_work() as uow:
        await forget_refused(uow.session)
