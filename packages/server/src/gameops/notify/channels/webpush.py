"""Web Push: encrypted for one browser (RFC 8291), signed by this installation (RFC 8292).

The signing key is derived from the installation's secret, so that nothing need be stored; a new
secret means that browsers have to subscribe again.
"""

import base64
import dataclasses
from collections.abc import Sequence
from typing import ClassVar, Final
from urllib.parse import urlsplit

import http_ece
import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gameops.core.secrets import derive_key
from gameops.notify.channels.driver import (
    OneByOne,
    Outcome,
    Parcel,
    Place,
    Setting,
    outcome_of,
    shortened,
)
from gameops.notify.channels.wire import Wire

PURPOSE: Final = "notify.vapid"
KEEP_SECONDS: Final = 4 * 3_600
TOKEN_SECONDS: Final = 12 * 3_600
LONGEST_TEXT: Final = 900
"""Characters: the encrypted message must stay below 4,096 bytes in any script."""
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_URGENCY: Final = {"bad": "high", "warning": "high"}
_GONE: Final = frozenset({404, 410})


class WebPush(OneByOne):
    """One message per browser."""

    kind: ClassVar[str] = "webpush"
    label: ClassVar[str] = "Push to browsers and phones"
    subscribers: ClassVar[bool] = True
    personal: ClassVar[bool] = True
    lanes: ClassVar[int] = 24
    settings: ClassVar[Sequence[Setting]] = (
        Setting(name="open", label="People may subscribe themselves", type="bool"),
    )

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:  # noqa: ARG002 -- the key is the installation's
        """Hand one message to the browser's push service."""
        (parcel,) = parcels
        to = parcel.to
        if to is None or not {"p256dh", "auth"} <= to.keys.keys():
            return Outcome(kind="refused", detail="no keys", reason="gone")
        key = vapid_key(wire.context.secret)
        headers = {
            "Authorization": _authorization(wire, key, to.address),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEEP_SECONDS),
            "Urgency": _URGENCY.get(parcel.severity, "normal"),
        }
        body = encrypt(_message(parcel), p256dh=to.keys["p256dh"], auth=to.keys["auth"])
        answer = await wire.call("POST", to.address, headers=headers, body=body)
        if answer.status in _GONE:
            return Outcome(
                kind="refused",
                status=answer.status,
                detail=f"HTTP {answer.status}",
                reason="gone",
            )
        return dataclasses.replace(outcome_of(answer), personal=True)


def _message(parcel: Parcel) -> bytes:
    return msgspec.json.encode(
        {
            "id": parcel.notice_id,
            "topic": parcel.topic,
            "title": shortened(parcel.title, 120),
            "body": shortened(parcel.text(), LONGEST_TEXT),
            "severity": parcel.severity,
            "url": parcel.url,
        }
    )


def encrypt(message: bytes, *, p256dh: str, auth: str) -> bytes:
    """The message for one subscription alone."""
    sealed: bytes = http_ece.encrypt(
        message,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=from_base64(p256dh),
        auth_secret=from_base64(auth),
        version="aes128gcm",
    )
    return sealed


def vapid_key(root: bytes) -> ec.EllipticCurvePrivateKey:
    """The installation's key pair."""
    number = int.from_bytes(derive_key(root, PURPOSE), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def vapid_public_key(root: bytes) -> str:
    """What browsers need in order to subscribe."""
    point = vapid_key(root).public_key()
    raw = point.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return to_base64(raw)


def _authorization(wire: Wire, key: ec.EllipticCurvePrivateKey, endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(wire.context.clock.now().timestamp()) + TOKEN_SECONDS,
        "sub": wire.options.vapid_subject,
    }
    token = jwt.encode(claims, key, algorithm="ES256")
    return f"vapid t={token}, k={vapid_public_key(wire.context.secret)}"


def to_base64(raw: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    """The bytes of URL-safe base64, padded or not."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
