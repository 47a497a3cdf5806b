"""The only SQL that lists people by filter."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.identity.access.model import RoleGrant
from gameops.identity.accounts.model import User
from gameops.identity.accounts.store import mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Whom to look for."""

    q: str | None = None
    role_id: UUID | None = None
    venue_id: UUID | None = None
    state: str | None = None


async def list_page(
    session: AsyncSession,
    wanted: UserFilter,
    page: PageRequest,
    *,
    venues: frozenset[UUID] | None,
) -> Slice[User]:
    """The people who match, newest first; only those with a role in ``venues``, if given."""
    query: Select[*tuple[Any, ...]] = select(User)
    if wanted.q:
        query = query.where(mentions(wanted.q))
    if wanted.state:
        query = query.where(User.state == wanted.state)
    held = _held(wanted, venues)
    if held is not None:
        query = query.where(User.id.in_(held))
    query = after(query, page, keys=[User.id], types=[UUID])
    rows = list(await session.scalars(query))
    return cut(rows, page, key=lambda user: [user.id])


def _held(wanted: UserFilter, venues: frozenset[UUID] | None) -> Select[UUID] | None:
    conditions = []
    if wanted.role_id is not None:
        conditions.append(RoleGrant.role_id == wanted.role_id)
    if wanted.venue_id is not None:
        conditions.append(RoleGrant.venue_id == wanted.venue_id)
    if venues is not None:
        conditions.append(RoleGrant.venue_id.in_(venues))
    return select(RoleGrant.user_id).where(*conditions) if conditions else None
