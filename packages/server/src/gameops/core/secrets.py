"""Secrets: made at random, stored as digests, and keys derived from one root."""

import hashlib
import hmac
import secrets
from typing import Final

_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_token(prefix: str) -> str:
    """A secret of 256 random bits, recognisable by its prefix."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_code(*, groups: int = 2, size: int = 4) -> str:
    """A code people can read aloud, like ``K7QP-2MXR``; no 0, O, 1, I or L."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(size)) for _ in range(groups))


def derived_code(root: bytes, purpose: str, value: str, *, groups: int, size: int = 4) -> str:
    """A code that only who has the root can compute again: it need not be stored anywhere."""
    number = int.from_bytes(keyed_digest(root, purpose, value), "big")
    letters = []
    for _ in range(groups * size):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    whole = "".join(letters)
    return "-".join(whole[i : i + size] for i in range(0, len(whole), size))


def normal_code(code: str) -> str:
    """A typed code in its one form: capitals, no spaces or dashes."""
    return "".join(c for c in code.upper() if c.isalnum())


def digest(token: str) -> bytes:
    """What is stored of a high-entropy secret (SHA-256)."""
    return hashlib.sha256(token.encode()).digest()


def derive_key(root: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose only."""
    return hmac.new(root, f"gameops:{purpose}".encode(), hashlib.sha256).digest()


def keyed_digest(root: bytes, purpose: str, value: str) -> bytes:
    """What is stored of a short code: useless to whoever has the database alone."""
    return hmac.new(derive_key(root, purpose), value.encode(), hashlib.sha256).digest()
