"""Sessions, API keys, roles and permissions."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from gameops.core.errors import Forbidden
from gameops.core.web import Ctx, CurrentActor, Uow, problems
from gameops.identity.access import keys, roles, sessions, store
from gameops.identity.access.actors import KEY_PREFIX
from gameops.identity.access.keys import NewKey
from gameops.identity.access.model import ApiKey, Role
from gameops.identity.access.schemas import (
    ApiKeyIn,
    ApiKeyMadeOut,
    ApiKeyOut,
    ApiKeysOut,
    PermissionOut,
    PermissionsOut,
    RoleIn,
    RoleOut,
    RolePatchIn,
    RolesOut,
    SessionOut,
    SessionsOut,
)
from gameops.identity.accounts.own import signed_in_user
from gameops.identity.accounts.routes import IN_PERSON, SIGNED_IN
from gameops.identity.errors import (
    ApiKeyNotFound,
    NetworkInvalid,
    RoleBuiltIn,
    RoleInUse,
    RoleNameTaken,
    RoleNotFound,
    SessionNotFound,
    TooManyApiKeys,
    UnknownPermission,
    WouldEscalate,
)
from gameops.identity.permissions import PERMISSIONS, effective

router = APIRouter(tags=["identity"])
MANAGING = (*SIGNED_IN, Forbidden)


# --- sessions --------------------------------------------------------------------------------


@router.get("/auth/sessions", summary="One's own sign-ins", responses=problems(*IN_PERSON))
async def list_sessions(actor: CurrentActor, context: Ctx) -> SessionsOut:
    """Living sign-ins, newest first."""
    user_id = signed_in_user(actor)
    async with context.database.reading() as session:
        found = await store.list_sessions(session, user_id, now=context.clock.now())
    items = [
        SessionOut(
            id=one.id,
            created_at=one.created_at,
            last_used_at=one.last_used_at,
            ip=one.ip,
            user_agent=one.user_agent,
            current=one.id == actor.session_id,
        )
        for one in found
    ]
    return SessionsOut(items=items)


@router.delete(
    "/auth/sessions",
    status_code=204,
    summary="End all of one's other sign-ins",
    responses=problems(*IN_PERSON),
)
async def end_other_sessions(actor: CurrentActor, uow: Uow) -> None:
    """All but the present one."""
    await sessions.end_others(uow, actor, signed_in_user(actor))


@router.delete(
    "/auth/sessions/{session_id}",
    status_code=204,
    summary="End one of one's own sign-ins",
    responses=problems(*IN_PERSON, SessionNotFound),
)
async def end_session(session_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Its tokens stop working at once."""
    signed_in_user(actor)
    await sessions.end_own(uow, actor, session_id)


# --- API keys --------------------------------------------------------------------------------


@router.get("/auth/api-keys", summary="One's own API keys", responses=problems(*IN_PERSON))
async def list_api_keys(actor: CurrentActor, context: Ctx) -> ApiKeysOut:
    """Newest first, revoked ones too."""
    user_id = signed_in_user(actor)
    async with context.database.reading() as session:
        found = await store.list_keys(session, user_id)
    return ApiKeysOut(items=[ApiKeyOut(**_key_fields(key)) for key in found])


@router.post(
    "/auth/api-keys",
    status_code=201,
    summary="Make an API key",
    responses=problems(
        *IN_PERSON, UnknownPermission, WouldEscalate, NetworkInvalid, TooManyApiKeys
    ),
)
async def add_api_key(body: ApiKeyIn, actor: CurrentActor, uow: Uow) -> ApiKeyMadeOut:
    """The secret is told this once."""
    wanted = NewKey(
        name=body.name,
        scopes=body.scopes,
        allowed_networks=body.allowed_networks,
        expires_at=body.expires_at,
    )
    key, secret = await keys.make_key(uow, actor, signed_in_user(actor), wanted)
    return ApiKeyMadeOut(**_key_fields(key), secret=secret)


@router.delete(
    "/auth/api-keys/{api_key_id}",
    status_code=204,
    summary="Revoke an API key",
    responses=problems(*IN_PERSON, ApiKeyNotFound),
)
async def revoke_api_key(api_key_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """It stops working at once."""
    await keys.revoke_key(uow, actor, signed_in_user(actor), api_key_id)


def _key_fields(key: ApiKey) -> dict[str, Any]:
    fields = {name: getattr(key, name) for name in ApiKeyOut.model_fields}
    return {**fields, "prefix": f"{KEY_PREFIX}{key.prefix}"}


# --- roles -----------------------------------------------------------------------------------


@router.get("/roles", summary="List roles", responses=problems(*MANAGING))
async def list_roles(actor: CurrentActor, context: Ctx) -> RolesOut:
    """Built-in roles first, then those of the venues one manages."""
    async with context.database.reading() as session:
        found = await roles.list_roles(session, actor)
    return RolesOut(items=[_role_out(role, count) for role, count in found])


@router.post(
    "/roles",
    status_code=201,
    summary="Make a role",
    responses=problems(*MANAGING, UnknownPermission, WouldEscalate, RoleNameTaken),
)
async def add_role(body: RoleIn, actor: CurrentActor, uow: Uow) -> RoleOut:
    """Of permissions one holds oneself."""
    role = await roles.Roles(uow).add(
        actor, name=body.name, venue_id=body.venue_id, permissions=body.permissions
    )
    return _role_out(role, 0)


@router.patch(
    "/roles/{role_id}",
    summary="Change a role",
    responses=problems(
        *MANAGING, RoleNotFound, RoleBuiltIn, UnknownPermission, WouldEscalate, RoleNameTaken
    ),
)
async def change_role(role_id: UUID, body: RolePatchIn, actor: CurrentActor, uow: Uow) -> RoleOut:
    """It counts at once for everybody who holds the role."""
    role = await roles.Roles(uow).change(
        actor, role_id, name=body.name, permissions=body.permissions
    )
    return _role_out(role, await store.count_holders(uow.session, role_id))


@router.delete(
    "/roles/{role_id}",
    status_code=204,
    summary="Delete a role",
    responses=problems(*MANAGING, RoleNotFound, RoleBuiltIn, RoleInUse, WouldEscalate),
)
async def delete_role(role_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Only while nobody holds it."""
    await roles.Roles(uow).delete(actor, role_id)


@router.get("/permissions", summary="List permissions", responses=problems(*SIGNED_IN))
async def list_permissions(_actor: CurrentActor) -> PermissionsOut:
    """Everything a role can allow."""
    return PermissionsOut(
        items=[PermissionOut.model_validate(PERMISSIONS[name]) for name in sorted(PERMISSIONS)]
    )


def _role_out(role: Role, user_count: int) -> RoleOut:
    return RoleOut(
        id=role.id,
        name=role.name,
        venue_id=role.venue_id,
        built_in=role.built_in is not None,
        permissions=sorted(effective(role.built_in, role.permissions)),
        user_count=user_count,
    )
