"""Everybody's own addresses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.errors import Unauthenticated
from gameops.core.ids import new_id
from gameops.core.ratelimit import Rule
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store as channels
from gameops.notify.channels.model import Channel
from gameops.notify.channels.webpush import from_base64
from gameops.notify.channels.wire import check_target
from gameops.notify.errors import (
    AddressInvalid,
    ChannelNotFound,
    RecipientExists,
    RecipientNotFound,
    TooManyAddresses,
)
from gameops.notify.options import NotifyOptions
from gameops.notify.recipients import store
from gameops.notify.recipients.addresses import normal_address
from gameops.notify.recipients.codes import Verdict, check_code, send_code
from gameops.notify.recipients.model import Recipient, RecipientState
from gameops.notify.recipients.service import (
    Recipients,
    Shown,
    WantedRecipient,
    apply,
    forget,
    make,
    require_code,
)
from gameops.notify.sealing import seal
from gameops.notify.urls import split

MOST_ADDRESSES: Final = 20
ADDITIONS: Final = Rule("notify.own_address", "30/hour")
_POINT: Final = 65
_AUTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A browser's push subscription."""

    endpoint: str
    p256dh: str
    auth: str
    label: str
    locale: str


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """What a signed-in person does with their own."""

    uow: UnitOfWork
    actor: Actor
    context: Context
    venues: Collection[UUID]
    """The venues that the person has to do with."""

    @property
    def user_id(self) -> UUID:
        """The person."""
        if self.actor.id is None or self.actor.kind != "user":
            raise Unauthenticated
        return self.actor.id

    async def overview(self) -> tuple[Sequence[Shown], Sequence[Channel]]:
        """Own addresses, and the channels one may subscribe to."""
        addresses = await store.of_user(self.uow.session, self.user_id)
        offered = await channels.open_channels(self.uow.session, self.venues)
        return await self._shown(addresses), offered

    async def add(self, kind: str, address: str, channel_ids: Sequence[UUID], locale: str) -> Shown:
        """Add an address, and send a code there."""
        await self.context.limits.hit(ADDITIONS, str(self.user_id))
        scope = await self._scope_of(channel_ids, kind)
        normal = normal_address(kind, address)
        if normal is None:
            raise AddressInvalid(field="address")
        recipient = await store.lock_by_address(
            self.uow.session, venue_id=scope, kind=kind, address=normal
        )
        if recipient is None:
            await self._require_room()
            wanted = WantedRecipient(
                venue_id=scope,
                kind=kind,
                address=normal,
                name=self.actor.name[:80],
                locale=locale,
                channel_ids=channel_ids,
                user_id=self.user_id,
            )
            recipient = await make(self.uow, self.context, wanted)
        else:
            await self._adopt(recipient, channel_ids)
        await send_code(self.uow, self.context, recipient, requested_by=self.user_id)
        return (await self._shown([recipient]))[0]

    async def _adopt(self, recipient: Recipient, channel_ids: Sequence[UUID]) -> None:
        """Only what nobody has shown to be theirs may be taken over, and a code must follow."""
        if recipient.state != RecipientState.UNCONFIRMED:
            raise RecipientExists(field="address")
        if recipient.user_id != self.user_id:
            await self._require_room()
        recipient.user_id = self.user_id
        await apply(self.uow, recipient, {"channel_ids": channel_ids})

    async def add_browser(
        self, browser: Browser, channel_ids: Sequence[UUID], venue_id: UUID | None
    ) -> Shown:
        """Add this browser: that it asks, and has the keys, is consent enough."""
        await self.context.limits.hit(ADDITIONS, str(self.user_id))
        options = self.context.option(NotifyOptions)
        parts = split(browser.endpoint)
        if parts is None or not parts.hostname:
            raise AddressInvalid("This is no address of a push service.", field="endpoint")
        check_target(browser.endpoint, private=options.allow_private_targets)
        if not browser.endpoint.startswith("https://") and not options.allow_private_targets:
            raise AddressInvalid("A push service has an https address.", field="endpoint")
        check_keys(browser)
        scope = await self._scope_of(channel_ids, "webpush", venue_id)
        recipient = await store.lock_by_address(
            self.uow.session, venue_id=scope, kind="webpush", address=browser.endpoint
        )
        if recipient is None:
            await self._require_room()
            recipient = Recipient(
                id=new_id(),
                venue_id=scope,
                kind="webpush",
                address=browser.endpoint,
                state=RecipientState.ACTIVE,
                preferences={},
                code_tries=0,
                problem="",
                name="",
                locale=browser.locale,
                created_at=self.uow.now,
            )
            await store.add(self.uow.session, recipient)
        keys = {"p256dh": browser.p256dh, "auth": browser.auth}
        recipient.sealed = seal(self.context.secret, recipient.id, keys)
        recipient.user_id, recipient.name = self.user_id, browser.label
        recipient.activate(self.uow.now)
        await apply(self.uow, recipient, {"channel_ids": channel_ids})
        return (await self._shown([recipient]))[0]

    async def resend(self, recipient_id: UUID) -> None:
        """Send another code; also to begin again after opting out."""
        recipient = await self._own(recipient_id)
        require_code(recipient)
        await send_code(self.uow, self.context, recipient, requested_by=self.user_id)

    async def confirm(self, recipient_id: UUID, code: str) -> tuple[Shown, Verdict]:
        """Enter the code."""
        recipient = await self._own(recipient_id)
        verdict = check_code(self.context, recipient, code, now=self.uow.now)
        await self.uow.session.flush()
        return (await self._shown([recipient]))[0], verdict

    async def change(self, recipient_id: UUID, fields: dict[str, Any]) -> Shown:
        """Change channels or preferences."""
        recipient = await self._own(recipient_id)
        if fields.get("channel_ids"):
            before = await store.subscriptions(self.uow.session, [recipient_id])
            added = set(fields["channel_ids"]) - set(before.get(recipient_id, ()))
            await self._require_offered(added, recipient.kind)
        await apply(self.uow, recipient, fields)
        return (await self._shown([recipient]))[0]

    async def remove(self, recipient_id: UUID) -> None:
        """Forget one's own address."""
        await forget(self.uow, self.context, await self._own(recipient_id))

    async def _own(self, recipient_id: UUID) -> Recipient:
        recipient = await store.lock_recipient(self.uow.session, recipient_id)
        if recipient.user_id != self.user_id:
            raise RecipientNotFound(recipient_id=recipient_id)
        return recipient

    async def _shown(self, recipients: Sequence[Recipient]) -> Sequence[Shown]:
        return await Recipients(self.uow, self.actor, self.context).shown(recipients)

    async def _require_room(self) -> None:
        if len(await store.of_user(self.uow.session, self.user_id)) >= MOST_ADDRESSES:
            raise TooManyAddresses

    async def _require_offered(
        self, channel_ids: Collection[UUID], kind: str
    ) -> Mapping[UUID, Channel]:
        offered = {
            channel.id: channel
            for channel in await channels.open_channels(self.uow.session, self.venues)
            if channel.kind == kind
        }
        for channel_id in channel_ids:
            if channel_id not in offered:
                raise ChannelNotFound(channel_id=channel_id)
        return offered

    async def _scope_of(
        self, channel_ids: Sequence[UUID], kind: str, venue_id: UUID | None = None
    ) -> UUID | None:
        """The one scope of the channels; without any, the one that was named."""
        offered = await self._require_offered(channel_ids, kind)
        scopes = {offered[channel_id].venue_id for channel_id in channel_ids}
        if not scopes:
            scopes = {venue_id if venue_id in self.venues else None}
        if len(scopes) > 1:
            raise ChannelNotFound("These channels do not belong together.")
        return scopes.pop()


def check_keys(browser: Browser) -> None:
    """Refuse keys that nothing could be encrypted for."""
    try:
        point, auth = from_base64(browser.p256dh), from_base64(browser.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise AddressInvalid("These are not the keys of a browser.", field="keys") from None
    if len(point) != _POINT or len(auth) != _AUTH:
        raise AddressInvalid("These are not the keys of a browser.", field="keys")
