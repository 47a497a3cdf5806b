"""Identity at the HTTP edge: from a request to an actor, and what the application plugs in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import Actor
from gameops.core.errors import RateLimited, Unauthenticated
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, client_address, get_context
from gameops.identity.access.actors import actor_for_token
from gameops.identity.errors import TooManyAttempts

Grants = Mapping[UUID | None, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueOfMe:
    """A venue as the signed-in person's client needs to know it at once."""

    id: UUID
    name: str
    currency: str
    locale: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOfMe:
    """Where the signed-in person is a customer, and under what id."""

    venue_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MeDetails:
    """What the domains above identity know of the signed-in person."""

    venues: list[VenueOfMe] = field(default_factory=list)
    customer_of: list[CustomerOfMe] = field(default_factory=list)


DescribeMe = Callable[[AsyncSession, UUID, Grants], Awaitable[MeDetails]]
"""What the application may plug in as ``app.state.describe_me``."""


async def authenticate(request: Request) -> Actor:
    """Who is asking, by the ``Authorization`` header; plugged in as ``app.state.authenticate``."""
    token = bearer_token(request)
    if token is None:
        raise Unauthenticated
    return await actor_for_token(await get_context(request), token, ip=client_address(request))


def bearer_token(request: Request) -> str | None:
    """The token of the ``Authorization`` header, if there is one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


async def describe_me(
    request: Request, session: AsyncSession, user_id: UUID, grants: Grants
) -> MeDetails:
    """What the application knows of the person beyond identity."""
    describe: DescribeMe | None = getattr(request.app.state, "describe_me", None)
    return MeDetails() if describe is None else await describe(session, user_id, grants)


def registration_is_open(request: Request) -> bool:
    """Whether people may sign up by themselves: unless ``app.state.registration_open`` is false."""
    is_open: bool = getattr(request.app.state, "registration_open", True)
    return is_open


LOGINS: Final = Rule("identity.login", "30/minute")
REGISTRATIONS: Final = Rule("identity.register", "10/minute")
REFRESHES: Final = Rule("identity.refresh", "120/minute")
RESET_REQUESTS: Final = Rule("identity.forgot", "5/minute")
RESETS: Final = Rule("identity.reset", "10/minute")
PASSWORD_CHECKS: Final = Rule("identity.password", "20/minute")


def guarded(rule: Rule) -> Any:  # noqa: ANN401 -- FastAPI's Depends has no public type
    """Limit one address; the answer is that of a locked account, so that neither is told."""

    async def check(request: Request, context: Ctx) -> None:
        try:
            await context.limits.hit(rule, client_address(request))
        except RateLimited as limited:
            raise TooManyAttempts(retry_after=limited.retry_after) from None

    return Depends(check)
