"""From a token to an actor: for HTTP requests and browser WebSockets alike."""

import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from gameops.core.actor import EVERYWHERE, Actor
from gameops.core.context import Context
from gameops.core.networks import within
from gameops.core.secrets import digest
from gameops.identity.access import store, tokens
from gameops.identity.access.cache import AccessCache
from gameops.identity.access.model import ApiKey, Session
from gameops.identity.access.store import Holder
from gameops.identity.errors import SessionEnded, TokenInvalid

KEY_PREFIX: Final = "gok_"
TOUCH_EVERY: Final = timedelta(minutes=1)
_LONGEST: Final = 2_000


async def actor_for_token(context: Context, token: str, *, ip: str | None) -> Actor:
    """Who presents this access token or API key, with what they may do now."""
    if len(token) > _LONGEST:
        raise TokenInvalid
    if token.startswith(KEY_PREFIX):
        return await _actor_for_key(context, token, ip=ip)
    return await _actor_for_session(context, token)


async def _actor_for_session(context: Context, token: str) -> Actor:
    now = context.clock.now()
    claims = tokens.read(context.secret, token, now=now)

    async def load() -> Holder | None:
        async with context.database.reading() as session:
            return await store.find_session_holder(session, claims.session_id)

    cache = context.part(AccessCache)
    holder = await cache.get(str(claims.session_id), load, now=now)
    if holder is None or not isinstance(holder.credential, Session):
        raise SessionEnded
    if not holder.credential.is_alive(now) or holder.user_id != claims.user_id:
        raise SessionEnded
    return Actor(
        id=holder.user_id,
        kind="user",
        name=holder.name,
        session_id=claims.session_id,
        grants=holder.grants,
    )


async def _actor_for_key(context: Context, token: str, *, ip: str | None) -> Actor:
    now = context.clock.now()
    prefix = _prefix_of(token)

    async def load() -> Holder | None:
        async with context.database.reading() as session:
            return await store.find_key_holder(session, prefix)

    holder = await context.part(AccessCache).get(prefix, load, now=now)
    if holder is None or not isinstance(holder.credential, ApiKey):
        raise TokenInvalid
    key = holder.credential
    right = hmac.compare_digest(key.digest, digest(token))
    if not right or not key.is_alive(now) or not within(ip, key.allowed_networks):
        raise TokenInvalid
    if key.last_used_at is None or now - key.last_used_at >= TOUCH_EVERY:
        key.last_used_at = now  # of the cached copy, so that it is written once a minute
        async with context.unit_of_work() as uow:
            await store.touch_key(uow.session, key.id, now=now)
    name = f"{key.name} ({holder.name})"
    return Actor(
        id=holder.user_id, kind="api_key", name=name, grants=narrowed(holder.grants, key.scopes)
    )


def narrowed(
    grants: dict[UUID | None, frozenset[str]], scopes: Iterable[str]
) -> dict[UUID | None, frozenset[str]]:
    """What is left of somebody's grants for a key: never more than the person has now."""
    wanted = frozenset(scopes)
    left = {venue_id: permissions & wanted for venue_id, permissions in grants.items()}
    return {
        venue_id: permissions
        for venue_id, permissions in left.items()
        if permissions or venue_id is not EVERYWHERE
    }


def _prefix_of(token: str) -> str:
    parts = token.split("_", 2)
    if len(parts) != 3 or not parts[1].isascii() or len(parts[1]) > 12:  # noqa: PLR2004 -- gok_id_secret
        raise TokenInvalid
    return parts[1]
