"""What an installation needs before anybody can sign in."""

import secrets

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.uow import UnitOfWork
from gameops.identity.access import grants
from gameops.identity.access import store as access
from gameops.identity.accounts import users
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.rules import check_password_strength


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
