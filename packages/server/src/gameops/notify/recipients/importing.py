"""Recipients that another service knew already."""

from uuid import UUID

from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store as channels
from gameops.notify.recipients import store
from gameops.notify.recipients.addresses import normal_address
from gameops.notify.recipients.model import Recipient, RecipientState
from gameops.notify.recipients.refusals import digest_of


async def import_recipient(
    uow: UnitOfWork,
    *,
    channel_id: UUID,
    kind: str,
    address: str,
    opted_in: bool,
    secret: bytes | None = None,
) -> bool:
    """Take over somebody's consent, or refusal; whether the address was new and understood.

    Whoever is known here already stays as they are: what they said here is newer; so do those
    who opted out here and were forgotten, which takes the installation's ``secret`` to know.
    """
    channel = await channels.get_channel(uow.session, channel_id)
    normal = normal_address(kind, address)
    if normal is None or channel.kind != kind:
        return False
    scope = channel.venue_id
    if await store.lock_by_address(uow.session, venue_id=scope, kind=kind, address=normal):
        return False
    if secret is not None and await store.has_refused(
        uow.session, digest_of(secret, scope, kind, normal)
    ):
        return False
    recipient = Recipient(
        id=new_id(),
        venue_id=scope,
        kind=kind,
        address=normal,
        name="",
        locale="en",
        state=RecipientState.UNCONFIRMED,
        preferences={},
        problem="",
        code_tries=0,
        created_at=uow.now,
    )
    recipient.activate(uow.now)
    if not opted_in:
        recipient.opt_out(uow.now)
    await store.add(uow.session, recipient)
    await store.subscribe(uow.session, recipient.id, [channel_id], now=uow.now)
    return True
