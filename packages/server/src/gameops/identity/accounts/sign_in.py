"""Checking a password, with everything that makes guessing slow and tells a guesser nothing.

An account that does not exist costs the same work, gives the same answer and is locked in the
same way as one that does. Failures are counted per account, or per name where there is no
account. The count is looked at before the password is hashed and again after it, so that
guessing in parallel gains nothing over guessing one by one.
"""

import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from gameops.core.actor import ANONYMOUS
from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.core.secrets import keyed_digest
from gameops.core.uow import Origin, UnitOfWork
from gameops.identity.access import sessions
from gameops.identity.access.sessions import Issued
from gameops.identity.accounts import second_factor, store
from gameops.identity.accounts.hashing import hash_pool
from gameops.identity.accounts.model import SignInGuard, User
from gameops.identity.accounts.rules import PASSWORD_MAX, normal_identifier
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import (
    SecondFactorRequired,
    SecondFactorWrong,
    TooManyAttempts,
    WrongCredentials,
)

T = TypeVar("T")

FAILURES_ALLOWED: Final = 5
FIRST_LOCK: Final = timedelta(seconds=30)
LONGEST_LOCK: Final = timedelta(minutes=15)

Then = Callable[[UnitOfWork, User], Awaitable[T | Problem]]
"""What the right password leads to; a problem is returned, not raised, so that it is kept."""


async def login(
    context: Context,
    origin: Origin,
    *,
    identifier: str,
    password: str,
    code: str | None,
    user_agent: str | None,
) -> Issued:
    """Sign somebody in."""

    async def begin(uow: UnitOfWork, user: User) -> Issued | Problem:
        if user.totp_enabled:
            if not code:
                return SecondFactorRequired()
            if not await second_factor.accept(uow, context.secret, user, code):
                return SecondFactorWrong()
        user.last_login_at = uow.now
        issued = await sessions.begin(uow, context.secret, user, user_agent=user_agent)
        await store.forget_guard(uow.session, guard_key(context, user, identifier))
        await record_audit(
            uow,
            sessions.person(user),
            action="identity.signed_in",
            subject_type="session",
            subject_id=issued.session_id,
            venue_id=None,
            summary=user.display_name,
            detail={"second_factor": user.totp_enabled},
        )
        return issued

    async with context.database.reading() as session:
        user = await store.find_by_identifier(session, identifier)
    return await prove(context, origin, user, identifier=identifier, password=password, then=begin)


async def check_password(context: Context, *, identifier: str, password: str) -> UUID:
    """Whose password this is, under the same protections as a sign-in.

    For gaming stations, which cannot ask for a second factor.
    """

    async def accept(uow: UnitOfWork, user: User) -> UUID | Problem:
        # Whoever has the password but not the second factor must not reset the count with it.
        if not user.totp_enabled:
            await store.forget_guard(uow.session, guard_key(context, user, identifier))
        return user.id

    async with context.database.reading() as session:
        user = await store.find_by_identifier(session, identifier)
    return await prove(
        context, Origin(), user, identifier=identifier, password=password, then=accept
    )


async def prove(
    context: Context,
    origin: Origin,
    user: User | None,
    *,
    identifier: str,
    password: str,
    then: Then[T],
) -> T:
    """Check a password and go on with ``then`` in the transaction that notes the outcome."""
    key = guard_key(context, user, identifier)
    async with context.database.reading() as session:
        _require_open(await store.find_guard(session, key), context.clock.now())
    usable = user is not None and user.is_active and len(password) <= PASSWORD_MAX
    stored = user.password_hash if user is not None and usable else None
    right, fresh = await hash_pool().verify(password[:PASSWORD_MAX], stored)
    async with context.unit_of_work(origin) as uow:
        _require_open(await store.find_guard(uow.session, key), uow.now)
        outcome: T | Problem = WrongCredentials()
        if right and user is not None:
            user = await store.lock_user(uow.session, user.id)
            if user.is_active and user.password_hash == stored:
                user.password_hash = fresh or user.password_hash
                outcome = await then(uow, user)
        if isinstance(outcome, WrongCredentials | SecondFactorWrong):
            await _note_failure(uow, key, user, outcome)
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def guard_key(context: Context, user: User | None, identifier: str) -> bytes:
    """Under what failures are counted: the account, or the name where there is none."""
    name = f"user:{user.id}" if user else f"name:{normal_identifier(identifier)}"
    return keyed_digest(context.secret, "sign-in-guard", name)


def _require_open(guard: SignInGuard | None, now: datetime) -> None:
    if guard is not None and guard.locked_until is not None and now < guard.locked_until:
        left = (guard.locked_until - now).total_seconds()
        raise TooManyAttempts(retry_after=max(1, math.ceil(left)))


async def _note_failure(uow: UnitOfWork, key: bytes, user: User | None, problem: Problem) -> None:
    guard = await store.lock_guard(uow.session, key, now=uow.now)
    guard.failures += 1
    guard.last_at = uow.now
    lock = lock_after(guard.failures)
    guard.locked_until = uow.now + lock if lock else None
    await record_audit(
        uow,
        ANONYMOUS,
        action="identity.sign_in_locked" if lock else "identity.sign_in_failed",
        subject_type="user",
        subject_id=user.id if user else None,
        venue_id=None,
        summary=user.display_name if user else "An unknown name",
        detail={"code": problem.code, "failures": guard.failures},
    )


def lock_after(failures: int) -> timedelta | None:
    """How long a name waits after so many failures in a row."""
    if failures < FAILURES_ALLOWED:
        return None
    lock = FIRST_LOCK
    for _ in range(min(failures - FAILURES_ALLOWED, 10)):
        lock *= 2
    return min(lock, LONGEST_LOCK)
