"""Access tokens: JWTs that name a session, signed with a key for nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
    claims = _verified(root, token)
    if claims.expires_at <= now:  # by the injected clock, which PyJWT does not know
        raise TokenExpired
    return claims


@lru_cache(maxsize=4_096)
def _verified(root: bytes, token: str) -> AccessClaims:
    """What a genuine token says; a token is used many times, and a signature does not age."""
    try:
        claims = jwt.decode(
            token,
            _key(root),
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
        )
        return AccessClaims(
            user_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise TokenInvalid from error


def _key(root: bytes) -> bytes:
    return derive_key(root, "access-token")
