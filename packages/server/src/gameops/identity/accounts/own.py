"""What people do with their own account: sign up, change the password, a second factor."""

from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from gameops.core.actor import SYSTEM, Actor
from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.core.uow import Origin, UnitOfWork
from gameops.identity.access import grants, sessions
from gameops.identity.access.sessions import Issued
from gameops.identity.accounts import second_factor, sign_in, store, users
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.model import User
from gameops.identity.accounts.rules import check_password_strength
from gameops.identity.accounts.second_factor import TotpSetup
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import (
    PasswordWrong,
    SecondFactorWrong,
    SignInNeeded,
    TotpAlreadyOn,
    TotpNotSetUp,
    WrongCredentials,
)
from gameops.identity.events import UserRegistered


def signed_in_user(actor: Actor) -> UUID:
    """The id of the person who is asking in person, not by an API key."""
    if actor.kind != "user" or actor.id is None:
        raise SignInNeeded
    return actor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What somebody signs up with."""

    display_name: str
    password: str
    venue_id: UUID | None
    date_of_birth: date | None
    user_agent: str | None


async def register(
    context: Context, origin: Origin, wanted: Registration, **fields: Unpack[users.NewUser]
) -> Issued:
    """Make a customer's account and sign its owner in."""
    check_password_strength(wanted.password, names=(fields.get("email"), fields.get("username")))
    password_hash = await hash_pool().hash(wanted.password)
    async with context.unit_of_work(origin) as uow:
        user = await users.add_user(
            uow, None, display_name=wanted.display_name, password_hash=password_hash, **fields
        )
        user.last_login_at = uow.now
        await grants.grant_role(uow, SYSTEM, user.id, role="customer", venue_id=wanted.venue_id)
        registered = UserRegistered(
            user_id=user.id, venue_id=wanted.venue_id, date_of_birth=wanted.date_of_birth
        )
        uow.record(registered)
        return await sessions.begin(uow, context.secret, user, user_agent=wanted.user_agent)


async def change_password(
    context: Context, origin: Origin, actor: Actor, *, current: str, new: str
) -> None:
    """Change the password; every other sign-in ends."""
    user = await _self(context, actor)
    check_password_strength(new, names=(user.email, user.username), field="new")

    async def change(uow: UnitOfWork, user: User) -> Problem | None:
        user.password_hash, user.must_change_password = new_hash, False
        await sessions.end_all_of(uow, user.id, reason="password_changed", but=actor.session_id)
        await _record(uow, actor, "identity.password_changed", user)
        return None

    new_hash = await hash_pool().hash(new)
    await _prove_again(context, origin, user, current, change)


async def set_up_totp(context: Context, uow: UnitOfWork, actor: Actor) -> TotpSetup:
    """Make a secret for the authenticator app; nothing changes until a code confirms it."""
    user = await store.lock_user(uow.session, signed_in_user(actor))
    if user.totp_enabled:
        raise TotpAlreadyOn
    return second_factor.set_up(context.secret, user)


async def enable_totp(context: Context, uow: UnitOfWork, actor: Actor, *, code: str) -> list[str]:
    """Switch the second factor on; the recovery codes are shown this once."""
    user = await store.lock_user(uow.session, signed_in_user(actor))
    if user.totp_enabled:
        raise TotpAlreadyOn
    if user.totp_secret is None:
        raise TotpNotSetUp
    if not second_factor.accept_totp(context.secret, user, code, now=uow.now):
        raise SecondFactorWrong
    user.totp_enabled_at = uow.now
    await _record(uow, actor, "identity.second_factor_enabled", user)
    return await second_factor.new_recovery_codes(uow, context.secret, user)


async def disable_totp(
    context: Context, origin: Origin, actor: Actor, *, password: str, code: str
) -> None:
    """Switch the second factor off, which takes both factors."""
    user = await _self(context, actor)
    if not user.totp_enabled:
        raise TotpNotSetUp

    async def disable(uow: UnitOfWork, user: User) -> Problem | None:
        if not await second_factor.accept(uow, context.secret, user, code):
            return SecondFactorWrong()
        user.switch_totp_off()
        await store.replace_recovery_codes(uow.session, user.id, ())
        await _record(uow, actor, "identity.second_factor_disabled", user)
        return None

    await _prove_again(context, origin, user, password, disable)


async def _self(context: Context, actor: Actor) -> User:
    async with context.database.reading() as session:
        return await store.get_user(session, signed_in_user(actor))


async def _prove_again(
    context: Context, origin: Origin, user: User, password: str, then: sign_in.Then[None]
) -> None:
    try:
        await sign_in.prove(context, origin, user, identifier="", password=password, then=then)
    except WrongCredentials as error:  # 401 would tell the client that its session is over
        raise PasswordWrong from error


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
