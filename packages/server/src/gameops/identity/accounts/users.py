"""People made, found and changed, for identity's own routes and for the other domains."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypedDict, Unpack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import EVERYWHERE, Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.access import grants, sessions
from gameops.identity.access import store as access
from gameops.identity.access.cache import ACCESS_CHANGED
from gameops.identity.accounts import store
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.model import ACTIVE, DISABLED, User
from gameops.identity.accounts.rules import check_password_strength, normal_phone
from gameops.identity.audit.service import record_audit
from gameops.identity.events import UserUpdated

DEFAULT_LOCALE: Final = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSummary:
    """What other domains know of a person."""

    id: UUID
    display_name: str
    email: str | None
    username: str | None
    phone: str | None
    locale: str
    state: str


class UserChanges(TypedDict, total=False):
    """What may be changed of a person; what is left out stays."""

    display_name: str
    email: str | None
    username: str | None
    phone: str | None
    locale: str
    state: str


class NewUser(TypedDict, total=False):
    """What a new person may come with."""

    email: str | None
    username: str | None
    phone: str | None
    locale: str | None


def summary(user: User) -> UserSummary:
    """A person as other domains see them."""
    return UserSummary(
        id=user.id,
        display_name=user.display_name,
        email=user.email,
        username=user.username,
        phone=user.phone,
        locale=user.locale,
        state=user.state,
    )


async def get_user(session: AsyncSession, user_id: UUID) -> UserSummary:
    """One person, or :class:`UserNotFound`."""
    return summary(await store.get_user(session, user_id))


async def find_user_by_identifier(session: AsyncSession, identifier: str) -> UserSummary | None:
    """The person with this e-mail address, user name or phone number."""
    user = await store.find_by_identifier(session, identifier)
    return summary(user) if user else None


async def summaries(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, UserSummary]:
    """Many people at once, by id; unknown ids are left out."""
    return {user.id: summary(user) for user in await store.list_users(session, ids)}


async def search_user_ids(
    session: AsyncSession, q: str, *, venue_id: UUID | None = None, limit: int = 200
) -> list[UUID]:
    """Ids of people whose name or address contains ``q``; of one venue's people, if given."""
    return await store.search_ids(session, q, venue_id=venue_id, limit=limit)


async def create_user(
    uow: UnitOfWork,
    actor: Actor,
    *,
    display_name: str,
    password: str | None = None,
    **fields: Unpack[NewUser],
) -> UserSummary:
    """Make an account; without a password nobody can sign in to it until a reset."""
    password_hash = None
    if password is not None:
        check_password_strength(password, names=(fields.get("email"), fields.get("username")))
        password_hash = await hash_pool().hash(password)
    user = await add_user(
        uow, actor, display_name=display_name, password_hash=password_hash, **fields
    )
    return summary(user)


async def add_user(
    uow: UnitOfWork,
    actor: Actor | None,
    *,
    display_name: str,
    password_hash: str | None,
    must_change_password: bool = False,
    **fields: Unpack[NewUser],
) -> User:
    """Store a new account; ``actor=None`` means that they made it themselves."""
    phone = fields.get("phone")
    user = User(
        id=new_id(),
        display_name=display_name.strip(),
        email=(fields.get("email") or "").strip() or None,
        username=(fields.get("username") or "").strip() or None,
        phone=normal_phone(phone) if phone else None,
        locale=fields.get("locale") or DEFAULT_LOCALE,
        state=ACTIVE,
        password_hash=password_hash,
        must_change_password=must_change_password,
        created_at=uow.now,
    )
    await store.save_user(uow.session, user)
    await record_audit(
        uow,
        actor or sessions.person(user),
        action="identity.user_created" if actor else "identity.user_registered",
        subject_type="user",
        subject_id=user.id,
        venue_id=None,
        summary=user.display_name,
    )
    return user


async def update_user(
    uow: UnitOfWork, actor: Actor, user_id: UUID, **changes: Unpack[UserChanges]
) -> UserSummary:
    """Change somebody's account, unless they hold permissions the actor does not hold.

    The caller has checked that the actor may change this kind of person at all.
    """
    user = await store.lock_user(uow.session, user_id)
    if actor.id != user_id:
        grants.require_covering(actor, await access.list_held(uow.session, [user_id]))
    await change_user(uow, actor, user, changes)
    return summary(user)


async def change_user(uow: UnitOfWork, actor: Actor, user: User, changes: UserChanges) -> None:
    """Apply changes to a locked account and do what follows from them."""
    changed = _apply(user, changes)
    if not changed:
        return
    if "state" in changed and user.state == DISABLED:
        await _shut_out(uow, user)
    await store.save_user(uow.session, user)
    await record_audit(
        uow,
        actor,
        action="identity.user_updated",
        subject_type="user",
        subject_id=user.id,
        venue_id=None,
        summary=user.display_name,
        detail={"changed": changed, "state": user.state},
    )
    uow.record(UserUpdated(user_id=user.id))
    uow.notify(ACCESS_CHANGED, {"user_id": str(user.id)})


async def reset_second_factor(uow: UnitOfWork, actor: Actor, user_id: UUID) -> None:
    """Switch off somebody's second factor when they have lost it, and end their sign-ins."""
    user = await store.lock_user(uow.session, user_id)
    grants.require_covering(actor, await access.list_held(uow.session, [user_id]))
    user.switch_totp_off()
    await store.replace_recovery_codes(uow.session, user_id, ())
    await sessions.end_all_of(uow, user_id, reason="second_factor_reset")
    await record_audit(
        uow,
        actor,
        action="identity.second_factor_reset",
        subject_type="user",
        subject_id=user_id,
        venue_id=None,
        summary=user.display_name,
    )


def _apply(user: User, changes: UserChanges) -> list[str]:
    changed = []
    for name, given in changes.items():
        value = given.strip() if isinstance(given, str) else given
        if name == "phone" and isinstance(value, str):
            value = normal_phone(value)
        if getattr(user, name) != (value or None):
            setattr(user, name, value or None)
            changed.append(name)
    return sorted(changed)


async def _shut_out(uow: UnitOfWork, user: User) -> None:
    held = await access.list_held(uow.session, [user.id])
    if any(r.role_id == access.ADMIN_ID and r.venue_id is EVERYWHERE for r in held):
        await grants.require_other_admin(uow, user.id)
    await sessions.end_all_of(uow, user.id, reason="user_disabled")
