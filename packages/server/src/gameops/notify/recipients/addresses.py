"""Addresses: their one form, and how the log shows them."""

import re
from typing import Final
from urllib.parse import urlsplit

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_DIALLED: Final = re.compile(r"[ ()./\-]")
_EMAIL: Final = re.compile(
    r"[^\s@\x00-\x1f\x7f<>,;:\"]{1,64}@(?=.{4,190}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}"
)
_SHOWN_DIGITS: Final = 3
_LONGEST_SHOWN: Final = 80


def normal_address(kind: str, address: str) -> str | None:
    """An address in the form in which it is kept and compared; ``None`` when it is none."""
    text = address.strip()
    if kind == "email":
        return text.lower() if _EMAIL.fullmatch(text) else None
    digits = _NOT_DIALLED.sub("", text.removeprefix("whatsapp:"))
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return digits if _PHONE.fullmatch(digits) else None


def mask(kind: str, address: str) -> str:
    """What the log shows of an address: enough to recognise one's own."""
    if kind == "email":
        local, _, domain = address.partition("@")
        shown = f"{local[:1]}•••@{domain}"
    elif kind == "webpush":
        shown = f"{urlsplit(address).hostname or 'push'} …{address[-4:]}"
    else:
        shown = f"{address[:3]}•••••{address[-_SHOWN_DIGITS:]}"
    return shown[:_LONGEST_SHOWN]
