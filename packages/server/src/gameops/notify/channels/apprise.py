"""Every other service, through the library ``apprise``.

It is imported when it is first needed, and runs in threads: it knows a hundred services and no
event loop. Where notices may only go to public addresses, only services at addresses of their own
are allowed: whatever lets the channel name a host could name one of ours. Arguments of a URL are
allowed by name, everywhere: some of them are names of files, or of more places to fetch from.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from gameops.notify.channels.driver import Draft, OneByOne, Outcome, Parcel, Place, Setting
from gameops.notify.channels.wire import NoAnswer, Wire
from gameops.notify.errors import ChannelConfigInvalid, TargetNotAllowed
from gameops.notify.options import NotifyOptions

SECONDS: Final = 20.0
TYPES: Final = {"info": "info", "good": "success", "warning": "warning", "bad": "failure"}
LOCAL: Final = frozenset(
    {"dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"}
    | {"fcm", "vapid"}
)
"""They act on this machine, or read its files."""
ELSEWHERE: Final = frozenset({"bluesky", "bsky", "nostr", "zulip"})
"""They find a host in what looks like a name."""
ARGUMENTS: Final = frozenset(
    {"format", "overflow", "emojis", "tz"}
    | {"to", "from", "cc", "bcc", "reply", "name", "mode", "region", "batch"}
    | {"priority", "urgency", "severity", "sound", "silent", "preview", "detect", "thread", "topic"}
    | {"tts", "avatar", "avatar_url", "footer", "footer_logo", "fields", "flags", "ping", "tags"}
)
"""What may stand behind the question mark: nothing that is a file's name, or is fetched."""


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
                detail="not understood, or not allowed",
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
    parts = apprise.plugins.url_to_dict(url, secure_logging=True)  # type: ignore[no-untyped-call]  # the library is not typed
    if parts is None:
        raise ChannelConfigInvalid("Apprise does not understand this URL.", field="url")
    _check_parts(parts)
    found = apprise.Apprise.instantiate(parts, suppress_exceptions=True)
    if found is None:
        raise ChannelConfigInvalid("Apprise does not understand this URL.", field="url")
    if any(isinstance(part, apprise.AppriseAttachment) and part for part in vars(found).values()):
        raise TargetNotAllowed
    templates: Sequence[str] = found.templates
    names_a_host = parts["schema"] in ELSEWHERE or any("{host}" in text for text in templates)
    if names_a_host and not options.allow_private_targets:
        raise TargetNotAllowed
    return found


def _check_parts(parts: Mapping[str, Any]) -> None:
    """Refuse what acts on this machine, and arguments that could read its files."""
    if parts["schema"] in LOCAL:
        raise TargetNotAllowed
    for name in parts.get("qsd") or ():
        if name not in ARGUMENTS:
            raise ChannelConfigInvalid(f"{name[:40]}= may not be used here.", field="url")
