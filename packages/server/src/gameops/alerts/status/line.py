"""How a scope's servers are, in one line: what somebody who texts STATUS wants to hear."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities import store
from gameops.notify.api import register_status_text


async def status_line(session: AsyncSession, venue_id: UUID | None, language: str) -> str:
    """Servers that are up and people on them, of all that the scope shows to everybody."""
    servers, up, players = await store.public_counts(session, venue_id)
    if not servers:
        return ""
    if language == "de":
        return f"{up} von {servers} Servern online, {players} spielen."
    return f"{up} of {servers} servers online, {players} playing."


register_status_text(status_line)
