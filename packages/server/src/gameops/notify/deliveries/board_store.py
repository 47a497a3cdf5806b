"""The SQL of boards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import AnyRow, JsonObject
from gameops.notify.deliveries.model import StoredBoard

_PUT: Final = text("""
INSERT INTO notify_board (channel_id, key, wanted, wanted_digest, due_at)
SELECT c.id, :key, CAST(:wanted AS jsonb), :digest, :now
FROM notify_channel c WHERE c.id = :channel_id AND c.kind = 'discord' AND c.archived_at IS NULL
ON CONFLICT (channel_id, key) DO UPDATE SET
    wanted = excluded.wanted, wanted_digest = excluded.wanted_digest,
    due_at = CASE WHEN excluded.wanted_digest = notify_board.shown_digest THEN NULL
                  ELSE coalesce(notify_board.due_at,
                                greatest(excluded.due_at, notify_board.shown_at + :every)) END
""")
_CLAIM: Final = text("""
UPDATE notify_board b SET due_at = :lease
FROM notify_channel c
WHERE c.id = b.channel_id AND b.due_at <= :now
  AND c.enabled AND c.archived_at IS NULL AND c.broken_at IS NULL
  AND (c.paused_until IS NULL OR c.paused_until <= :now)
RETURNING b.channel_id, b.key, b.wanted, b.wanted_digest, b.message_id, b.failures,
          c.id, c.kind, c.config, c.sealed
""")
_RECORD: Final = text("""
UPDATE notify_board SET
    message_id = :message_id, failures = :failures,
    shown_digest = CASE WHEN :shown THEN :digest ELSE shown_digest END,
    shown_at = CASE WHEN :shown THEN :now ELSE shown_at END,
    due_at = CASE WHEN :shown AND wanted_digest = :digest THEN NULL
                  ELSE CAST(:again AS timestamptz) END
WHERE channel_id = :channel_id AND key = :key
""")
_CHANNEL: Final = text("""
UPDATE notify_channel SET
    paused_until = greatest(paused_until, CAST(:paused_until AS timestamptz)),
    last_error = CASE WHEN :error <> '' THEN left(:error, 200) ELSE last_error END,
    broken_at = CASE WHEN :broken THEN coalesce(broken_at, :now) ELSE broken_at END
WHERE id = :id
""")


async def put(session: AsyncSession, values: dict[str, Any]) -> None:
    """What a board should show; the latest wins."""
    await session.execute(_PUT, values)


async def claim(session: AsyncSession, *, now: datetime, lease: datetime) -> Sequence[AnyRow]:
    """Boards that are to be shown now, until the lease runs out."""
    return (await session.execute(_CLAIM, {"now": now, "lease": lease})).all()


async def record(session: AsyncSession, values: dict[str, Any]) -> None:
    """What became of showing a board."""
    await session.execute(_RECORD, values)


async def note_channel(session: AsyncSession, values: dict[str, Any]) -> None:
    """What that says of its channel."""
    await session.execute(_CHANNEL, values)


async def forget(session: AsyncSession, channel_id: UUID) -> None:
    """A channel's boards are kept up to date no more."""
    await session.execute(delete(StoredBoard).where(StoredBoard.channel_id == channel_id))


def encoded(wanted: JsonObject) -> str:
    """A board as the statement takes it."""
    return msgspec.json.encode(wanted).decode()
