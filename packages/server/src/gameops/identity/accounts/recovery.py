"""A new password by e-mail: a link that works once, for half an hour.

The request only leaves a job, whoever asked and whether or not the address is known, so that
its answer and its time say nothing. The job makes the token, so that no secret lies in the
queue, and sends the mail outside every transaction.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.jobs import JobRequest, defer
from gameops.core.mail import Mail
from gameops.core.secrets import digest, new_token
from gameops.core.uow import Origin, UnitOfWork
from gameops.identity.access import sessions
from gameops.identity.accounts import store
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.model import PasswordReset, User
from gameops.identity.accounts.rules import check_password_strength
from gameops.identity.accounts.sign_in import guard_key
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import ResetTokenInvalid

SEND: Final = "identity.send_password_reset"
LIFETIME: Final = timedelta(minutes=30)

_TEXT: Final = """Hello {name},

somebody asked for a new password for your GameOps account. To choose one, open

{link}

The link works once, for {minutes} minutes. If it was not you, ignore this message:
your password has not been changed.
"""


async def ask(uow: UnitOfWork, *, email: str) -> None:
    """Leave the job that sends a link, if there is anybody to send it to."""
    await defer(uow.session, [JobRequest(task=SEND, args={"email": email})])


async def ask_for(uow: UnitOfWork, user_id: UUID) -> None:
    """Leave the job that sends a link to a known person."""
    await defer(uow.session, [JobRequest(task=SEND, args={"user_id": str(user_id)})])


async def send_link(context: Context, args: JsonObject) -> None:
    """Make a link and mail it; earlier links stop working."""
    async with context.unit_of_work() as uow:
        user = await _addressee(uow.session, args)
        if user is None:
            return
        token = await _make_token(uow, user)
    link = f"{context.public_url.rstrip('/')}/reset?token={token}"
    minutes = int(LIFETIME.total_seconds() // 60)
    text = _TEXT.format(name=user.display_name, link=link, minutes=minutes)
    await context.mailer.send(Mail(to=user.email or "", subject="Your GameOps password", text=text))


async def _addressee(session: AsyncSession, args: JsonObject) -> User | None:
    if "user_id" in args:
        user: User | None = await session.get(User, UUID(args["user_id"]))
    else:
        user = await store.find_by_identifier(session, args["email"])
    return user if user is not None and user.is_active and user.email else None


async def _make_token(uow: UnitOfWork, user: User) -> str:
    token = new_token("gop")
    await store.forget_resets(uow.session, user.id)
    uow.session.add(
        PasswordReset(
            digest=digest(token),
            user_id=user.id,
            created_at=uow.now,
            expires_at=uow.now + LIFETIME,
        )
    )
    await record_audit(
        uow,
        SYSTEM,
        action="identity.password_reset_sent",
        subject_type="user",
        subject_id=user.id,
        venue_id=None,
        summary=user.display_name,
    )
    return token


async def reset(context: Context, origin: Origin, *, token: str, password: str) -> None:
    """Set a new password by a link, and end every sign-in of the account."""
    async with context.database.reading() as session:
        found = await session.get(PasswordReset, digest(token))
        if found is None or not found.is_usable(context.clock.now()):
            raise ResetTokenInvalid
        user = await store.get_user(session, found.user_id)
    check_password_strength(password, names=(user.email, user.username))
    password_hash = await hash_pool().hash(password)
    async with context.unit_of_work(origin) as uow:
        link = await store.lock_reset(uow.session, digest(token))
        user = await store.lock_user(uow.session, user.id)
        if link is None or not link.is_usable(uow.now) or not user.is_active:
            raise ResetTokenInvalid
        link.used_at = uow.now
        user.password_hash, user.must_change_password = password_hash, False
        await sessions.end_all_of(uow, user.id, reason="password_reset")
        await store.forget_guard(uow.session, guard_key(context, user, ""))
        await record_audit(
            uow,
            sessions.person(user),
            action="identity.password_reset",
            subject_type="user",
            subject_id=user.id,
            venue_id=None,
            summary=user.display_name,
        )
