"""Secrets at rest: AES-GCM under a key of the installation's, bound to the row they belong to."""

import os
from typing import Final
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gameops.core.secrets import derive_key

PURPOSE: Final = "notify.sealed"
_NONCE: Final = 12


class Unreadable(Exception):
    """Sealed under another key, or for another row."""


def seal(root: bytes, owner: UUID, secrets: dict[str, str]) -> bytes:
    """Seal ``secrets`` for one row."""
    nonce = os.urandom(_NONCE)
    text = msgspec.json.encode(secrets)
    return nonce + AESGCM(derive_key(root, PURPOSE)).encrypt(nonce, text, owner.bytes)


def unseal(root: bytes, owner: UUID, sealed: bytes | None) -> dict[str, str]:
    """What was sealed for the row, or :class:`Unreadable`."""
    if sealed is None:
        return {}
    try:
        key = AESGCM(derive_key(root, PURPOSE))
        text = key.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.bytes)
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error
    return msgspec.json.decode(text, type=dict[str, str])
