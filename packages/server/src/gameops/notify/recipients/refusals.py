"""Whoever said STOP is left alone, even when the recipient has been forgotten since.

What is kept is a keyed digest of scope, kind and address: it answers "is it this one?" and nothing
else. Only the phone itself ends it, by writing START.
"""

from typing import Final
from uuid import UUID

from gameops.core.secrets import keyed_digest
from gameops.core.uow import UnitOfWork
from gameops.notify.errors import OptedOut
from gameops.notify.recipients import store
from gameops.notify.recipients.model import Recipient, RecipientState

PURPOSE: Final = "notify.refusal"


def digest_of(root: bytes, venue_id: UUID | None, kind: str, address: str) -> bytes:
    """What is kept of an address."""
    return keyed_digest(root, PURPOSE, f"{venue_id or ''}:{kind}:{address}")


async def keep(uow: UnitOfWork, root: bytes, recipient: Recipient) -> None:
    """Remember the refusal of a recipient that is about to be forgotten, if it refused."""
    if recipient.state == RecipientState.OPTED_OUT and recipient.kind != "webpush":
        place = recipient.venue_id, recipient.kind, recipient.address
        await store.add_refusal(uow.session, digest_of(root, *place), now=uow.now)


async def require_none(
    uow: UnitOfWork, root: bytes, *, venue_id: UUID | None, kind: str, address: str
) -> None:
    """Refuse an address that has opted out in this scope."""
    if await store.has_refused(uow.session, digest_of(root, venue_id, kind, address)):
        raise OptedOut(field="address")
