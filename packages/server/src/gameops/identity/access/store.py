"""The only SQL about roles, sessions and keys."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.identity.access.model import ApiKey, RefreshToken, Role, RoleGrant, Session
from gameops.identity.accounts.model import ACTIVE, User
from gameops.identity.errors import RoleInUse, RoleNameTaken, RoleNotFound
from gameops.identity.permissions import BUILT_IN_ROLES, effective

ADMIN_ID: Final = BUILT_IN_ROLES["admin"][0]

# --- roles and grants ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role that somebody holds, and where."""

    user_id: UUID
    role_id: UUID
    name: str
    venue_id: UUID | None
    permissions: frozenset[str]


async def list_held(session: AsyncSession, user_ids: Collection[UUID]) -> list[HeldRole]:
    """Every role of these people."""
    query = (
        select(RoleGrant.user_id, Role.id, Role.name, RoleGrant.venue_id, Role.built_in)
        .add_columns(Role.permissions)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.user_id.in_(user_ids))
        .order_by(Role.name, RoleGrant.id)
    )
    return [
        HeldRole(
            user_id=user_id,
            role_id=role_id,
            name=name,
            venue_id=venue_id,
            permissions=effective(built_in, stored),
        )
        for user_id, role_id, name, venue_id, built_in, stored in await session.execute(query)
    ]


async def get_role(session: AsyncSession, role_id: UUID) -> Role:
    """Load one role."""
    role = await session.get(Role, role_id)
    if role is None:
        raise RoleNotFound(role_id=role_id)
    return role


async def lock_role(session: AsyncSession, role_id: UUID) -> Role:
    """Load one role for change."""
    query = select(Role).where(Role.id == role_id).with_for_update()
    role = await session.scalar(query.execution_options(populate_existing=True))
    if role is None:
        raise RoleNotFound(role_id=role_id)
    return role


async def list_roles(
    session: AsyncSession, venues: frozenset[UUID] | None
) -> list[tuple[Role, int]]:
    """The roles of these venues and of all, each with how many hold it there."""
    held = select(func.count()).where(RoleGrant.role_id == Role.id)
    query: Select[*tuple[Any, ...]] = select(Role)
    if venues is not None:
        held = held.where(RoleGrant.venue_id.in_(venues))
        query = query.where(or_(Role.venue_id.is_(None), Role.venue_id.in_(venues)))
    query = query.add_columns(held.correlate(Role).scalar_subquery())
    query = query.order_by(Role.built_in.is_(None), Role.id)
    return [(role, count) for role, count in await session.execute(query)]


async def count_holders(session: AsyncSession, role_id: UUID) -> int:
    """How many grants of a role there are."""
    query = select(func.count()).select_from(RoleGrant).where(RoleGrant.role_id == role_id)
    return await session.scalar(query) or 0


async def save_role(session: AsyncSession, role: Role) -> None:
    """Write a new or changed role."""
    try:
        async with session.begin_nested():
            session.add(role)
            await session.flush()
    except IntegrityError as error:
        raise RoleNameTaken(field="name") from error


async def delete_role(session: AsyncSession, role: Role) -> None:
    """Remove a role nobody holds."""
    try:
        async with session.begin_nested():
            await session.delete(role)
            await session.flush()
    except IntegrityError as error:
        raise RoleInUse from error


async def add_built_in_roles(session: AsyncSession, *, now: datetime) -> None:
    """Make sure the built-in roles exist."""
    rows: list[dict[str, object]] = [
        {"id": id_, "built_in": key, "name": name, "permissions": [], "created_at": now}
        for key, (id_, name) in BUILT_IN_ROLES.items()
    ]
    await session.execute(insert(Role).values(rows).on_conflict_do_nothing())


async def add_grant(session: AsyncSession, grant: RoleGrant) -> bool:
    """Give a role; false when the person has it there already."""
    row = {
        "id": grant.id,
        "user_id": grant.user_id,
        "role_id": grant.role_id,
        "venue_id": grant.venue_id,
        "created_at": grant.created_at,
    }
    query = insert(RoleGrant).values(row).on_conflict_do_nothing().returning(RoleGrant.id)
    return await session.scalar(query) is not None


async def remove_grant(
    session: AsyncSession, *, user_id: UUID, role_id: UUID, venue_id: UUID | None
) -> None:
    """Take a role."""
    await session.execute(
        delete(RoleGrant).where(
            RoleGrant.user_id == user_id,
            RoleGrant.role_id == role_id,
            RoleGrant.venue_id.is_not_distinct_from(venue_id),
        )
    )


async def has_admin(session: AsyncSession, *, but: UUID | None = None) -> bool:
    """Whether somebody (else) administers all of it; asked by one transaction at a time."""
    await session.execute(select(Role.id).where(Role.id == ADMIN_ID).with_for_update())
    query = (
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role_id == ADMIN_ID, RoleGrant.venue_id.is_(None))
        .where(User.state == ACTIVE)
        .limit(1)
    )
    if but is not None:
        query = query.where(User.id != but)
    return await session.scalar(query) is not None


# --- sessions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a session or key belongs to, and what that person may do where."""

    user_id: UUID
    name: str
    credential: Session | ApiKey
    grants: dict[UUID | None, frozenset[str]]


async def find_session_holder(session: AsyncSession, session_id: UUID) -> Holder | None:
    """The living session with its person's grants, in one query."""
    return await _find_holder(session, Session, Session.id == session_id)


async def find_key_holder(session: AsyncSession, prefix: str) -> Holder | None:
    """The API key with its person's grants, in one query."""
    return await _find_holder(session, ApiKey, ApiKey.prefix == prefix)


async def _find_holder(
    session: AsyncSession, kind: type[Session] | type[ApiKey], wanted: ColumnElement[bool]
) -> Holder | None:
    query = (
        select(kind, User.display_name, RoleGrant.venue_id, Role.id, Role.built_in)
        .add_columns(Role.permissions)
        .join(User, User.id == kind.user_id)
        .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
        .outerjoin(Role, Role.id == RoleGrant.role_id)
        .where(wanted, User.state == ACTIVE)
    )
    rows: Sequence[Any] = (await session.execute(query)).all()
    if not rows:
        return None
    credential, name = rows[0][0], rows[0][1]
    held = ((row[2], effective(row[4], row[5])) for row in rows if row[3] is not None)
    return Holder(
        user_id=credential.user_id, name=name, credential=credential, grants=merge_grants(held)
    )


def merge_grants(
    held: Iterable[tuple[UUID | None, frozenset[str]]],
) -> dict[UUID | None, frozenset[str]]:
    """Permissions by venue, whatever roles they come from."""
    grants: dict[UUID | None, frozenset[str]] = {}
    for venue_id, permissions in held:
        grants[venue_id] = grants.get(venue_id, frozenset()) | permissions
    return grants


async def lock_session_of_token(
    session: AsyncSession, digest: bytes
) -> tuple[Session, RefreshToken] | None:
    """A refresh token and its session, for change: refreshes of one session queue here."""
    found = select(RefreshToken.session_id).where(RefreshToken.digest == digest)
    locked = select(Session).where(Session.id == found.scalar_subquery()).with_for_update()
    owner = await session.scalar(locked.execution_options(populate_existing=True))
    if owner is None:
        return None
    token = await session.get_one(RefreshToken, digest, populate_existing=True)
    return owner, token


async def replace_tokens(session: AsyncSession, session_id: UUID, *, now: datetime) -> None:
    """Every refresh token of the session is an old one from now on."""
    await session.execute(
        update(RefreshToken)
        .where(RefreshToken.session_id == session_id, RefreshToken.replaced_at.is_(None))
        .values(replaced_at=now)
    )


async def list_sessions(session: AsyncSession, user_id: UUID, *, now: datetime) -> list[Session]:
    """A person's living sessions, newest first."""
    query = (
        select(Session)
        .where(Session.user_id == user_id, Session.ended_at.is_(None), Session.expires_at > now)
        .order_by(Session.created_at.desc(), Session.id.desc())
    )
    return list(await session.scalars(query))


async def end_sessions(
    session: AsyncSession, wanted: Iterable[ColumnElement[bool]], *, now: datetime, reason: str
) -> list[tuple[UUID, UUID]]:
    """End the living sessions that fulfil the conditions; their ids and their people's."""
    query = (
        update(Session)
        .where(Session.ended_at.is_(None), *wanted)
        .values(ended_at=now, end_reason=reason)
        .returning(Session.id, Session.user_id)
    )
    return [(id_, user_id) for id_, user_id in await session.execute(query)]


async def forget_sessions(session: AsyncSession, *, before: datetime) -> None:
    """Delete sessions that ended or ran out long ago."""
    old = or_(Session.ended_at < before, Session.expires_at < before)
    await session.execute(delete(Session).where(old))


# --- API keys --------------------------------------------------------------------------------


async def list_keys(session: AsyncSession, user_id: UUID) -> list[ApiKey]:
    """A person's keys, newest first."""
    query = select(ApiKey).where(ApiKey.user_id == user_id)
    return list(await session.scalars(query.order_by(ApiKey.created_at.desc(), ApiKey.id.desc())))


async def lock_key(session: AsyncSession, key_id: UUID) -> ApiKey | None:
    """One key, for change."""
    return await session.get(ApiKey, key_id, with_for_update=True, populate_existing=True)


async def touch_key(session: AsyncSession, key_id: UUID, *, now: datetime) -> None:
    """Note that a key was used."""
    await session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))
