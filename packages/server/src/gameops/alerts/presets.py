"""What is there from the first start: a community for reports without a key, and its alerts."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import ensure_default
from gameops.alerts.rules.model import Rule
from gameops.alerts.servers.model import EventKind
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork

EVENTS: Final = (
    EventKind.PLAYER_JOINED,
    EventKind.PLAYER_LEFT,
    EventKind.LAST_PLAYER_LEFT,
    EventKind.SERVER_DELETED,
)
"""What the service that GameOps replaces has always told."""
NAME: Final = "Players and deletes"


async def prepare(uow: UnitOfWork, channel_ids: Sequence[UUID]) -> Community:
    """The default community; alerts to the channels that the environment names, made once."""
    community = await ensure_default(uow)
    if not channel_ids:
        return community
    query = select(Rule).where(Rule.community_id == community.id, Rule.preset)
    if await uow.session.scalar(query) is not None:
        return community
    channels = [str(channel_id) for channel_id in channel_ids]
    rule = Rule(
        id=new_id(),
        community_id=community.id,
        name=NAME,
        events=list(EVENTS),
        server_ids=[],
        tags=[],
        channel_ids=channels,
        preset=True,
        created_at=uow.now,
    )
    uow.session.add(rule)
    community.sync_channel_ids = channels[:1]
    return community
