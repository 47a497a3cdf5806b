"""How a scope's servers are, in one line: what somebody who texts STATUS wants to hear."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities import store
from gameops.notify.api import register_status_text


async def status_line(session: AsyncSession, venue_id: UUID | None, language: str) -> str:
    """Servers that are up and people on them, of all the scope's communities."""
    everybody = await store.all_communities(session)
    ids = [community.id for community in everybody if community.venue_id == venue_id]
    counts = (await store.counts(session, ids)).values()
    servers, up, players = (sum(count[i] for count in counts) for i in range(3))
    if not servers:
        return ""
    if language == "de":
        return f"{up} von {servers} Servern online, {players} spielen."
    return f"{up} of {servers} servers online, {players} playing."


register_status_text(status_line)
