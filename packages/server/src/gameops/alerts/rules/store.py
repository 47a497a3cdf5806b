"""The SQL of rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities.model import Community
from gameops.alerts.engine.model import Happening
from gameops.alerts.errors import MaintenanceNotFound, RuleNotFound
from gameops.alerts.rules.match import ActiveRule, Window
from gameops.alerts.rules.model import Firing, Maintenance, Quiet, Rule, Threshold, Waiting
from gameops.alerts.servers.model import EventKind, ServerEvent
from gameops.core.db import AnyRow, to_json

Pair = tuple[UUID, UUID, str]
"""A rule, a server and a kind of event: what a cooldown is counted for."""

DUE_AT_ONCE: Final = 500
_log = structlog.get_logger(__name__)

_FIRED = text("""
INSERT INTO alerts_firing (rule_id, server_id, kind, fired_at)
SELECT rule_id, server_id, kind, fired_at FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS v(rule_id uuid, server_id uuid, kind text, fired_at timestamptz)
ON CONFLICT (rule_id, server_id, kind) DO UPDATE SET fired_at = excluded.fired_at
""")
_LAST_FIRED = text("""
SELECT f.rule_id, f.server_id, f.kind, f.fired_at FROM alerts_firing f
JOIN jsonb_to_recordset(CAST(:pairs AS jsonb)) AS p(rule_id uuid, server_id uuid, kind text)
  USING (rule_id, server_id, kind)
""")
_WAIT = text("""
INSERT INTO alerts_waiting (id, rule_id, server_id, kind, event_id, due_at, postponed)
SELECT id, rule_id, server_id, kind, event_id, due_at, postponed
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(
    id uuid, rule_id uuid, server_id uuid, kind text, event_id uuid, due_at timestamptz,
    postponed boolean)
ON CONFLICT (rule_id, server_id, kind) DO UPDATE SET
    event_id = excluded.event_id, postponed = excluded.postponed,
    due_at = CASE WHEN excluded.kind = ANY(:anew) OR excluded.postponed
             THEN excluded.due_at ELSE alerts_waiting.due_at END
""")


async def active_rules(
    session: AsyncSession, community_ids: Iterable[UUID]
) -> Mapping[UUID, list[ActiveRule]]:
    """The enabled rules of some communities, by community."""
    query = (
        select(Rule, Community.name, Community.venue_id)
        .join(Community, Community.id == Rule.community_id)
        .where(Rule.community_id.in_(community_ids), Rule.enabled, Rule.removed_at.is_(None))
        .order_by(Rule.id)
    )
    found: dict[UUID, list[ActiveRule]] = defaultdict(list)
    for rule in _readable((await session.execute(query)).all()):
        found[rule.community_id].append(rule)
    return found


async def rules_by_id(session: AsyncSession, rule_ids: Iterable[UUID]) -> Mapping[UUID, ActiveRule]:
    """Enabled rules by their ids."""
    query = (
        select(Rule, Community.name, Community.venue_id)
        .join(Community, Community.id == Rule.community_id)
        .where(Rule.id.in_(rule_ids), Rule.enabled, Rule.removed_at.is_(None))
    )
    return {rule.id: rule for rule in _readable((await session.execute(query)).all())}


def _readable(rows: Iterable[AnyRow]) -> Iterator[ActiveRule]:
    """A rule that an earlier release wrote and this one cannot read must not stop the others."""
    for row in rows:
        try:
            yield _active(row)
        except ValueError as error:
            _log.error("rule_unreadable", rule_id=str(row[0].id), error=type(error).__name__)


def _active(row: AnyRow) -> ActiveRule:
    rule, community, venue_id = row
    return ActiveRule(
        id=rule.id,
        community_id=rule.community_id,
        community=community,
        venue_id=venue_id,
        name=rule.name,
        events=frozenset(rule.events),
        server_ids=frozenset(rule.server_ids),
        tags=frozenset(rule.tags),
        threshold=Threshold.model_validate(rule.threshold) if rule.threshold else None,
        cooldown=timedelta(seconds=rule.cooldown_seconds),
        delay=timedelta(seconds=rule.delay_seconds),
        quiet=Quiet.model_validate(rule.quiet) if rule.quiet else None,
        channel_ids=tuple(UUID(channel_id) for channel_id in rule.channel_ids),
        template=rule.template,
    )


async def windows(
    session: AsyncSession, community_ids: Iterable[UUID], *, now: datetime
) -> Mapping[UUID, list[Window]]:
    """Planned work that is going on, by community."""
    query = select(Maintenance).where(
        Maintenance.community_id.in_(community_ids),
        Maintenance.starts_at <= now,
        Maintenance.ends_at > now,
    )
    found: dict[UUID, list[Window]] = defaultdict(list)
    for row in await session.scalars(query):
        window = Window(
            server_ids=frozenset(row.server_ids),
            tags=frozenset(row.tags),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        found[row.community_id].append(window)
    return found


async def last_fired(session: AsyncSession, pairs: Iterable[Pair]) -> dict[Pair, datetime]:
    """When rules last fired for servers."""
    names = ("rule_id", "server_id", "kind")
    wanted = [dict(zip(names, pair, strict=True)) for pair in pairs]
    if not wanted:
        return {}
    rows = await session.execute(_LAST_FIRED, {"pairs": to_json(wanted)})
    return {(row[0], row[1], row[2]): row[3] for row in rows.all()}


async def save_fired(session: AsyncSession, fired: Mapping[Pair, datetime]) -> None:
    """Start cooldowns anew."""
    rows = [
        {"rule_id": rule_id, "server_id": server_id, "kind": kind, "fired_at": at}
        for (rule_id, server_id, kind), at in fired.items()
    ]
    if rows:
        await session.execute(_FIRED, {"rows": to_json(rows)})


async def wait(
    session: AsyncSession, rows: Sequence[Mapping[str, object]], *, anew: Iterable[str]
) -> None:
    """Put alerts off, one of each rule, server and kind; ``anew``: kinds whose wait starts again.

    Counts go on waiting for as long as the first of them, and tell the newest then.
    """
    newest = {(row["rule_id"], row["server_id"], row["kind"]): row for row in rows}
    if newest:
        values = {"rows": to_json(list(newest.values())), "anew": list(anew)}
        await session.execute(_WAIT, values)


async def due(session: AsyncSession, now: datetime) -> Sequence[Waiting]:
    """Alerts whose delay is over, locked."""
    query = (
        select(Waiting)
        .where(Waiting.due_at <= now)
        .order_by(Waiting.due_at)
        .limit(DUE_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def forget_waiting(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """They have been decided."""
    await session.execute(delete(Waiting).where(Waiting.id.in_(ids)))


async def happenings(session: AsyncSession, event_ids: Iterable[UUID]) -> Mapping[UUID, Happening]:
    """Events as they happened."""
    found = await session.scalars(select(ServerEvent).where(ServerEvent.id.in_(event_ids)))
    return {event.id: as_happening(event) for event in found}


def as_happening(event: ServerEvent) -> Happening:
    """A row of the history as the rules see it."""
    return Happening(
        kind=EventKind(event.kind),
        at=event.at,
        players=event.players,
        before=event.before,
        max_players=event.max_players,
        map=event.map,
        damped=bool(event.detail.get("damped")),
        detail=event.detail,
    )


async def get_rule(session: AsyncSession, rule_id: UUID) -> Rule:
    """A rule that is there."""
    rule = await session.get(Rule, rule_id)
    if rule is None or rule.removed_at is not None:
        raise RuleNotFound(rule_id=rule_id)
    return rule


async def list_rules(session: AsyncSession, community_id: UUID) -> Sequence[Rule]:
    """A community's rules, oldest first."""
    query = (
        select(Rule)
        .where(Rule.community_id == community_id, Rule.removed_at.is_(None))
        .order_by(Rule.id)
    )
    return (await session.scalars(query)).all()


async def newest_firing(
    session: AsyncSession, rule_ids: Iterable[UUID], *, since: datetime
) -> Mapping[UUID, tuple[datetime, int]]:
    """Of each rule: when it last fired, and for how many servers since an instant."""
    query = (
        select(
            Firing.rule_id,
            func.max(Firing.fired_at),
            func.count().filter(Firing.fired_at >= since),
        )
        .where(Firing.rule_id.in_(rule_ids))
        .group_by(Firing.rule_id)
    )
    return {row[0]: (row[1], row[2]) for row in (await session.execute(query)).all()}


async def get_maintenance(session: AsyncSession, maintenance_id: UUID) -> Maintenance:
    """Planned work."""
    found = await session.get(Maintenance, maintenance_id)
    if found is None:
        raise MaintenanceNotFound(maintenance_id=maintenance_id)
    return found


async def list_maintenance(
    session: AsyncSession, community_id: UUID, *, since: datetime
) -> Sequence[Maintenance]:
    """What is going on or planned, and what ended lately."""
    query = (
        select(Maintenance)
        .where(Maintenance.community_id == community_id, Maintenance.ends_at > since)
        .order_by(Maintenance.starts_at)
    )
    return (await session.scalars(query)).all()
