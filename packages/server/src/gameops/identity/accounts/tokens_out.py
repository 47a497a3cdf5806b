"""The answer to a sign-in, in the body or with the refresh token in a cookie."""

from collections.abc import Mapping
from typing import Final, Literal, TypedDict
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.context import Context
from gameops.identity.access import sessions
from gameops.identity.access import store as access
from gameops.identity.access.sessions import Issued
from gameops.identity.accounts import store
from gameops.identity.accounts.schemas import HeldRoleOut, MeOut, TokensOut, Transport
from gameops.identity.errors import ClientHeaderMissing
from gameops.identity.web import Grants, describe_me

COOKIE: Final = "gameops_refresh"
COOKIE_PATH: Final = "/api/v1/auth"
CLIENT_HEADER: Final = "X-GameOps-Client"


async def tokens_out(
    request: Request, response: Response, context: Context, issued: Issued, transport: Transport
) -> TokensOut:
    """The tokens as the client asked for them."""
    async with context.database.reading() as session:
        me = await me_out(request, session, issued.user_id)
    if transport == "cookie":
        response.set_cookie(
            COOKIE,
            issued.refresh_token,
            max_age=int(sessions.LIFETIME.total_seconds()),
            **_cookie(context),
        )
    response.headers["Cache-Control"] = "no-store"
    return TokensOut(
        access_token=issued.access_token,
        token_type="bearer",  # noqa: S106 -- the name of a scheme
        expires_in=issued.expires_in,
        refresh_token=None if transport == "cookie" else issued.refresh_token,
        user=me,
    )


def forget_cookie(response: Response, context: Context) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, **_cookie(context))


def cookie_token(request: Request) -> str | None:
    """The refresh token of the cookie, which only our own pages may use."""
    token = request.cookies.get(COOKIE)
    if token is not None and CLIENT_HEADER not in request.headers:
        raise ClientHeaderMissing
    return token


class _Cookie(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["strict"]
    secure: bool


def _cookie(context: Context) -> _Cookie:
    """What setting and deleting the cookie have in common."""
    return {
        "path": COOKIE_PATH,
        "httponly": True,
        "samesite": "strict",
        "secure": context.secure_cookies,
    }


async def me_out(
    request: Request, session: AsyncSession, user_id: UUID, grants: Grants | None = None
) -> MeOut:
    """The signed-in person; ``grants`` where a key narrows them."""
    user = await store.get_user(session, user_id)
    held = await access.list_held(session, [user_id])
    if grants is None:
        grants = access.merge_grants((role.venue_id, role.permissions) for role in held)
    details = await describe_me(request, session, user_id, grants)
    return MeOut.model_validate(
        {
            **{name: getattr(user, name) for name in _OWN},
            "permissions": _by_venue(grants),
            "roles": [HeldRoleOut.model_validate(role) for role in held],
            "venues": details.venues,
            "customer_of": details.customer_of,
        }
    )


_OWN: Final = (
    "id",
    "email",
    "username",
    "display_name",
    "phone",
    "locale",
    "totp_enabled",
    "must_change_password",
)


def _by_venue(grants: Mapping[UUID | None, frozenset[str]]) -> dict[str, list[str]]:
    return {
        "*" if venue_id is None else str(venue_id): sorted(permissions)
        for venue_id, permissions in grants.items()
    }
