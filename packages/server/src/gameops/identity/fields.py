"""The kinds of input that identity's schemas are made of, each bounded."""

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gameops.identity.accounts.rules import (
    EMAIL_PATTERN,
    LOCALE_PATTERN,
    PHONE_PATTERN,
    USERNAME_PATTERN,
)

_TYPED: Final = 256
_NUL: Final = "nul_character"
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
_FAR: Final = "instant_out_of_range"
_NULL: Final = "null_refused"


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise PydanticCustomError(_NUL, "must not contain a NUL character")
    return value


NoNul = AfterValidator(_no_nul)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]
ShortName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), NoNul
]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=EMAIL_PATTERN), NoNul
]
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=32, pattern=USERNAME_PATTERN),
]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=25, pattern=PHONE_PATTERN)
]
Locale = Annotated[str, StringConstraints(max_length=20, pattern=LOCALE_PATTERN)]
Password = Annotated[str, StringConstraints(max_length=_TYPED), NoNul]
"""Anything typed as a password; the rules for new ones are the service's."""
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=254), NoNul]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40), NoNul]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul]
Words = Annotated[str, StringConstraints(min_length=1, max_length=100), NoNul]
PermissionName = Annotated[str, StringConstraints(min_length=1, max_length=80), NoNul]
PermissionNames = Annotated[list[PermissionName], Field(max_length=200)]


def _within_reason(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise PydanticCustomError(_FAR, "must be in a year from 1970 to 2200")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_within_reason)]
"""An instant far enough from the ends of the calendar to be reckoned with."""


class PatchIn(BaseModel):
    """A partial change: what is left out stays, and null is only for what may be empty."""

    emptiable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _refuse_nulls(self) -> "PatchIn":
        nulls = {name for name in self.model_fields_set if getattr(self, name) is None}
        refused = ", ".join(sorted(nulls - self.emptiable))
        if refused:
            raise PydanticCustomError(_NULL, "may not be null: {names}", {"names": refused})
        return self
