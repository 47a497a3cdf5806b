"""Channels that the environment sets up: made once, then kept as the environment says."""

from dataclasses import dataclass, field
from uuid import UUID

from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store
from gameops.notify.channels.model import Channel, Kind
from gameops.notify.channels.service import put_settings, with_defaults
from gameops.notify.options import NotifyOptions
from gameops.notify.sealing import Unreadable, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """An account at Twilio, and the number it sends from."""

    account_sid: str
    auth_token: str = field(repr=False)
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presets:
    """What the environment says."""

    secret: bytes = field(repr=False)
    options: NotifyOptions
    discord_webhook: str | None = field(default=None, repr=False)
    twilio: TwilioAccount | None = None


async def ensure_preset_channels(uow: UnitOfWork, presets: Presets) -> list[UUID]:
    """Make or update the installation's channels; their ids. Harmless to repeat."""
    ids = []
    if presets.discord_webhook is not None:
        secrets = {"url": presets.discord_webhook}
        ids.append(await _ensure(uow, presets, Kind.DISCORD, "Discord", {}, secrets))
    if presets.twilio is not None:
        account = presets.twilio
        config = {"account_sid": account.account_sid, "from": account.number}
        secrets = {"auth_token": account.auth_token}
        for kind, name in ((Kind.SMS, "SMS"), (Kind.WHATSAPP, "WhatsApp")):
            ids.append(await _ensure(uow, presets, kind, name, config, secrets))
    return ids


async def _ensure(
    uow: UnitOfWork,
    presets: Presets,
    kind: Kind,
    name: str,
    config: JsonObject,
    secrets: dict[str, str],
) -> UUID:
    channel = await store.find_preset(uow.session, kind)
    if channel is None:
        channel = Channel(
            id=new_id(), venue_id=None, name=name, kind=kind, preset=kind, config={}, secrets_set=[]
        )
        channel.enabled, channel.created_at = True, uow.now
        channel.failures, channel.last_error, channel.sent_count = 0, "", 0
        put_settings(presets.secret, presets.options, channel, with_defaults(kind, config), secrets)
        uow.session.add(channel)
    elif _differs(presets.secret, channel, config, secrets):
        put_settings(presets.secret, presets.options, channel, channel.config | config, secrets)
        channel.mend()
    await uow.session.flush()
    return channel.id


def _differs(root: bytes, channel: Channel, config: JsonObject, secrets: dict[str, str]) -> bool:
    try:
        before = unseal(root, channel.id, channel.sealed)
    except Unreadable:
        return True
    return before != secrets or (channel.config | config) != channel.config
