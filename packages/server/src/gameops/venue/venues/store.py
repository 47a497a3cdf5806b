"""The SQL of venues and zones."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.venue.errors import NameTaken, VenueNotFound, ZoneNotFound
from gameops.venue.stations.model import Station
from gameops.venue.venues.model import TierSettings, Venue, Zone


async def get_venue(session: AsyncSession, venue_id: UUID) -> Venue:
    """One venue, or :class:`VenueNotFound`."""
    venue = await session.get(Venue, venue_id)
    if venue is None:
        raise VenueNotFound(venue_id=venue_id)
    return venue


async def lock_venue(session: AsyncSession, venue_id: UUID) -> Venue:
    """One venue, for change."""
    query = select(Venue).where(Venue.id == venue_id).with_for_update()
    venue = await session.scalar(query.execution_options(populate_existing=True))
    if venue is None:
        raise VenueNotFound(venue_id=venue_id)
    return venue


async def list_venues(session: AsyncSession, ids: Collection[UUID] | None) -> Sequence[Venue]:
    """Venues by name; all of them when ``ids`` is ``None``."""
    query = select(Venue).order_by(Venue.name, Venue.id)
    if ids is not None:
        query = query.where(Venue.id.in_(ids))
    return (await session.scalars(query)).all()


async def get_zone(session: AsyncSession, zone_id: UUID) -> Zone:
    """One zone, or :class:`ZoneNotFound`."""
    zone = await session.get(Zone, zone_id)
    if zone is None:
        raise ZoneNotFound(zone_id=zone_id)
    return zone


async def list_zones(session: AsyncSession, venue_id: UUID) -> Sequence[tuple[Zone, int]]:
    """A venue's zones in their order, with how many stations each has."""
    stations = (
        select(func.count())
        .where(Station.zone_id == Zone.id, Station.removed_at.is_(None))
        .scalar_subquery()
    )
    query = select(Zone, stations).where(Zone.venue_id == venue_id).order_by(Zone.sort, Zone.name)
    return [(row[0], int(row[1])) for row in (await session.execute(query)).all()]


async def count_stations(session: AsyncSession, zone_id: UUID) -> int:
    """How many stations were ever in a zone; a removed one still belongs to its history."""
    query = select(func.count()).where(Station.zone_id == zone_id)
    return int(await session.scalar(query) or 0)


async def list_tiers(session: AsyncSession, venue_id: UUID) -> Sequence[TierSettings]:
    """A venue's tiers."""
    query = select(TierSettings).where(TierSettings.venue_id == venue_id)
    return (await session.scalars(query)).all()


async def flush_name(session: AsyncSession) -> None:
    """Write a name; the database decides who had it first."""
    try:
        await session.flush()
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "")
        if name not in {"uq_venue_station_name", "uq_venue_zone_name"}:
            raise
        raise NameTaken from error


async def find_taken_name(session: AsyncSession, column: Any, *conditions: Any) -> bool:  # noqa: ANN401 -- SQL expressions
    """Whether a row with these conditions exists."""
    query = select(column).where(*conditions).limit(1)
    return await session.scalar(query) is not None
