"""Every kind of channel there is. A new one is a file with a driver, and a line here."""

import re
from collections.abc import Mapping
from typing import Any, Final

from gameops.core.db import JsonObject
from gameops.notify.channels.apprise import Apprise
from gameops.notify.channels.discord import Discord
from gameops.notify.channels.driver import Draft, Driver, Setting
from gameops.notify.channels.email import Email
from gameops.notify.channels.twilio import Sms, WhatsApp
from gameops.notify.channels.webhook import Webhook
from gameops.notify.channels.webpush import WebPush
from gameops.notify.errors import ChannelConfigInvalid
from gameops.notify.options import NotifyOptions
from gameops.notify.urls import split

DRIVERS: Final[Mapping[str, Driver]] = {
    driver.kind: driver
    for driver in (Discord(), Sms(), WhatsApp(), Email(), Webhook(), WebPush(), Apprise())
}
LONGEST: Final = 2_000
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_settings(
    kind: str, config: JsonObject, secrets: Mapping[str, str], options: NotifyOptions
) -> None:
    """Refuse settings that a kind does not know, lacks, or cannot work with."""
    driver = DRIVERS[kind]
    open_ones = {s.name: s for s in driver.settings if s.type != "secret"}
    secret_ones = {s.name: s for s in driver.settings if s.type == "secret"}
    for given, known in ((config, open_ones), (secrets, secret_ones)):
        for name in given:
            if name not in known:
                raise ChannelConfigInvalid("There is no such setting.", field=name)
            _check_one(known[name], given[name])
        for setting in known.values():
            if setting.required and not given.get(setting.name):
                raise ChannelConfigInvalid("This is needed.", field=setting.name)
    driver.check(Draft(config=config, secrets=secrets, options=options))


def _check_one(setting: Setting, value: Any) -> None:  # noqa: ANN401 -- JSON
    if setting.type == "bool":
        right = isinstance(value, bool)
    else:
        right = isinstance(value, str) and len(value) <= LONGEST and not _UNPRINTABLE.search(value)
    if right and setting.type == "url" and value:
        parts = split(value)
        right = (
            parts is not None
            and parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and " " not in value
        )
    if right and setting.type == "select":
        right = value in setting.options
    if not right:
        raise ChannelConfigInvalid("This value is not valid.", field=setting.name)
