"""The SQL of servers and their history, for people and pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities.model import Community
from gameops.alerts.errors import ServerExists, ServerNotFound
from gameops.alerts.servers.model import Sample, Server, ServerEvent, ServerState
from gameops.core.db import AnyRow
from gameops.core.paging import PageRequest, Slice, after, cut

MOST_SHOWN = 500
MOST_SAMPLES = 200_000
_ADDITIONS = text("SELECT pg_advisory_xact_lock(hashtextextended(:community, 0))")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSearch:
    """Which servers somebody wants to see."""

    communities: frozenset[UUID]
    words: str | None = None
    tag: str | None = None
    state: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSearch:
    """Which events."""

    communities: frozenset[UUID]
    server_id: UUID | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def get_server(session: AsyncSession, server_id: UUID) -> Server:
    """A server that is there."""
    found = await session.get(Server, server_id)
    if found is None or found.deleted_at is not None:
        raise ServerNotFound(server_id=server_id)
    return found


async def lock_server(session: AsyncSession, server_id: UUID) -> Server:
    """The same, for change."""
    query = select(Server).where(Server.id == server_id).with_for_update()
    found = await session.scalar(query)
    if found is None or found.deleted_at is not None:
        raise ServerNotFound(server_id=server_id)
    return found


async def find_by_key(session: AsyncSession, community_id: UUID, key: str) -> Server | None:
    """A server by its key, deleted or not."""
    query = select(Server).where(Server.community_id == community_id, Server.key == key)
    return await session.scalar(query)


async def lock_by_keys(
    session: AsyncSession, community_id: UUID, keys: Iterable[str]
) -> dict[str, Server]:
    """The servers that have these keys, deleted or not; locked in the order of their ids."""
    query = (
        select(Server)
        .where(Server.community_id == community_id, Server.key.in_(set(keys)))
        .order_by(Server.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {server.key: server for server in await session.scalars(query)}


async def lock_additions(session: AsyncSession, community_id: UUID) -> None:
    """Only one table at a time adds servers to a community."""
    await session.execute(_ADDITIONS, {"community": f"alerts-servers:{community_id}"})


async def write_servers(session: AsyncSession) -> None:
    """Write what was changed; one of two that come to one place at once is refused."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise ServerExists from error


async def purge_deleted(session: AsyncSession, before: datetime, most: int) -> int:
    """Forget for good some servers that were deleted before an instant; how many."""
    gone = (
        select(Server.id)
        .where(Server.deleted_at < before)
        .order_by(Server.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = (await session.scalars(gone)).all()
    await session.execute(delete(Server).where(Server.id.in_(ids)))
    return len(ids)


async def search(session: AsyncSession, wanted: ServerSearch, page: PageRequest) -> Slice[Server]:
    """By name."""
    query = select(Server).where(
        Server.community_id.in_(wanted.communities), Server.deleted_at.is_(None)
    )
    if wanted.words:
        columns = (Server.name, Server.game, Server.key, Server.map)
        like = (column.icontains(wanted.words, autoescape=True) for column in columns)
        query = query.where(or_(*like))
    if wanted.tag:
        query = query.where(Server.tags.op("@>")(literal([wanted.tag], JSONB)))
    if wanted.state == "flapping":
        query = query.where(Server.flapping)
    elif wanted.state:
        query = query.where(Server.state == wanted.state)
    if wanted.origin:
        query = query.where(Server.origin == wanted.origin)
    query = after(query, page, keys=(Server.name, Server.id), types=(str, UUID), descending=False)
    rows = (await session.scalars(query)).all()
    return cut(rows, page, lambda server: (server.name, server.id))


async def shown_servers(session: AsyncSession, community_id: UUID) -> list[Server]:
    """What the public sees: those that are up and full of people first."""
    down_last = case((Server.state == ServerState.UP, 0), else_=1)
    query = (
        select(Server)
        .where(Server.community_id == community_id, Server.deleted_at.is_(None), Server.public)
        .order_by(down_last, Server.players.desc(), Server.name)
        .limit(MOST_SHOWN)
    )
    return list((await session.scalars(query)).all())


async def totals(session: AsyncSession, community_id: UUID) -> tuple[int, int, int]:
    """Of what the public sees: servers, those that are up, and people on them."""
    up = Server.state == ServerState.UP
    query = select(
        func.count(),
        func.count().filter(up),
        func.coalesce(func.sum(Server.players).filter(up), 0),
    ).where(Server.community_id == community_id, Server.deleted_at.is_(None), Server.public)
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def search_events(
    session: AsyncSession, wanted: EventSearch, page: PageRequest
) -> Slice[AnyRow]:
    """Newest first, each with its server and its community's name."""
    query = (
        select(ServerEvent, Server, Community.name)
        .join(Community, Community.id == ServerEvent.community_id)
        .outerjoin(Server, Server.id == ServerEvent.server_id)
        .where(ServerEvent.community_id.in_(wanted.communities))
    )
    if wanted.server_id:
        query = query.where(ServerEvent.server_id == wanted.server_id)
    if wanted.kind:
        query = query.where(ServerEvent.kind == wanted.kind)
    if wanted.since:
        query = query.where(ServerEvent.at >= wanted.since)
    if wanted.until:
        query = query.where(ServerEvent.at < wanted.until)
    query = after(query, page, keys=(ServerEvent.id,), types=(UUID,))
    rows = (await session.execute(query)).all()
    return cut(rows, page, lambda row: (row[0].id,))


async def samples(
    session: AsyncSession, server_id: UUID, *, since: datetime, until: datetime
) -> Sequence[Sample]:
    """A server's counts in a period, the one in force at its beginning included."""
    before = (
        select(func.max(Sample.at))
        .where(Sample.server_id == server_id, Sample.at <= since)
        .scalar_subquery()
    )
    query = (
        select(Sample)
        .where(
            Sample.server_id == server_id,
            Sample.at >= func.coalesce(before, since),
            Sample.at < until,
        )
        .order_by(Sample.at)
        .limit(MOST_SAMPLES)
    )
    return (await session.scalars(query)).all()
