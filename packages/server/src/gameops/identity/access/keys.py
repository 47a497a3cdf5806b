"""API keys: made, listed, revoked."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.secrets import digest, new_code, new_token
from gameops.core.uow import UnitOfWork
from gameops.identity.access import store
from gameops.identity.access.actors import KEY_PREFIX
from gameops.identity.access.cache import ACCESS_CHANGED
from gameops.identity.access.model import ApiKey
from gameops.identity.audit.service import record_audit
from gameops.identity.errors import (
    ApiKeyNotFound,
    NetworkInvalid,
    TooManyApiKeys,
    WouldEscalate,
)
from gameops.identity.permissions import require_known

MOST_KEYS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What a key shall be."""

    name: str
    scopes: Sequence[str]
    allowed_networks: Sequence[str]
    expires_at: datetime | None


async def make_key(
    uow: UnitOfWork, actor: Actor, user_id: UUID, wanted: NewKey
) -> tuple[ApiKey, str]:
    """Make a key, no wider than its owner; the secret is told this once."""
    require_known(wanted.scopes)
    held = frozenset[str]().union(*actor.grants.values())
    if not held.issuperset(wanted.scopes):
        raise WouldEscalate
    living = [k for k in await store.list_keys(uow.session, user_id) if k.is_alive(uow.now)]
    if len(living) >= MOST_KEYS:
        raise TooManyApiKeys
    prefix = new_code(groups=1, size=8).lower()
    secret = new_token(f"{KEY_PREFIX}{prefix}")
    key = ApiKey(
        id=new_id(),
        user_id=user_id,
        name=wanted.name.strip(),
        prefix=prefix,
        digest=digest(secret),
        scopes=sorted(set(wanted.scopes)),
        allowed_networks=[_network(text) for text in wanted.allowed_networks],
        created_at=uow.now,
        expires_at=wanted.expires_at,
    )
    uow.session.add(key)
    await uow.session.flush()
    await _record(uow, actor, "identity.api_key_created", key)
    return key, secret


async def revoke_key(uow: UnitOfWork, actor: Actor, user_id: UUID, key_id: UUID) -> None:
    """End one of one's own keys; repeating it is harmless."""
    key = await store.lock_key(uow.session, key_id)
    if key is None or key.user_id != user_id:
        raise ApiKeyNotFound(api_key_id=key_id)
    if key.revoked_at is not None:
        return
    key.revoked_at = uow.now
    await _record(uow, actor, "identity.api_key_revoked", key)
    uow.notify(ACCESS_CHANGED, {"key": key.prefix})


async def _record(uow: UnitOfWork, actor: Actor, action: str, key: ApiKey) -> None:
    await record_audit(
        uow,
        actor,
        action=action,
        subject_type="api_key",
        subject_id=key.id,
        venue_id=None,
        summary=key.name,
        detail={"prefix": key.prefix, "scopes": list(key.scopes)},
    )


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise NetworkInvalid(field="allowed_networks") from None
