"""Roles as administrators make and change them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import Actor
from gameops.core.errors import Forbidden
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.access import store
from gameops.identity.access.cache import ACCESS_CHANGED
from gameops.identity.access.grants import USERS_MANAGE, covers
from gameops.identity.access.model import Role
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import RoleBuiltIn, RoleNotFound, WouldEscalate
from gameops.identity.permissions import require_known

MANAGE: Final = "identity.roles.manage"


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of the venues the actor manages."""

    uow: UnitOfWork

    async def add(
        self, actor: Actor, *, name: str, venue_id: UUID | None, permissions: Sequence[str]
    ) -> Role:
        """Make a role of permissions the actor holds."""
        actor.require(MANAGE, venue_id=venue_id)
        _require_grantable(actor, permissions, venue_id=venue_id)
        role = Role(
            id=new_id(),
            venue_id=venue_id,
            built_in=None,
            name=name.strip(),
            permissions=sorted(set(permissions)),
            created_at=self.uow.now,
        )
        await store.save_role(self.uow.session, role)
        await self._record(actor, "identity.role_created", role)
        return role

    async def change(
        self, actor: Actor, role_id: UUID, *, name: str | None, permissions: Sequence[str] | None
    ) -> Role:
        """Rename a role or change what it allows, for everybody who holds it, at once."""
        role = await self._lock_own(actor, role_id)
        if name is not None:
            role.name = name.strip()
        if permissions is not None:
            _require_grantable(actor, permissions, venue_id=role.venue_id)
            role.permissions = sorted(set(permissions))
        await store.save_role(self.uow.session, role)
        await self._record(actor, "identity.role_updated", role)
        self.uow.notify(ACCESS_CHANGED, {})
        return role

    async def delete(self, actor: Actor, role_id: UUID) -> None:
        """Delete a role that nobody holds."""
        role = await self._lock_own(actor, role_id)
        await self._record(actor, "identity.role_deleted", role)
        await store.delete_role(self.uow.session, role)

    async def _lock_own(self, actor: Actor, role_id: UUID) -> Role:
        role = await store.lock_role(self.uow.session, role_id)
        if role.venue_id is not None and not actor.belongs_to(role.venue_id):
            raise RoleNotFound(role_id=role_id)
        if role.built_in is not None:
            raise RoleBuiltIn
        actor.require(MANAGE, venue_id=role.venue_id)
        if not covers(actor, role.permissions, venue_id=role.venue_id):
            raise WouldEscalate
        return role

    async def _record(self, actor: Actor, action: str, role: Role) -> None:
        await record_audit(
            self.uow,
            actor,
            action=action,
            subject_type="role",
            subject_id=role.id,
            venue_id=role.venue_id,
            summary=role.name,
            detail={"permissions": list(role.permissions)},
        )


async def list_roles(session: AsyncSession, actor: Actor) -> list[tuple[Role, int]]:
    """The roles that the actor may give or change somewhere."""
    by_users, by_roles = actor.venues_with(USERS_MANAGE), actor.venues_with(MANAGE)
    if by_users is None or by_roles is None:
        return await store.list_roles(session, None)
    if not by_users | by_roles:
        raise Forbidden(permission=MANAGE)
    return await store.list_roles(session, by_users | by_roles)


def _require_grantable(actor: Actor, permissions: Sequence[str], *, venue_id: UUID | None) -> None:
    require_known(permissions)
    if not covers(actor, permissions, venue_id=venue_id):
        raise WouldEscalate
