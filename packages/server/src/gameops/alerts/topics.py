"""Hub topics of alerts: what changed, for live views and loops. Never the truth."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from gameops.core.uow import UnitOfWork

MOST_IDS: Final = 100
"""In one message: what goes through PostgreSQL's NOTIFY must stay below 8,000 bytes."""

LIVE: Final = "alerts.live"
INBOX: Final = "alerts.inbox"
SERVERS_EDITED: Final = "alerts.servers_edited"
COMMUNITIES_CHANGED: Final = "alerts.communities_changed"


def servers_edited(uow: UnitOfWork, community_id: UUID, server_ids: Iterable[UUID]) -> None:
    """Servers were added, changed or deleted by people: watchers should look again."""
    ids = [str(server_id) for server_id in server_ids]
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        uow.notify(SERVERS_EDITED, {"community_id": str(community_id), "server_ids": part})


def communities_changed(uow: UnitOfWork) -> None:
    """A community's settings or keys changed: intake should read them again."""
    uow.notify(COMMUNITIES_CHANGED, {})
