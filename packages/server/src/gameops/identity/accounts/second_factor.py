"""Time-based codes (RFC 6238) and the recovery codes that stand in for them.

The shared secret is sealed with a key derived from the installation's secret, so that a copy
of the database alone gives nobody the second factor.
"""

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from gameops.core.secrets import derive_key, keyed_digest, new_code, normal_code
from gameops.core.uow import UnitOfWork
from gameops.identity.accounts import store
from gameops.identity.accounts.model import User

ISSUER: Final = "GameOps"
STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpSetup:
    """What somebody needs to set up their authenticator app."""

    secret: str
    uri: str
    qr_svg: str


def set_up(root: bytes, user: User) -> TotpSetup:
    """A fresh secret for the person; it counts once a code has confirmed it."""
    secret = pyotp.random_base32()
    user.totp_secret = _vault(root).encrypt(secret.encode()).decode()
    user.totp_last_step = None
    account = user.email or user.username or user.display_name
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    qr_svg = segno.make(uri, error="m").svg_inline(scale=4, border=2)
    return TotpSetup(secret=secret, uri=uri, qr_svg=qr_svg)


def accept_totp(root: bytes, user: User, code: str, *, now: datetime) -> bool:
    """Use a code: right now, or of the step before or after, and never twice."""
    typed = code.replace(" ", "")
    secret = _open(root, user)
    if secret is None or not _DIGITS.fullmatch(typed):
        return False
    totp = pyotp.TOTP(secret)
    matching = [step for step in _steps(now) if hmac.compare_digest(totp.generate_otp(step), typed)]
    return any(user.accept_step(step) for step in matching)


async def accept(uow: UnitOfWork, root: bytes, user: User, code: str) -> bool:
    """Use a code of the app, or a recovery code."""
    if accept_totp(root, user, code, now=uow.now):
        return True
    spent = _recovery_digest(root, user, code)
    return await store.use_recovery_code(uow.session, user.id, spent, now=uow.now)


async def new_recovery_codes(uow: UnitOfWork, root: bytes, user: User) -> list[str]:
    """Ten fresh codes in place of all earlier ones; shown once, stored as digests."""
    codes = [new_code(groups=2, size=5) for _ in range(RECOVERY_CODES)]
    digests = [_recovery_digest(root, user, code) for code in codes]
    await store.replace_recovery_codes(uow.session, user.id, digests)
    return codes


def _open(root: bytes, user: User) -> str | None:
    try:
        return _vault(root).decrypt((user.totp_secret or "").encode()).decode()
    except InvalidToken:  # none, or sealed under another installation's secret
        return None


def _recovery_digest(root: bytes, user: User, code: str) -> bytes:
    return keyed_digest(root, "recovery-code", f"{user.id}:{normal_code(code)}")


def _steps(now: datetime) -> Iterator[int]:
    present = int(now.timestamp()) // STEP_SECONDS
    yield from (present - 1, present, present + 1)


def _vault(root: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive_key(root, "totp-secret")))
