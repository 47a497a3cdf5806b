"""The only SQL about people."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.identity.access.model import RoleGrant
from gameops.identity.accounts.model import PasswordReset, RecoveryCode, SignInGuard, User
from gameops.identity.accounts.rules import normal_phone
from gameops.identity.errors import EmailTaken, PhoneTaken, Taken, UsernameTaken, UserNotFound

_TAKEN: Final[dict[str, tuple[type[Taken], str]]] = {
    "uq_identity_user_email": (EmailTaken, "email"),
    "uq_identity_user_username": (UsernameTaken, "username"),
    "uq_identity_user_phone": (PhoneTaken, "phone"),
}


async def get_user(session: AsyncSession, user_id: UUID) -> User:
    """Load one person."""
    user = await session.get(User, user_id)
    if user is None:
        raise UserNotFound(user_id=user_id)
    return user


async def lock_user(session: AsyncSession, user_id: UUID) -> User:
    """Load one person for change."""
    query = select(User).where(User.id == user_id).with_for_update()
    user = await session.scalar(query.execution_options(populate_existing=True))
    if user is None:
        raise UserNotFound(user_id=user_id)
    return user


async def find_by_identifier(session: AsyncSession, identifier: str) -> User | None:
    """The person with this e-mail address, user name or phone number."""
    wanted = identifier.strip()
    if "@" in wanted:
        condition = func.lower(User.email) == wanted.lower()
    elif any(character.isalpha() for character in wanted):
        condition = func.lower(User.username) == wanted.lower()
    else:
        condition = func.lower(User.phone) == normal_phone(wanted)
    found: User | None = await session.scalar(select(User).where(condition))
    return found


async def list_users(session: AsyncSession, ids: Collection[UUID]) -> list[User]:
    """The people with these ids."""
    return list(await session.scalars(select(User).where(User.id.in_(ids)))) if ids else []


async def search_ids(
    session: AsyncSession, words: str, *, venue_id: UUID | None, limit: int
) -> list[UUID]:
    """Ids of the people whose name or address contains the words."""
    query = select(User.id).where(mentions(words)).order_by(User.id.desc()).limit(limit)
    if venue_id is not None:
        here = select(RoleGrant.user_id).where(RoleGrant.venue_id == venue_id)
        query = query.where(User.id.in_(here))
    return list(await session.scalars(query))


def mentions(words: str) -> ColumnElement[bool]:
    """Whether a person's name or address contains the words."""
    columns = (User.display_name, User.username, User.email, User.phone)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


async def save_user(session: AsyncSession, user: User) -> None:
    """Write a new or changed person; unique indexes decide whose name it is."""
    try:
        async with session.begin_nested():
            session.add(user)
            await session.flush()
    except IntegrityError as error:
        raise _taken(error) from error


def _taken(error: IntegrityError) -> Exception:
    taken = _TAKEN.get(violated_constraint(error))
    if taken is None:
        return error
    kind, field = taken
    return kind(field=field)


def violated_constraint(error: IntegrityError) -> str:
    """The name of the constraint or unique index that refused a write."""
    cause = error.orig.__cause__ if error.orig else None
    return getattr(cause, "constraint_name", None) or ""


# --- guarding against guessing ---------------------------------------------------------------


async def find_guard(session: AsyncSession, key: bytes) -> SignInGuard | None:
    """The failures counted under a key."""
    return await session.get(SignInGuard, key, populate_existing=True)


async def lock_guard(session: AsyncSession, key: bytes, *, now: datetime) -> SignInGuard:
    """The failures counted under a key, for change; made when there were none."""
    row = {"key": key, "failures": 0, "last_at": now}
    await session.execute(insert(SignInGuard).values(row).on_conflict_do_nothing())
    query = select(SignInGuard).where(SignInGuard.key == key).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def forget_guard(session: AsyncSession, key: bytes) -> None:
    """Nothing has failed any more."""
    await session.execute(delete(SignInGuard).where(SignInGuard.key == key))


# --- recovery codes and reset links ----------------------------------------------------------


async def replace_recovery_codes(
    session: AsyncSession, user_id: UUID, digests: Collection[bytes]
) -> None:
    """Make these the person's only recovery codes."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, digest=digest) for digest in digests)


async def use_recovery_code(
    session: AsyncSession, user_id: UUID, digest: bytes, *, now: datetime
) -> bool:
    """Spend a code; false when there is none or it was spent before."""
    spent = await session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == digest,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.user_id)
    )
    return spent is not None


async def lock_reset(session: AsyncSession, digest: bytes) -> PasswordReset | None:
    """The reset link with this digest, for use."""
    query = select(PasswordReset).where(PasswordReset.digest == digest).with_for_update()
    found: PasswordReset | None = await session.scalar(query)
    return found


async def forget_resets(session: AsyncSession, user_id: UUID) -> None:
    """No earlier link of the person's works any more."""
    await session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))


async def forget_old(session: AsyncSession, *, before: datetime) -> None:
    """Delete reset links that ran out, and failures that nobody has repeated, before then."""
    await session.execute(delete(PasswordReset).where(PasswordReset.expires_at < before))
    await session.execute(delete(SignInGuard).where(SignInGuard.last_at < before))
