"""The SQL of communities."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities.model import Community, Source
from gameops.alerts.errors import CommunityNotFound, SourceNotFound
from gameops.alerts.servers.model import Server, ServerState

Counts = tuple[int, int, int]
"""Servers, those that are up, and people on them."""


async def get_community(session: AsyncSession, community_id: UUID) -> Community:
    """A community that is there."""
    found = await session.get(Community, community_id)
    if found is None:
        raise CommunityNotFound(community_id=community_id)
    return found


async def find_default(session: AsyncSession) -> Community | None:
    """The one that reports without a key go to."""
    return await session.scalar(select(Community).where(Community.is_default))


async def find_by_slug(session: AsyncSession, slug: str) -> Community | None:
    """By its address."""
    return await session.scalar(select(Community).where(Community.slug == slug))


async def all_communities(session: AsyncSession) -> Sequence[Community]:
    """Every one, oldest first."""
    return (await session.scalars(select(Community).order_by(Community.id))).all()


async def list_communities(
    session: AsyncSession, venue_ids: frozenset[UUID] | None
) -> Sequence[Community]:
    """Those of some venues; of everybody for ``None``."""
    query = select(Community).order_by(Community.is_default.desc(), Community.name)
    if venue_ids is not None:
        query = query.where(Community.venue_id.in_(venue_ids))
    return (await session.scalars(query)).all()


async def counts(session: AsyncSession, community_ids: Iterable[UUID]) -> Mapping[UUID, Counts]:
    """How many servers and people, by community."""
    up = case((Server.state == ServerState.UP, 1), else_=0)
    query = (
        select(
            Server.community_id,
            func.count(),
            func.sum(up),
            func.coalesce(func.sum(Server.players), 0),
        )
        .where(Server.community_id.in_(community_ids), Server.deleted_at.is_(None))
        .group_by(Server.community_id)
    )
    rows = (await session.execute(query)).all()
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}


async def public_counts(session: AsyncSession, venue_id: UUID | None) -> Counts:
    """What everybody may know of all communities of a venue, or of the installation."""
    up = case((Server.state == ServerState.UP, 1), else_=0)
    query = (
        select(
            func.count(),
            func.coalesce(func.sum(up), 0),
            func.coalesce(func.sum(Server.players), 0),
        )
        .join(Community, Community.id == Server.community_id)
        .where(Community.venue_id.is_not_distinct_from(venue_id), Community.public)
        .where(Server.deleted_at.is_(None), Server.public)
    )
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def room_for(session: AsyncSession, community_ids: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many servers more may report themselves, by community."""
    there = (
        select(func.count())
        .where(Server.community_id == Community.id, Server.deleted_at.is_(None))
        .scalar_subquery()
    )
    query = select(Community.id, func.greatest(Community.most_servers - there, 0)).where(
        Community.id.in_(set(community_ids))
    )
    return {row[0]: int(row[1]) for row in await session.execute(query)}


async def living_sources(session: AsyncSession) -> Sequence[Source]:
    """Keys that still open."""
    return (await session.scalars(select(Source).where(Source.revoked_at.is_(None)))).all()


async def list_sources(session: AsyncSession, community_id: UUID) -> Sequence[Source]:
    """A community's keys, newest first."""
    query = select(Source).where(Source.community_id == community_id).order_by(Source.id.desc())
    return (await session.scalars(query)).all()


async def get_source(session: AsyncSession, source_id: UUID) -> Source:
    """A key that is there."""
    found = await session.get(Source, source_id)
    if found is None:
        raise SourceNotFound(source_id=source_id)
    return found
