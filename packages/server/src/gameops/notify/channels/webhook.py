"""Signed calls to somebody's own service.

The body is ``{"id", "topic", "title", "text", "severity", "at", "url", "data"}``. The receiver
checks ``X-GameOps-Signature``: ``v1=`` and the hexadecimal HMAC-SHA256 of
``<X-GameOps-Timestamp>.<body>`` under the channel's signing key. ``Idempotency-Key`` is the id of
the delivery: the same key twice is the same delivery, sent again.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

from gameops.core.db import JsonObject
from gameops.notify.channels.driver import (
    Draft,
    OneByOne,
    Outcome,
    Parcel,
    Place,
    Setting,
    outcome_of,
)
from gameops.notify.channels.wire import Wire, check_target
from gameops.notify.errors import ChannelConfigInvalid

SHORTEST_KEY: Final = 16
MOST_HEADERS: Final = 10
_HEADER: Final = re.compile(r"([A-Za-z0-9-]{1,60}):[ \t]*([\x21-\x7e][\x20-\x7e]{0,500})")
_OURS: Final = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"}
    | {"idempotency-key", "expect", "te", "trailer", "keep-alive", "proxy-connection"}
)


class Webhook(OneByOne):
    """One call per notice."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook"
    settings: ClassVar[Sequence[Setting]] = (
        Setting(name="url", label="URL", type="url", required=True),
        Setting(
            name="signing_key",
            label="Signing key",
            type="secret",
            help="Left out, one is made and shown once.",
        ),
        Setting(name="headers", label="More headers", type="text", help="Name: value, a line each"),
        Setting(name="authorization", label="Authorization header", type="secret"),
    )

    def check(self, draft: Draft) -> None:
        """A public URL, a key worth the name, headers that are the caller's to choose."""
        check_target(draft.config["url"], private=draft.options.allow_private_targets)
        if len(draft.secrets.get("signing_key", "x" * SHORTEST_KEY)) < SHORTEST_KEY:
            raise ChannelConfigInvalid(
                f"A signing key has at least {SHORTEST_KEY} characters.", field="signing_key"
            )
        authorization = draft.secrets.get("authorization", "x")
        if not re.fullmatch(r"[\x21-\x7e][\x20-\x7e]*", authorization):
            raise ChannelConfigInvalid("This is not a header's value.", field="authorization")
        more_headers(draft.config)

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:
        """Post one notice."""
        (parcel,) = parcels
        body = msgspec.json.encode(
            {
                "id": parcel.notice_id,
                "topic": parcel.topic,
                "title": parcel.title,
                "text": parcel.text(),
                "severity": parcel.severity,
                "at": parcel.at,
                "url": parcel.url,
                "data": parcel.data,
            }
        )
        stamp = str(int(wire.context.clock.now().timestamp()))
        headers = more_headers(place.config) | {
            "Content-Type": "application/json",
            "Idempotency-Key": str(parcel.delivery_id),
            "X-GameOps-Timestamp": stamp,
            "X-GameOps-Signature": sign(place.secrets["signing_key"], stamp, body),
        }
        if "authorization" in place.secrets:
            headers["Authorization"] = place.secrets["authorization"]
        return outcome_of(await wire.call("POST", place.config["url"], headers=headers, body=body))


def sign(key: str, stamp: str, body: bytes) -> str:
    """The signature of a call."""
    text = stamp.encode() + b"." + body
    return f"v1={hmac.new(key.encode(), text, hashlib.sha256).hexdigest()}"


def more_headers(config: JsonObject) -> dict[str, str]:
    """The channel's own headers."""
    lines = [line.strip() for line in str(config.get("headers") or "").splitlines()]
    found = {}
    for line in filter(None, lines):
        match = _HEADER.fullmatch(line)
        name = match[1].lower() if match else ""
        if match is None or name in _OURS or name.startswith("x-gameops-"):
            raise ChannelConfigInvalid(
                "Headers are written Name: value, one a line.", field="headers"
            )
        found[match[1]] = match[2]
    if len(found) > MOST_HEADERS:
        raise ChannelConfigInvalid("These are too many headers.", field="headers")
    return found
