"""What an installation needs before anybody can sign in."""

import secrets

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.uow import UnitOfWork
from gameops.identity.access import grants, sessions
from gameops.identity.access import store as access
from gameops.identity.accounts import store as accounts
from gameops.identity.accounts import users
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.model import ACTIVE
from gameops.identity.accounts.rules import check_password_strength
from gameops.identity.accounts.sign_in import guard_key
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import UserNotFound


async def ensure_built_in_roles(uow: UnitOfWork) -> None:
    """Make sure that Admin, Staff and Customer exist; harmless when they do."""
    await access.add_built_in_roles(uow.session, now=uow.now)


async def ensure_first_admin(
    context: Context, *, email: str, password: str | None
) -> tuple[str, str | None]:
    """Make the first administrator, once; the password is returned only when it was made here."""
    async with context.unit_of_work() as uow:
        await ensure_built_in_roles(uow)
        if await access.has_admin(uow.session):
            return email, None
    if password is not None:
        check_password_strength(password, names=(email,))
    made = password or secrets.token_urlsafe(15)
    password_hash = await hash_pool().hash(made)
    async with context.unit_of_work() as uow:
        if await access.has_admin(uow.session):  # another process was faster
            return email, None
        user = await users.add_user(
            uow,
            SYSTEM,
            display_name="Administrator",
            email=email,
            password_hash=password_hash,
            must_change_password=password is None,
        )
        await grants.grant_role(uow, SYSTEM, user.id, role="admin", venue_id=None)
    return email, made


async def reset_admin(context: Context, *, email: str) -> str:
    """A new password for somebody locked out, from the machine's own command line.

    Lifts lockout and second factor, makes sure that the account administers, ends its sign-ins.
    """
    made = secrets.token_urlsafe(15)
    password_hash = await hash_pool().hash(made)
    async with context.unit_of_work() as uow:
        found = await accounts.find_by_identifier(uow.session, email)
        if found is None:
            raise UserNotFound(f"Nobody has the e-mail address {email}.")
        user = await accounts.lock_user(uow.session, found.id)
        user.password_hash, user.must_change_password, user.state = password_hash, True, ACTIVE
        user.totp_secret = user.totp_enabled_at = None
        await accounts.forget_guard(uow.session, guard_key(context, user, email))
        await grants.grant_role(uow, SYSTEM, user.id, role="admin", venue_id=None)
        await sessions.end_all_of(uow, user.id, reason="admin_reset")
        await record_audit(
            uow,
            SYSTEM,
            action="identity.admin_reset",
            subject_type="user",
            subject_id=user.id,
            venue_id=None,
            summary=user.display_name,
        )
    return made
