"""Managing channels."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.db import AnyRow, JsonObject
from gameops.core.errors import Forbidden
from gameops.core.ids import new_id
from gameops.core.secrets import new_token
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.channels import store
from gameops.notify.channels.kinds import DRIVERS, check_settings
from gameops.notify.channels.model import Channel, Kind
from gameops.notify.deliveries import board_store
from gameops.notify.deliveries import store as deliveries
from gameops.notify.deliveries.model import Delivery
from gameops.notify.deliveries.notice import Notice
from gameops.notify.deliveries.submit import submit
from gameops.notify.errors import ChannelNotFound
from gameops.notify.options import NotifyOptions
from gameops.notify.permissions import MANAGE, VIEW
from gameops.notify.recipients import store as recipients
from gameops.notify.scoping import require_scope
from gameops.notify.sealing import Unreadable, seal, unseal
from gameops.notify.topics import TEST, say_delivered, say_queued
from gameops.notify.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a channel shall be."""

    venue_id: UUID | None
    name: str
    kind: Kind
    config: JsonObject
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Channels:
    """What people do with channels."""

    uow: UnitOfWork
    actor: Actor
    context: Context

    async def visible(self, venue_id: UUID | None) -> Sequence[tuple[Channel, store.Counts]]:
        """The channels of a venue, or all that the caller may see, with their counts."""
        if venue_id is not None:
            self.actor.require(VIEW, venue_id=venue_id)
        venues = self.actor.venues_with(VIEW)
        if venues is not None and not venues:
            raise Forbidden(permission=VIEW)
        found = await store.list_channels(self.uow.session, venue_id=venue_id, venues=venues)
        return await self.counted(found)

    async def get(self, channel_id: UUID) -> tuple[Channel, store.Counts]:
        """One channel."""
        channel = await store.get_channel(self.uow.session, channel_id)
        require_scope(self.actor, VIEW, channel.venue_id, ChannelNotFound)
        return (await self.counted([channel]))[0]

    async def counted(self, channels: Sequence[Channel]) -> Sequence[tuple[Channel, store.Counts]]:
        """Channels with their counts."""
        counts = await store.counts(self.uow.session, [channel.id for channel in channels])
        return [(channel, counts.get(channel.id, store.Counts())) for channel in channels]

    async def add(self, wanted: Wanted) -> tuple[Channel, str | None]:
        """Add a channel; the signing key is told once, if one had to be made."""
        self.actor.require(MANAGE, venue_id=wanted.venue_id)
        secrets, made = dict(wanted.secrets), None
        if wanted.kind == Kind.WEBHOOK and not secrets.get("signing_key"):
            secrets["signing_key"] = made = new_token("gowh")
        config = with_defaults(wanted.kind, wanted.config)
        channel = Channel(
            id=new_id(),
            venue_id=wanted.venue_id,
            name=wanted.name,
            kind=wanted.kind,
            enabled=True,
            failures=0,
            last_error="",
            sent_count=0,
            created_at=self.uow.now,
        )
        await self._put(channel, config, secrets)
        self.uow.session.add(channel)
        await self.uow.session.flush()
        await self._audit("notify.channel_added", channel)
        return channel, made

    async def change(self, channel_id: UUID, fields: dict[str, Any]) -> Channel:
        """Change a channel; what was broken is tried again."""
        channel = await self._managed(channel_id)
        secrets = {k: v for k, v in fields.pop("secrets", {}).items() if v}
        config = channel.config | fields.pop("config", {})
        config = {name: value for name, value in config.items() if value is not None}
        if secrets or config != channel.config:
            kept = self._secrets(channel)
            if config.get("url") != channel.config.get("url"):
                kept.pop("authorization", None)  # it was meant for the other place
            await self._put(channel, config, kept | secrets)
            channel.mend()
        for name, value in fields.items():
            setattr(channel, name, value)
        if fields.get("enabled"):
            channel.mend()
        await self.uow.session.flush()
        if not channel.enabled:
            await self._hold(channel)
        changed = sorted({*fields, *secrets})
        await self._audit("notify.channel_changed", channel, changed=changed)
        say_queued(self.uow, [channel.venue_id])
        return channel

    async def archive(self, channel_id: UUID) -> None:
        """Have done with a channel: what waits is held, its secrets are forgotten."""
        channel = await self._managed(channel_id)
        channel.archived_at = self.uow.now
        channel.sealed, channel.secrets_set, channel.preset = None, [], None
        await self.uow.session.flush()
        await self._hold(channel)
        await board_store.forget(self.uow.session, channel.id)
        await self._audit("notify.channel_removed", channel)

    async def test(self, channel_id: UUID, recipient_id: UUID | None) -> Sequence[AnyRow]:
        """Send a test: to the one recipient named, else to the caller's own, else to the first."""
        channel = await store.get_channel(self.uow.session, channel_id)
        require_scope(self.actor, MANAGE, channel.venue_id, ChannelNotFound)
        notice = Notice(
            venue_id=channel.venue_id,
            topic=TEST,
            title=say("en", "test_title"),
            template=say("en", "test"),
            values={"channel": channel.name},
            channel_ids=[channel.id],
            severity="good",
            recipient_ids=await self._testers(channel, recipient_id),
            urgent=True,
            data={"channel_id": str(channel.id)},
        )
        ids = await submit(self.uow, [notice])
        await self._audit("notify.channel_tested", channel)
        return await deliveries.by_ids(self.uow.session, ids)

    async def _testers(self, channel: Channel, recipient_id: UUID | None) -> list[UUID] | None:
        if not channel.has_subscribers:
            return None
        found = await recipients.subscribers(self.uow.session, [channel.id])
        people = [recipient for _, recipient in found]
        if recipient_id is not None:
            return [row.id for row in people if row.id == recipient_id]
        own = [row.id for row in people if row.user_id == self.actor.id and self.actor.id]
        return own or [row.id for row in people if row.state == "active"][:1]

    async def _managed(self, channel_id: UUID) -> Channel:
        channel = await store.lock_channel(self.uow.session, channel_id)
        require_scope(self.actor, MANAGE, channel.venue_id, ChannelNotFound)
        return channel

    def _secrets(self, channel: Channel) -> dict[str, str]:
        try:
            return unseal(self.context.secret, channel.id, channel.sealed)
        except Unreadable:
            return {}

    async def _put(self, channel: Channel, config: JsonObject, secrets: dict[str, str]) -> None:
        options = self.context.option(NotifyOptions)
        put = partial(put_settings, self.context.secret, options, channel, config, secrets)
        await asyncio.to_thread(put)  # a library that is asked for the first time is slow to load

    async def _hold(self, channel: Channel) -> None:
        held = await deliveries.hold_queued(
            self.uow.session, Delivery.channel_id == channel.id, reason="channel_disabled"
        )
        if held:
            say_delivered(self.uow, held)

    async def _audit(self, action: str, channel: Channel, **detail: Any) -> None:  # noqa: ANN401 -- JSON
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="channel",
            subject_id=channel.id,
            venue_id=channel.venue_id,
            summary=channel.name,
            detail=detail | {"kind": channel.kind},
        )


def with_defaults(kind: str, config: JsonObject) -> JsonObject:
    """Settings with what they are when nothing is said."""
    settings = DRIVERS[kind].settings
    switches = {s.name: s.default for s in settings if s.type == "bool"}
    return switches | {name: value for name, value in config.items() if value is not None}


def put_settings(
    root: bytes,
    options: NotifyOptions,
    channel: Channel,
    config: JsonObject,
    secrets: dict[str, str],
) -> None:
    """Check settings and put them into a channel, its secrets sealed."""
    check_settings(channel.kind, config, secrets, options)
    channel.config = config
    channel.sealed = seal(root, channel.id, secrets) if secrets else None
    channel.secrets_set = sorted(secrets)
