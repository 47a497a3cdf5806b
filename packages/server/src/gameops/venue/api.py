"""What the application and other domains may use of the venue."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.venue import demo_services, permissions
from gameops.venue.customers import store as customers
from gameops.venue.customers.model import Customer
from gameops.venue.customers.routes import router as customers_router
from gameops.venue.floor.feed import FloorFeeds
from gameops.venue.floor.routes import router as floor_router
from gameops.venue.floor.service import FloorReader
from gameops.venue.link.endpoint import router as link_router
from gameops.venue.link.server import LinkServer
from gameops.venue.me.routes import router as me_router
from gameops.venue.sessions.clock import SessionClock
from gameops.venue.sessions.routes import router as sessions_router
from gameops.venue.stations.routes import router as stations_router
from gameops.venue.tariffs.routes import router as tariffs_router
from gameops.venue.till.routes import router as till_router
from gameops.venue.topics import COMMAND_DONE, CUSTOMER_CHANGED
from gameops.venue.venues.routes import router as venues_router
from gameops.venue.venues.store import list_venues

routers: Final[Sequence[APIRouter]] = (
    sessions_router,
    floor_router,
    stations_router,
    customers_router,
    till_router,
    me_router,
    tariffs_router,
    venues_router,
    link_router,
)
"""What is asked for most comes first: routes are matched in their order."""


async def own_profiles(session: AsyncSession, user_id: UUID) -> Sequence[Customer]:
    """A user's profiles at all venues."""
    return await customers.profiles_of(session, user_id)


async def own_customer_ids(session: AsyncSession, user_id: UUID) -> list[UUID]:
    """Their ids."""
    return [profile.id for profile in await customers.profiles_of(session, user_id)]


__all__ = [
    "COMMAND_DONE",
    "CUSTOMER_CHANGED",
    "FloorFeeds",
    "FloorReader",
    "LinkServer",
    "SessionClock",
    "demo_services",
    "list_venues",
    "own_customer_ids",
    "own_profiles",
    "permissions",
    "routers",
]
