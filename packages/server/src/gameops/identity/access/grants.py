"""Who may give what to whom. Nobody can give, take or touch what they do not hold themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gameops.core.actor import EVERYWHERE, Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.access import store
from gameops.identity.access.cache import ACCESS_CHANGED
from gameops.identity.access.model import Role, RoleGrant
from gameops.identity.access.store import ADMIN_ID, HeldRole
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import (
    HoldsMore,
    LastAdmin,
    RoleNotFound,
    RoleOutOfScope,
    WouldEscalate,
)
from gameops.identity.permissions import BUILT_IN_ROLES, effective

USERS_MANAGE: Final = "identity.users.manage"


@dataclass(frozen=True, slots=True)
class RoleAt:
    """A role, wanted or held at one venue or (``None``) everywhere."""

    role_id: UUID
    venue_id: UUID | None


def covers(actor: Actor, permissions: Iterable[str], *, venue_id: UUID | None) -> bool:
    """Whether the actor holds every one of the permissions there."""
    return all(actor.allows(permission, venue_id=venue_id) for permission in permissions)


def require_covering(actor: Actor, held: Iterable[HeldRole]) -> None:
    """Refuse to touch somebody who may do what the actor may not."""
    for role in held:
        if not covers(actor, role.permissions, venue_id=role.venue_id):
            raise HoldsMore


def role_id_of(role: str | UUID) -> UUID:
    """The id of a role given by its built-in key or its id."""
    for key, (role_id, _) in BUILT_IN_ROLES.items():
        if role == key:
            return role_id
    try:
        return role if isinstance(role, UUID) else UUID(role)
    except ValueError:
        raise RoleNotFound from None


async def grant_role(
    uow: UnitOfWork, actor: Actor, user_id: UUID, *, role: str | UUID, venue_id: UUID | None
) -> None:
    """Give somebody a role whose permissions the actor holds; having it already is fine."""
    found = await store.get_role(uow.session, role_id_of(role))
    if found.venue_id is not None and not actor.is_system and not actor.belongs_to(found.venue_id):
        raise RoleNotFound
    if found.venue_id is not None and found.venue_id != venue_id:
        raise RoleOutOfScope
    permissions = effective(found.built_in, found.permissions)
    if not covers(actor, permissions, venue_id=venue_id):
        raise WouldEscalate
    grant = RoleGrant(
        id=new_id(), user_id=user_id, role_id=found.id, venue_id=venue_id, created_at=uow.now
    )
    if await store.add_grant(uow.session, grant):
        await _record(uow, actor, "identity.role_granted", found, grant)
        uow.notify(ACCESS_CHANGED, {"user_id": str(user_id)})


async def revoke_role(uow: UnitOfWork, actor: Actor, held: HeldRole) -> None:
    """Take a role from somebody; the last administrator keeps theirs."""
    if not covers(actor, held.permissions, venue_id=held.venue_id):
        raise HoldsMore
    if held.role_id == ADMIN_ID and held.venue_id is EVERYWHERE:
        await require_other_admin(uow, held.user_id)
    role = await store.get_role(uow.session, held.role_id)
    await store.remove_grant(
        uow.session, user_id=held.user_id, role_id=held.role_id, venue_id=held.venue_id
    )
    grant = RoleGrant(user_id=held.user_id, role_id=held.role_id, venue_id=held.venue_id)
    await _record(uow, actor, "identity.role_revoked", role, grant)
    uow.notify(ACCESS_CHANGED, {"user_id": str(held.user_id)})


async def require_other_admin(uow: UnitOfWork, user_id: UUID) -> None:
    """Refuse what would leave the installation without an administrator."""
    if not await store.has_admin(uow.session, but=user_id):
        raise LastAdmin


async def set_roles(uow: UnitOfWork, actor: Actor, user_id: UUID, wanted: Iterable[RoleAt]) -> None:
    """Make these somebody's roles in the venues the actor manages; others stay as they are."""
    target = set(wanted)
    venues = actor.venues_with(USERS_MANAGE)
    held = {
        RoleAt(role.role_id, role.venue_id): role
        for role in await store.list_held(uow.session, [user_id])
    }
    within = {at for at in held if venues is None or at.venue_id in venues}
    for at in sorted(target - held.keys(), key=str):
        actor.require(USERS_MANAGE, venue_id=at.venue_id)
        await grant_role(uow, actor, user_id, role=at.role_id, venue_id=at.venue_id)
    for at in sorted(within - target, key=str):
        await revoke_role(uow, actor, held[at])


async def _record(uow: UnitOfWork, actor: Actor, action: str, role: Role, grant: RoleGrant) -> None:
    await record_audit(
        uow,
        actor,
        action=action,
        subject_type="user",
        subject_id=grant.user_id,
        venue_id=grant.venue_id,
        summary=role.name,
        detail={"role_id": str(role.id), "role": role.name},
    )
