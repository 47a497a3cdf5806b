"""Where reports go that cannot be worked on: out of the way, with the reason, for people to see."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_REFUSE_FIRST = text("""
WITH first AS (
    DELETE FROM alerts_inbox WHERE id = (SELECT min(id) FROM alerts_inbox)
    RETURNING id, community_id, at, body
), kept AS (
    INSERT INTO alerts_refused (id, community_id, at, body, error)
    SELECT id, community_id, at, body, :error FROM first RETURNING id
)
SELECT count(*) FROM kept
""")
_FORGET = text("DELETE FROM alerts_refused WHERE at < now() - interval '30 days'")


async def refuse_first(session: AsyncSession, *, error: str) -> int:
    """Put the oldest report aside without reading it; whether there was one."""
    return int(await session.scalar(_REFUSE_FIRST, {"error": error[:100]}) or 0)


async def forget_refused(session: AsyncSession) -> None:
    """A month is enough to look into it."""
    await session.execute(_FORGET)
