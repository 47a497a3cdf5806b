"""What the application and the flows may use of alerts."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts import permissions
from gameops.alerts.communities.routes import router as communities_router
from gameops.alerts.communities.store import get_community
from gameops.alerts.engine.observe import apply_observations
from gameops.alerts.importing import Imported, import_files
from gameops.alerts.intake.consumer import AlertsLoop
from gameops.alerts.intake.legacy import router as legacy_router
from gameops.alerts.intake.routes import router as intake_router
from gameops.alerts.options import AlertsOptions
from gameops.alerts.presets import prepare
from gameops.alerts.rules.routes import router as rules_router
from gameops.alerts.servers.routes import router as servers_router
from gameops.alerts.status import line as _line  # noqa: F401 -- registers what STATUS hears
from gameops.alerts.status.routes import router as status_router
from gameops.alerts.topics import LIVE
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.poller import Watchers
from gameops.core.context import Context

hot_routers: Final[Sequence[APIRouter]] = (legacy_router,)
"""Asked for more than anything else: matched first."""
routers: Final[Sequence[APIRouter]] = (
    intake_router,
    servers_router,
    rules_router,
    communities_router,
    status_router,
)


async def community_scope(session: AsyncSession, community_id: UUID) -> UUID | None:
    """The venue whose people look after a community; ``None``: the installation's."""
    return (await get_community(session, community_id)).venue_id


def watchers(context: Context) -> Watchers:
    """The loop that asks servers, wired to the engine."""
    return Watchers(context, apply_observations)


__all__ = [
    "LIVE",
    "AlertsLoop",
    "AlertsOptions",
    "Imported",
    "WatchOptions",
    "Watchers",
    "community_scope",
    "hot_routers",
    "import_files",
    "permissions",
    "prepare",
    "routers",
    "watchers",
]
