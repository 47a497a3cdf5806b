"""Managing recipients: staff for a scope, and everybody for themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.errors import Forbidden
from gameops.core.ids import new_id
from gameops.core.paging import PageRequest, Slice
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.channels import store as channels
from gameops.notify.deliveries import store as deliveries
from gameops.notify.deliveries.model import Delivery
from gameops.notify.errors import AddressInvalid, ChannelNotFound, OptedOut, RecipientNotFound
from gameops.notify.permissions import MANAGE, VIEW
from gameops.notify.recipients import refusals, store
from gameops.notify.recipients.addresses import mask, normal_address
from gameops.notify.recipients.codes import Verdict, check_code, send_code
from gameops.notify.recipients.model import Recipient, RecipientState
from gameops.notify.scoping import require_scope
from gameops.notify.topics import say_delivered

BY_CODE: Final = frozenset({"sms", "whatsapp", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A recipient as one may see it."""

    recipient: Recipient
    address: str
    channel_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRecipient:
    """Somebody to write to."""

    venue_id: UUID | None
    kind: str
    address: str
    name: str
    locale: str
    channel_ids: Collection[UUID]
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """What people who manage a scope do with its recipients."""

    uow: UnitOfWork
    actor: Actor
    context: Context

    async def search(self, wanted: store.RecipientFilter, page: PageRequest) -> Slice[Shown]:
        """Recipients of the scopes that the caller may see, newest first."""
        if wanted.venue_id is not None:
            self.actor.require(VIEW, venue_id=wanted.venue_id)
        venues = self.actor.venues_with(VIEW)
        if venues is not None and not venues:
            raise Forbidden(permission=VIEW)
        wanted = replace(wanted, venues=venues, whole_addresses=self.actor.venues_with(MANAGE))
        found = await store.list_recipients(self.uow.session, wanted, page)
        return Slice(await self.shown(found.rows), found.next_cursor)

    async def shown(self, recipients: Sequence[Recipient]) -> Sequence[Shown]:
        """Recipients as the caller may see them."""
        ids = [recipient.id for recipient in recipients]
        subscribed = await store.subscriptions(self.uow.session, ids)
        return [
            Shown(
                recipient=recipient,
                address=self._address(recipient),
                channel_ids=subscribed.get(recipient.id, []),
            )
            for recipient in recipients
        ]

    def _address(self, recipient: Recipient) -> str:
        masked = mask(recipient.kind, recipient.address)
        if recipient.kind == "webpush":
            return masked
        own = recipient.user_id is not None and recipient.user_id == self.actor.id
        whole = own or self.actor.allows(MANAGE, venue_id=recipient.venue_id)
        return recipient.address if whole else masked

    async def add(self, wanted: WantedRecipient) -> Shown:
        """Add somebody, and send them a code."""
        self.actor.require(MANAGE, venue_id=wanted.venue_id)
        recipient = await make(self.uow, self.context, wanted)
        await send_code(self.uow, self.context, recipient, requested_by=self.actor.id)
        await self._audit("notify.recipient_added", recipient)
        return (await self.shown([recipient]))[0]

    async def resend(self, recipient_id: UUID) -> None:
        """Send another code; whoever opted out is left alone."""
        recipient = await self._managed(recipient_id)
        if recipient.state == RecipientState.OPTED_OUT:
            raise OptedOut(recipient_id=recipient_id)
        require_code(recipient)
        await send_code(self.uow, self.context, recipient, requested_by=self.actor.id)

    async def confirm(self, recipient_id: UUID, code: str) -> tuple[Shown, Verdict]:
        """Enter the code that the recipient has read out."""
        recipient = await self._managed(recipient_id)
        verdict = check_code(self.context, recipient, code, now=self.uow.now)
        await self.uow.session.flush()
        if verdict.problem is None:
            await self._audit("notify.recipient_confirmed", recipient)
        return (await self.shown([recipient]))[0], verdict

    async def change(self, recipient_id: UUID, fields: dict[str, Any]) -> Shown:
        """Change name, language, channels or preferences."""
        recipient = await self._managed(recipient_id)
        await apply(self.uow, recipient, fields)
        await self._audit("notify.recipient_changed", recipient, changed=sorted(fields))
        return (await self.shown([recipient]))[0]

    async def remove(self, recipient_id: UUID) -> None:
        """Forget somebody."""
        recipient = await self._managed(recipient_id)
        await forget(self.uow, self.context, recipient)
        await self._audit("notify.recipient_removed", recipient)

    async def _managed(self, recipient_id: UUID) -> Recipient:
        recipient = await store.lock_recipient(self.uow.session, recipient_id)
        require_scope(self.actor, MANAGE, recipient.venue_id, RecipientNotFound)
        return recipient

    async def _audit(self, action: str, recipient: Recipient, **detail: Any) -> None:  # noqa: ANN401 -- JSON
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="recipient",
            subject_id=recipient.id,
            venue_id=recipient.venue_id,
            summary=mask(recipient.kind, recipient.address),
            detail=detail,
        )


def require_code(recipient: Recipient) -> None:
    """Codes go to phones and mailboxes; a browser needs none."""
    if recipient.kind not in BY_CODE:
        raise AddressInvalid("A browser is not confirmed by a code.")


async def make(uow: UnitOfWork, context: Context, wanted: WantedRecipient) -> Recipient:
    """Write an unconfirmed recipient with its subscriptions; not one that has opted out."""
    address = normal_address(wanted.kind, wanted.address)
    if address is None:
        raise AddressInvalid(field="address")
    await refusals.require_none(
        uow, context.secret, venue_id=wanted.venue_id, kind=wanted.kind, address=address
    )
    recipient = Recipient(
        id=new_id(),
        venue_id=wanted.venue_id,
        kind=wanted.kind,
        address=address,
        name=wanted.name,
        locale=wanted.locale,
        state=RecipientState.UNCONFIRMED,
        user_id=wanted.user_id,
        preferences={},
        problem="",
        code_tries=0,
        created_at=uow.now,
    )
    await require_channels(uow, wanted.channel_ids, recipient)
    await store.add(uow.session, recipient)
    await store.subscribe(uow.session, recipient.id, wanted.channel_ids, now=uow.now)
    return recipient


async def require_channels(
    uow: UnitOfWork, channel_ids: Collection[UUID], recipient: Recipient
) -> None:
    """Refuse channels of other scopes, and those that do not reach such an address."""
    found = await channels.by_ids(uow.session, channel_ids)
    for channel_id in channel_ids:
        channel = found.get(channel_id)
        fits = (
            channel is not None
            and channel.archived_at is None
            and channel.kind == recipient.kind
            and channel.venue_id == recipient.venue_id
        )
        if not fits:
            raise ChannelNotFound(channel_id=channel_id)


async def apply(uow: UnitOfWork, recipient: Recipient, fields: dict[str, Any]) -> None:
    """Change what was sent."""
    channel_ids = fields.pop("channel_ids", None)
    for name, value in fields.items():
        setattr(recipient, name, value)
    await uow.session.flush()
    if channel_ids is not None:
        await require_channels(uow, channel_ids, recipient)
        await store.unsubscribe_but(uow.session, recipient.id, channel_ids)
        await store.subscribe(uow.session, recipient.id, channel_ids, now=uow.now)


async def forget(uow: UnitOfWork, context: Context, recipient: Recipient) -> None:
    """Forget a recipient, but not its refusal; nothing that waits is sent any more."""
    await refusals.keep(uow, context.secret, recipient)
    await hold_all(uow, recipient)
    await store.remove(uow.session, recipient)


async def hold_all(uow: UnitOfWork, recipient: Recipient) -> None:
    """Hold whatever waits for somebody who opted out."""
    held = await deliveries.hold_queued(
        uow.session, Delivery.recipient_id == recipient.id, reason="opted_out"
    )
    if held:
        say_delivered(uow, held)
