"""Administrators' routes about other people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gameops.core.errors import Forbidden
from gameops.core.paging import Page
from gameops.core.web import Ctx, CurrentActor, Paging, Uow, problems
from gameops.identity.access.grants import RoleAt
from gameops.identity.accounts import directory, users
from gameops.identity.accounts.directory import Listed
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.routes import SIGNED_IN
from gameops.identity.accounts.rules import check_password_strength
from gameops.identity.accounts.schemas import (
    HeldRoleOut,
    LinkSentOut,
    RoleAtIn,
    State,
    UserIn,
    UserOut,
    UserPatchIn,
)
from gameops.identity.accounts.search import UserFilter
from gameops.identity.errors import (
    BelongsElsewhere,
    EmailTaken,
    HashingBusy,
    HoldsMore,
    LastAdmin,
    NoEmail,
    PasswordTooWeak,
    PhoneTaken,
    RoleNotFound,
    RoleOutOfScope,
    UsernameTaken,
    UserNotFound,
    WouldEscalate,
)
from gameops.identity.fields import Words

router = APIRouter(prefix="/users", tags=["identity"])
MANAGING = (*SIGNED_IN, Forbidden)
TAKEN = (EmailTaken, UsernameTaken, PhoneTaken)
ROLES = (RoleNotFound, RoleOutOfScope, WouldEscalate)


async def user_filter(
    q: Annotated[Words | None, Query()] = None,
    role_id: UUID | None = None,
    venue_id: UUID | None = None,
    state: State | None = None,
) -> UserFilter:
    """``?q=&role_id=&venue_id=&state=``."""
    return UserFilter(q=q, role_id=role_id, venue_id=venue_id, state=state)


@router.get("", summary="List people", responses=problems(*MANAGING))
async def list_users(
    wanted: Annotated[UserFilter, Depends(user_filter)],
    page: Paging,
    actor: CurrentActor,
    context: Ctx,
) -> Page[UserOut]:
    """People of the venues one manages, newest first."""
    async with context.database.reading() as session:
        found = await directory.list_users(session, actor, wanted, page)
    return Page(items=[user_out(row) for row in found.rows], next_cursor=found.next_cursor)


@router.post(
    "",
    status_code=201,
    summary="Make an account for somebody",
    responses=problems(*MANAGING, PasswordTooWeak, *TAKEN, *ROLES, HashingBusy),
)
async def add_user(body: UserIn, actor: CurrentActor, uow: Uow) -> UserOut:
    """A password given here must be changed at the first sign-in."""
    password_hash = None
    if body.password is not None:
        directory.managed_venues(actor)  # before the slow hash
        check_password_strength(body.password, names=(body.email, body.username))
        password_hash = await hash_pool().hash(body.password)
    added = await directory.add_user(
        uow,
        actor,
        _roles_at(body.roles),
        display_name=body.display_name,
        password_hash=password_hash,
        email=body.email,
        username=body.username,
        phone=body.phone,
        locale=body.locale,
    )
    return user_out(added)


@router.get("/{user_id}", summary="One person", responses=problems(*MANAGING, UserNotFound))
async def get_user(user_id: UUID, actor: CurrentActor, context: Ctx) -> UserOut:
    """A person of the venues one manages."""
    async with context.database.reading() as session:
        return user_out(await directory.get_user(session, actor, user_id))


@router.patch(
    "/{user_id}",
    summary="Change a person or their roles",
    responses=problems(
        *MANAGING, UserNotFound, HoldsMore, BelongsElsewhere, LastAdmin, *TAKEN, *ROLES
    ),
)
async def change_user(user_id: UUID, body: UserPatchIn, actor: CurrentActor, uow: Uow) -> UserOut:
    """``roles`` replaces the person's roles in the venues one manages."""
    changes: users.UserChanges = body.model_dump(exclude_unset=True, exclude={"roles"})  # type: ignore[assignment]  # its fields are these
    roles = None if body.roles is None else _roles_at(body.roles)
    return user_out(await directory.change_user(uow, actor, user_id, changes, roles))


@router.post(
    "/{user_id}/reset-password",
    summary="Send somebody a reset link",
    responses=problems(*MANAGING, UserNotFound, HoldsMore, BelongsElsewhere, NoEmail),
)
async def send_reset_link(user_id: UUID, actor: CurrentActor, uow: Uow) -> LinkSentOut:
    """The mail leaves in the background."""
    await directory.send_reset_link(uow, actor, user_id)
    return LinkSentOut(link_sent=True)


@router.delete(
    "/{user_id}/sessions",
    status_code=204,
    summary="Sign somebody out everywhere",
    responses=problems(*MANAGING, UserNotFound, HoldsMore, BelongsElsewhere),
)
async def end_sessions(user_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """All of the person's sign-ins end."""
    await directory.end_sessions(uow, actor, user_id)


def user_out(listed: Listed) -> UserOut:
    """A person as the client sees them."""
    user = listed.user
    own = {name: getattr(user, name) for name in UserOut.model_fields if name != "roles"}
    roles = [HeldRoleOut.model_validate(role) for role in listed.roles]
    return UserOut.model_validate({**own, "roles": roles})


def _roles_at(roles: list[RoleAtIn]) -> list[RoleAt]:
    return [RoleAt(role.role_id, role.venue_id) for role in roles]
