"""What names, addresses and passwords may look like. Pure functions, no I/O."""

import re
from collections.abc import Iterable
from typing import Final

from gameops.identity.accounts.common_passwords import COMMON_PASSWORDS
from gameops.identity.errors import PasswordTooWeak

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 128
EMAIL_PATTERN: Final = r"^[^\s@\x00-\x1f]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
USERNAME_PATTERN: Final = r"^[A-Za-z0-9._-]{0,31}[A-Za-z][A-Za-z0-9._-]{0,31}$"
"""At least one letter, so that a user name can never be somebody's phone number."""
PHONE_PATTERN: Final = r"^\+?[0-9][0-9 ()./-]{3,24}$"
LOCALE_PATTERN: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"
_LENGTH: Final = f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters."
_OWN_NAME: Final = "The password must not be your name or address."
_NOT_DIALLED = re.compile(r"[ ()./-]")


def normal_phone(phone: str) -> str:
    """A phone number as it is stored and compared: digits, perhaps after a plus."""
    return _NOT_DIALLED.sub("", phone.strip())


def normal_identifier(identifier: str) -> str:
    """What somebody typed as their name, in the form in which failures are counted."""
    return identifier.strip().lower()


def check_password_strength(
    password: str, *, names: Iterable[str | None] = (), field: str = "password"
) -> None:
    """Refuse passwords that would be guessed among the first."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise PasswordTooWeak(_LENGTH, field=field)
    lowered = password.lower()
    if lowered in COMMON_PASSWORDS or len(set(lowered)) < 4:  # noqa: PLR2004 -- "aaaaabbbbb"
        raise PasswordTooWeak(field=field)
    if lowered in {name.lower() for name in names if name}:
        raise PasswordTooWeak(_OWN_NAME, field=field)
