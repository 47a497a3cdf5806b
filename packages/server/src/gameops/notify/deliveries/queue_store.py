"""The SQL of the queue: claim, record, recover, give up. Sets, not rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow, to_json

_DUE_CHANNELS: Final = text("""
SELECT c.id, c.kind, c.config, c.sealed, c.failures, c.broken_at IS NOT NULL AS broken
FROM notify_channel c
WHERE c.enabled AND c.archived_at IS NULL
  AND (c.paused_until IS NULL OR c.paused_until <= :now)
  AND (c.busy_until IS NULL OR c.busy_until <= :now)
  AND EXISTS (
    SELECT FROM notify_delivery d
    WHERE d.channel_id = c.id AND d.state = 'queued' AND d.next_attempt_at <= :now
      AND (c.broken_at IS NULL OR d.urgent))
""")
_CLAIM: Final = text("""
WITH wanted AS (
    SELECT * FROM jsonb_to_recordset(CAST(:wanted AS jsonb))
        AS w(id uuid, most int, ordered bool, broken bool)
), taken AS (
    -- where order matters, a lease on the channel lets one worker send at a time
    UPDATE notify_channel c SET busy_until = :lease
    FROM wanted w
    WHERE c.id = w.id AND w.ordered AND (c.busy_until IS NULL OR c.busy_until <= :now)
    RETURNING c.id
), allowed AS (
    SELECT w.* FROM wanted w WHERE NOT w.ordered OR w.id IN (SELECT id FROM taken)
), chosen AS (
    SELECT d.id
    FROM allowed a CROSS JOIN LATERAL (
        SELECT id FROM notify_delivery d
        WHERE d.channel_id = a.id AND d.state = 'queued' AND d.next_attempt_at <= :now
          AND (NOT a.broken OR d.urgent)
        ORDER BY d.next_attempt_at, d.position
        LIMIT a.most
        FOR UPDATE SKIP LOCKED
    ) d
), claimed AS (
    UPDATE notify_delivery d SET state = 'sending', lease_until = :lease
    FROM chosen WHERE d.id = chosen.id
    RETURNING d.*
)
SELECT a.id AS channel_id, a.ordered,
       d.id, d.position, d.notice_id, d.venue_id, d.recipient_id, d.topic,
       d.attempts, d.attempt_count, d.next_attempt_at, d.give_up_at, d.created_at,
       n.title, n.template, n.filling, n.severity, n.url, n.fields, n.data, n.at, n.sealed,
       r.address, r.locale, r.sealed AS recipient_sealed
FROM allowed a
LEFT JOIN claimed d ON d.channel_id = a.id
LEFT JOIN notify_notice n ON n.id = d.notice_id
LEFT JOIN notify_recipient r ON r.id = d.recipient_id
ORDER BY d.next_attempt_at, d.position
""")
_WANTED: Final = text("""
SELECT d.id, d.topic, d.urgent, r.state, r.preferences, r.code_digest IS NOT NULL AS has_code,
       EXISTS (SELECT FROM notify_subscription s
               WHERE s.channel_id = d.channel_id AND s.recipient_id = d.recipient_id) AS subscribed
FROM notify_delivery d LEFT JOIN notify_recipient r ON r.id = d.recipient_id
WHERE d.id = ANY(:ids)
""")
_RECORD: Final = text("""
UPDATE notify_delivery d SET
    state = p.state, reason = p.reason, attempts = p.attempts,
    attempt_count = d.attempt_count + p.counted, next_attempt_at = p.next_attempt_at,
    sent_at = p.sent_at, lease_until = NULL
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(
    id uuid, state text, reason text, attempts jsonb, counted int, next_attempt_at timestamptz,
    sent_at timestamptz, lease_until timestamptz)
WHERE d.id = p.id
  AND ((d.state = 'sending' AND d.lease_until = p.lease_until)
       OR (p.state = 'sent' AND d.state IN ('sending', 'queued')))
""")
_CHANNELS: Final = text("""
UPDATE notify_channel c SET
    busy_until = CASE WHEN p.release THEN NULL ELSE c.busy_until END,
    failures = p.failures,
    last_error = CASE WHEN p.error <> '' THEN left(p.error, 200)
                      WHEN p.sent > 0 THEN '' ELSE c.last_error END,
    last_sent_at = CASE WHEN p.sent > 0 THEN :now ELSE c.last_sent_at END,
    sent_count = CASE WHEN c.sent_on = :today THEN c.sent_count ELSE 0 END + p.sent,
    sent_on = :today,
    paused_until = CASE WHEN p.paused_until IS NULL THEN c.paused_until
                        ELSE greatest(p.paused_until, c.paused_until) END,
    broken_at = CASE WHEN p.broken THEN coalesce(c.broken_at, :now)
                     WHEN p.sent > 0 THEN NULL ELSE c.broken_at END
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(
    id uuid, release bool, sent int, failures int, error text, broken bool,
    paused_until timestamptz)
JOIN notify_channel before ON before.id = p.id
WHERE c.id = p.id
RETURNING c.id, c.venue_id, c.name, c.kind, c.last_error, c.paused_until,
          p.broken AND before.broken_at IS NULL AS just_broken
""")
_FAILURES: Final = text("SELECT id, failures FROM notify_channel WHERE id = ANY(:ids)")
_PAUSE_KIND: Final = text("""
UPDATE notify_channel SET paused_until = greatest(paused_until, :until)
WHERE kind = :kind AND archived_at IS NULL
""")
_RECIPIENTS: Final = text("""
UPDATE notify_recipient r SET
    state = CASE WHEN p.problem <> 'address_invalid' OR r.state = 'opted_out' THEN 'opted_out'
                 ELSE 'unconfirmed' END,
    code_digest = CASE p.problem WHEN 'address_invalid' THEN r.code_digest END,
    code_expires_at = CASE p.problem WHEN 'address_invalid' THEN r.code_expires_at END,
    problem = CASE p.problem WHEN 'opted_out' THEN '' WHEN 'gone' THEN 'gone' ELSE 'invalid' END,
    opted_out_at = CASE p.problem WHEN 'address_invalid' THEN r.opted_out_at ELSE :now END
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(id uuid, problem text)
WHERE r.id = p.id
""")
_FORGET_SECRETS: Final = text("UPDATE notify_notice SET sealed = NULL WHERE id = ANY(:ids)")
_RELEASE: Final = text("UPDATE notify_channel SET busy_until = NULL WHERE id = ANY(:ids)")
_RECOVER: Final = text("""
UPDATE notify_delivery SET state = 'queued', lease_until = NULL
WHERE state = 'sending' AND lease_until <= :now
""")
_SWEEP: Final = text("""
UPDATE notify_delivery d SET
    state = CASE WHEN c.enabled AND c.archived_at IS NULL THEN 'dead' ELSE 'held' END,
    reason = CASE WHEN c.enabled AND c.archived_at IS NULL THEN 'gave_up'
                  ELSE 'channel_disabled' END,
    next_attempt_at = NULL
FROM notify_channel c
WHERE c.id = d.channel_id AND d.state = 'queued'
  AND (NOT c.enabled OR c.archived_at IS NOT NULL
       OR (d.give_up_at < :now AND (c.broken_at IS NOT NULL OR c.failures > 0
                                    OR d.topic = 'notify.code')))
RETURNING d.venue_id
""")
_OLDEST: Final = text("""
SELECT extract(epoch FROM CAST(:now AS timestamptz) - min(next_attempt_at)), count(*)
FROM notify_delivery WHERE state = 'queued' AND next_attempt_at <= :now
""")


async def due_channels(session: AsyncSession, now: datetime) -> Sequence[AnyRow]:
    """Channels for which something is due and may be sent."""
    return (await session.execute(_DUE_CHANNELS, {"now": now})).all()


async def claim(
    session: AsyncSession, wanted: Sequence[dict[str, Any]], *, now: datetime, lease: datetime
) -> Sequence[AnyRow]:
    """Take what is due of these channels, so many of each, until the lease runs out.

    A channel that was taken, and for which nothing was due after all, has a row without an id.
    """
    values = {"wanted": to_json(wanted), "now": now, "lease": lease}
    return (await session.execute(_CLAIM, values)).all()


async def recipients_now(session: AsyncSession, delivery_ids: Collection[UUID]) -> Sequence[AnyRow]:
    """How the recipients of deliveries stand at this moment; no state: they were forgotten."""
    return (await session.execute(_WANTED, {"ids": list(delivery_ids)})).all()


async def release(session: AsyncSession, channel_ids: Collection[UUID]) -> None:
    """Give up the lease on channels for which there was nothing to send after all."""
    if channel_ids:
        await session.execute(_RELEASE, {"ids": list(channel_ids)})


async def record(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write what became of deliveries; a lease that was lost meanwhile changes nothing."""
    await session.execute(_RECORD, {"rows": to_json(rows)})


async def failures(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many calls in a row have failed, by channel."""
    rows = await session.execute(_FAILURES, {"ids": list(ids)})
    return {row.id: row.failures for row in rows}


async def change_channels(
    session: AsyncSession, rows: Sequence[dict[str, Any]], *, now: datetime
) -> Sequence[AnyRow]:
    """Write how channels are doing; ``just_broken`` says which have broken with this."""
    values = {"rows": to_json(rows), "now": now, "today": now.date()}
    return (await session.execute(_CHANNELS, values)).all()


async def pause_kind(session: AsyncSession, kind: str, *, until: datetime) -> None:
    """Send nothing to any channel of a kind for a while."""
    await session.execute(_PAUSE_KIND, {"kind": kind, "until": until})


async def flag_recipients(
    session: AsyncSession, rows: Sequence[dict[str, Any]], *, now: datetime
) -> None:
    """Recipients that opted out elsewhere, are gone, or never were."""
    await session.execute(_RECIPIENTS, {"rows": to_json(rows), "now": now})


async def forget_secrets(session: AsyncSession, notice_ids: Collection[UUID]) -> None:
    """Codes that were sent are kept nowhere."""
    await session.execute(_FORGET_SECRETS, {"ids": list(notice_ids)})


async def recover(session: AsyncSession, now: datetime) -> None:
    """What a dispatcher took and never reported is to be sent again."""
    await session.execute(_RECOVER, {"now": now})


async def sweep(session: AsyncSession, now: datetime) -> set[UUID | None]:
    """Hold what waits for channels that were switched off, and give up what waited too long."""
    rows = await session.execute(_SWEEP, {"now": now})
    return {row.venue_id for row in rows}


async def backlog(session: AsyncSession, now: datetime) -> tuple[float, int]:
    """The age of the oldest delivery that is due, and how many there are."""
    row = (await session.execute(_OLDEST, {"now": now})).one()
    return float(row[0] or 0.0), int(row[1])
