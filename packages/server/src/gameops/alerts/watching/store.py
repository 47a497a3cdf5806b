"""The SQL of watching: which servers are asked, and how."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.servers.model import Origin, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A server that is asked."""

    id: UUID
    address: str
    port: int | None
    query_port: int | None
    protocol: str | None
    interval_seconds: int
    timeout_seconds: int
    down_after: int


_COLUMNS: Final = (
    Server.id,
    Server.address,
    Server.port,
    Server.query_port,
    Server.protocol,
    Server.interval_seconds,
    Server.timeout_seconds,
    Server.down_after,
)
_WATCHED: Final[tuple[ColumnElement[bool], ...]] = (
    Server.origin == Origin.POLLED,
    Server.deleted_at.is_(None),
    Server.address.is_not(None),
)


async def list_watches(session: AsyncSession) -> list[Watch]:
    """Every server that is to be asked."""
    rows = await session.execute(select(*_COLUMNS).where(*_WATCHED))
    return [Watch(**row._mapping) for row in rows]  # noqa: SLF001 -- a public name with a line


async def find_watches(session: AsyncSession, ids: Collection[UUID]) -> list[Watch]:
    """Those of some servers that are to be asked."""
    rows = await session.execute(select(*_COLUMNS).where(*_WATCHED, Server.id.in_(ids)))
    return [Watch(**row._mapping) for row in rows]  # noqa: SLF001 -- as above
