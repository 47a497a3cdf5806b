"""The kinds of input that notify's schemas are made of, each bounded."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from gameops.core.fields import NO_NUL

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)
]
ChannelName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=NO_NUL)
]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=NO_NUL)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_NUL)]


def _within_reason(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("must be in a year from 1970 to 2200")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_within_reason)]
"""An instant far enough from the ends of the calendar to be reckoned with."""

SettingName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
SettingValue = bool | Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)] | None
SecretValue = Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]
