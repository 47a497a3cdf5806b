"""The SQL of the queue's entrance and of the log."""

from typing import Any, Final

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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
