"""Every other service, through the library ``apprise``.

It is imported when it is first needed, and runs in threads: it knows a hundred services and no
event loop. Where notices may only go to public addresses, only services at addresses of their own
are allowed: whatever lets the channel name a host could name one of ours.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from gameops.notify.channels.driver import Draft, OneByOne, Outcome, Parcel, Place, Setting
from gameops.notify.channels.wire import NoAnswer, Wire
from gameops.notify.errors import ChannelConfigInvalid, TargetNotAllowed
from gameops.notify.options import NotifyOptions

SECONDS: Final = 20.0
TYPES: Final = {"info": "info", "good": "success", "warning": "warning", "bad": "failure"}
LOCAL: Final = frozenset(
    {"dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows", "syslog", "fcm", "vapid"}
)
"""They act on this machine, or read its files."""


class Apprise(OneByOne):
    """One call per notice."""

    kind: ClassVar[str] = "apprise"
    label: ClassVar[str] = "Another service (Apprise)"
    at_once: ClassVar[int] = 8
    lanes: ClassVar[int] = 2
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            name="url",
            label="Apprise URL",
            type="secret",
            required=True,
            help="Like tgram://token/chat or slack://…; Apprise's documentation lists them.",
        ),
    )

    def check(self, draft: Draft) -> None:
        """A URL that the library understands, to a service that may be called."""
        service(draft.secrets["url"], draft.options)

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:
        """Have the library send one notice."""
        (parcel,) = parcels
        try:
            found = await asyncio.to_thread(service, place.secrets["url"], wire.options)
        except ChannelConfigInvalid:
            return Outcome(
                kind="refused",
                detail="not understood",
                reason="channel_refused",
                breaks_channel=True,
            )
        told = asyncio.to_thread(
            found.notify,
            body=parcel.text(),
            title=parcel.title,
            notify_type=TYPES.get(parcel.severity, "info"),
        )
        try:
            arrived = await asyncio.wait_for(told, SECONDS)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except Exception as error:  # noqa: BLE001 -- a hundred plugins, each with errors of its own
            raise NoAnswer(f"the service's plugin failed: {type(error).__name__}") from None
        if not arrived:
            return Outcome(kind="retry", detail="the service did not take it")
        return Outcome(kind="sent")


def service(url: str, options: NotifyOptions) -> Any:  # noqa: ANN401 -- the library is not typed
    """The library's object for a URL, if it may be used here."""
    import apprise  # noqa: PLC0415 -- slow to import, and seldom needed

    quiet = logging.getLogger("apprise")
    quiet.disabled, quiet.propagate = True, False  # it would log URLs, and they hold tokens
    found = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if found is None:
        raise ChannelConfigInvalid("Apprise does not understand this URL.", field="url")
    schema = url.partition(":")[0].lower()
    if schema in LOCAL:
        raise TargetNotAllowed
    templates: Sequence[str] = found.templates
    names_a_host = any("{host}" in template for template in templates)
    if names_a_host and not options.allow_private_targets:
        raise TargetNotAllowed
    return found
