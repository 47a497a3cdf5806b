"""Sign-ins: begun, refreshed by rotation, ended.

A refresh token works once. Every token of a session is remembered by its digest, so that the
use of an old one is recognised for what it is: somebody has a copy, and the whole session ends.
The exception is a short grace: when two tabs refresh at once with the same token, the second
one gets a sibling of the first one's new token. Whichever sibling is used next retires the
others, so a thief who raced the owner is found out at the following refresh.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.secrets import digest, new_token
from gameops.core.uow import Origin, UnitOfWork
from gameops.identity.access import store, tokens
from gameops.identity.access.cache import ACCESS_CHANGED
from gameops.identity.access.model import RefreshToken, Session
from gameops.identity.accounts import store as accounts
from gameops.identity.accounts.model import User
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import SessionEnded, SessionNotFound
from gameops.identity.events import SessionRevoked

LIFETIME: Final = timedelta(days=30)
GRACE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a sign-in or a refresh gives its client."""

    user_id: UUID
    session_id: UUID
    access_token: str
    refresh_token: str

    @property
    def expires_in(self) -> int:
        """How long the access token lives, in seconds."""
        return int(tokens.LIFETIME.total_seconds())


async def begin(uow: UnitOfWork, root: bytes, user: User, *, user_agent: str | None) -> Issued:
    """Open a session for somebody who has proved who they are."""
    session = Session(
        id=new_id(),
        user_id=user.id,
        created_at=uow.now,
        last_used_at=uow.now,
        expires_at=uow.now + LIFETIME,
        ip=uow.origin.ip,
        user_agent=user_agent[:300] if user_agent else None,
    )
    uow.session.add(session)
    await uow.session.flush()
    return _issue(uow, root, session)


def _issue(uow: UnitOfWork, root: bytes, session: Session) -> Issued:
    refresh_token = new_token("gor")
    uow.session.add(
        RefreshToken(digest=digest(refresh_token), session_id=session.id, issued_at=uow.now)
    )
    access = tokens.issue(root, user_id=session.user_id, session_id=session.id, now=uow.now)
    return Issued(
        user_id=session.user_id,
        session_id=session.id,
        access_token=access,
        refresh_token=refresh_token,
    )


async def refresh(context: Context, origin: Origin, token: str) -> Issued:
    """Exchange a refresh token; an old one ends its session, and that is kept."""
    async with context.unit_of_work(origin) as uow:
        issued = await _rotate(uow, context.secret, token)
    if issued is None:
        raise SessionEnded
    return issued


async def _rotate(uow: UnitOfWork, root: bytes, token: str) -> Issued | None:
    found = await store.lock_session_of_token(uow.session, digest(token))
    if found is None or not found[0].is_alive(uow.now):
        return None
    session, presented = found
    user = await accounts.get_user(uow.session, session.user_id)
    if not user.is_active:
        return None
    if presented.replaced_at is None:
        await store.replace_tokens(uow.session, session.id, now=uow.now)
    elif uow.now - presented.replaced_at > GRACE:
        await _end_stolen(uow, session, user)
        return None
    session.last_used_at = uow.now
    session.expires_at = uow.now + LIFETIME
    session.ip = uow.origin.ip or session.ip
    return _issue(uow, root, session)


async def _end_stolen(uow: UnitOfWork, session: Session, user: User) -> None:
    await end_where(uow, Session.id == session.id, reason="refresh_token_reused")
    await record_audit(
        uow,
        person(user),
        action="identity.refresh_token_reused",
        subject_type="session",
        subject_id=session.id,
        venue_id=None,
        summary="An old refresh token was used; the sign-in was ended",
    )


async def end_where(uow: UnitOfWork, *wanted: ColumnElement[bool], reason: str) -> list[UUID]:
    """End living sessions; their tokens stop working with the commit."""
    ended = await store.end_sessions(uow.session, wanted, now=uow.now, reason=reason)
    for session_id, user_id in ended:
        uow.record(SessionRevoked(session_id=session_id, user_id=user_id))
        uow.notify(ACCESS_CHANGED, {"session_id": str(session_id)})
    return [session_id for session_id, _ in ended]


async def end_all_of(
    uow: UnitOfWork, user_id: UUID, *, reason: str, but: UUID | None = None
) -> int:
    """End a person's sessions, perhaps but one; how many there were."""
    wanted = [Session.user_id == user_id]
    if but is not None:
        wanted.append(Session.id != but)
    return len(await end_where(uow, *wanted, reason=reason))


async def end_own(uow: UnitOfWork, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sessions."""
    wanted = (Session.id == session_id, Session.user_id == actor.id)
    if not await end_where(uow, *wanted, reason="revoked"):
        raise SessionNotFound(session_id=session_id)
    await record_audit(
        uow,
        actor,
        action="identity.session_revoked",
        subject_type="session",
        subject_id=session_id,
        venue_id=None,
    )


async def end_others(uow: UnitOfWork, actor: Actor, user_id: UUID) -> None:
    """End all of the actor's sessions but the present one."""
    count = await end_all_of(uow, user_id, reason="revoked", but=actor.session_id)
    await record_audit(
        uow,
        actor,
        action="identity.other_sessions_revoked",
        subject_type="user",
        subject_id=user_id,
        venue_id=None,
        detail={"sessions": count},
    )


async def sign_out(uow: UnitOfWork, *, session_id: UUID | None, refresh_token: str | None) -> None:
    """End the session that an access or a refresh token belongs to, if there is one."""
    if session_id is None and refresh_token is not None:
        found = await store.lock_session_of_token(uow.session, digest(refresh_token))
        session_id = found[0].id if found else None
    if session_id is None or not await end_where(
        uow, Session.id == session_id, reason="signed_out"
    ):
        return
    session = await uow.session.get_one(Session, session_id)
    user = await accounts.get_user(uow.session, session.user_id)
    await record_audit(
        uow,
        person(user),
        action="identity.signed_out",
        subject_type="session",
        subject_id=session_id,
        venue_id=None,
    )


def person(user: User) -> Actor:
    """Somebody acting for themselves, before or without a session: with no permissions."""
    return Actor(id=user.id, kind="user", name=user.display_name)
