"""Access tokens: JWTs that name a session, signed with a key for nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import jwt

from gameops.core.secrets import derive_key
from gameops.identity.errors import TokenExpired, TokenInvalid

LIFETIME: Final = timedelta(minutes=15)
_ALGORITHM: Final = "HS256"
_ISSUER: Final = "gameops"
_CLAIMS: Final = ["sub", "sid", "exp", "iat", "iss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What an access token says."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


def issue(root: bytes, *, user_id: UUID, session_id: UUID, now: datetime) -> str:
    """A token for the next quarter of an hour."""
    claims = {
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "iss": _ISSUER,
    }
    return jwt.encode(claims, _key(root), algorithm=_ALGORITHM)


def read(root: bytes, token: str, *, now: datetime) -> AccessClaims:
    """The claims of a token of ours that has not run out."""
    try:
        claims = jwt.decode(
            token,
            _key(root),
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
        )
        expires_at = datetime.fromtimestamp(int(claims["exp"]), now.tzinfo)
        user_id, session_id = UUID(claims["sub"]), UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise TokenInvalid from error
    if expires_at <= now:  # by the injected clock, which PyJWT does not know
        raise TokenExpired
    return AccessClaims(user_id=user_id, session_id=session_id, expires_at=expires_at)


def _key(root: bytes) -> bytes:
    return derive_key(root, "access-token")
