"""People as administrators see and change them: those of their own venues only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import Actor
from gameops.core.errors import Forbidden
from gameops.core.paging import PageRequest, Slice
from gameops.core.uow import UnitOfWork
from gameops.identity.access import grants, sessions
from gameops.identity.access import store as access
from gameops.identity.access.grants import USERS_MANAGE, RoleAt
from gameops.identity.access.store import HeldRole
from gameops.identity.accounts import recovery, search, store, users
from gameops.identity.accounts.model import User
from gameops.identity.accounts.users import NewUser, UserChanges
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import BelongsElsewhere, NoEmail, UserNotFound


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with the roles that the reader may know of."""

    user: User
    roles: Sequence[HeldRole]


def managed_venues(actor: Actor) -> frozenset[UUID] | None:
    """The venues whose people the actor manages; ``None`` means all."""
    venues = actor.venues_with(USERS_MANAGE)
    if venues is not None and not venues:
        raise Forbidden(permission=USERS_MANAGE)
    return venues


async def list_users(
    session: AsyncSession, actor: Actor, wanted: search.UserFilter, page: PageRequest
) -> Slice[Listed]:
    """People of the venues the actor manages."""
    if wanted.venue_id is not None:
        actor.require(USERS_MANAGE, venue_id=wanted.venue_id)
    venues = managed_venues(actor)
    found = await search.list_page(session, wanted, page, venues=venues)
    held = await access.list_held(session, [user.id for user in found.rows])
    rows = [_listed(user, held, venues) for user in found.rows]
    return Slice(rows, found.next_cursor)


async def get_user(session: AsyncSession, actor: Actor, user_id: UUID) -> Listed:
    """One of these people."""
    venues = managed_venues(actor)
    held = await access.list_held(session, [user_id])
    _require_visible(venues, held)
    return _listed(await store.get_user(session, user_id), held, venues)


async def add_user(
    uow: UnitOfWork,
    actor: Actor,
    roles: Sequence[RoleAt],
    *,
    display_name: str,
    password_hash: str | None,
    **fields: Unpack[NewUser],
) -> Listed:
    """Make an account with its roles; a password that was given must be changed."""
    _require_place_for(actor, roles)
    user = await users.add_user(
        uow,
        actor,
        display_name=display_name,
        password_hash=password_hash,
        must_change_password=password_hash is not None,
        **fields,
    )
    for role in dict.fromkeys(roles):
        await grants.grant_role(uow, actor, user.id, role=role.role_id, venue_id=role.venue_id)
    return await get_user(uow.session, actor, user.id)


def _require_place_for(actor: Actor, roles: Sequence[RoleAt]) -> None:
    """A venue's administrator makes people of that venue, not of nowhere."""
    for role in roles:
        actor.require(USERS_MANAGE, venue_id=role.venue_id)
    if not roles:
        actor.require(USERS_MANAGE, venue_id=None)


async def change_user(
    uow: UnitOfWork,
    actor: Actor,
    user_id: UUID,
    changes: UserChanges,
    roles: Sequence[RoleAt] | None,
) -> Listed:
    """Change an account, its roles, or both."""
    user = await store.lock_user(uow.session, user_id)
    held = await access.list_held(uow.session, [user_id])
    venues = managed_venues(actor)
    _require_visible(venues, held)
    if changes:
        _require_own_person(actor, venues, held)
        await users.change_user(uow, actor, user, changes)
    if roles is not None:
        near = [r for r in held if r.venue_id is None or venues is None or r.venue_id in venues]
        grants.require_covering(actor, near)
        await grants.set_roles(uow, actor, user_id, roles)
    held = await access.list_held(uow.session, [user_id])
    return _listed(user, held, venues)


async def send_reset_link(uow: UnitOfWork, actor: Actor, user_id: UUID) -> None:
    """Let somebody choose a new password by e-mail."""
    user = await _lock_own_person(uow, actor, user_id)
    if not user.email:
        raise NoEmail
    await recovery.ask_for(uow, user_id)
    await _record(uow, actor, "identity.password_reset_requested", user)


async def end_sessions(uow: UnitOfWork, actor: Actor, user_id: UUID) -> None:
    """Sign somebody out everywhere."""
    user = await _lock_own_person(uow, actor, user_id)
    await sessions.end_all_of(uow, user_id, reason="revoked_by_admin")
    await _record(uow, actor, "identity.sessions_revoked", user)


async def _lock_own_person(uow: UnitOfWork, actor: Actor, user_id: UUID) -> User:
    user = await store.lock_user(uow.session, user_id)
    held = await access.list_held(uow.session, [user_id])
    venues = managed_venues(actor)
    _require_visible(venues, held)
    _require_own_person(actor, venues, held)
    return user


def _require_visible(venues: frozenset[UUID] | None, held: Sequence[HeldRole]) -> None:
    if venues is not None and not any(role.venue_id in venues for role in held):
        raise UserNotFound


def _require_own_person(
    actor: Actor, venues: frozenset[UUID] | None, held: Sequence[HeldRole]
) -> None:
    """The account itself is changed only by who is above all of it, in every venue it is in."""
    grants.require_covering(actor, held)
    elsewhere = {role.venue_id for role in held if role.venue_id is not None}
    if venues is not None and elsewhere - venues:
        raise BelongsElsewhere


def _listed(user: User, held: Sequence[HeldRole], venues: frozenset[UUID] | None) -> Listed:
    own = [role for role in held if role.user_id == user.id]
    if venues is not None:
        own = [role for role in own if role.venue_id is None or role.venue_id in venues]
    return Listed(user, own)


async def _record(uow: UnitOfWork, actor: Actor, action: str, user: User) -> None:
    await record_audit(
        uow,
        actor,
        action=action,
        subject_type="user",
        subject_id=user.id,
        venue_id=None,
        summary=user.display_name,
    )
