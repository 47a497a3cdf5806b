"""The kinds of input that schemas are made of, each bounded."""

from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

NO_NUL = r"^[^\x00]*$"
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_NUL)
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _known_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("no such time zone")
    return value


def _known_locale(value: str) -> str:
    try:
        Locale.parse(value, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise ValueError("no such locale") from error
    return value


TimeZone = Annotated[str, Field(max_length=60), AfterValidator(_known_timezone)]
LocaleTag = Annotated[str, Field(min_length=2, max_length=20), AfterValidator(_known_locale)]


class In(BaseModel):
    """Base of inputs: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")

    def changes(self) -> dict[str, object]:
        """What the client sent, ready to be set on a row."""
        return self.model_dump(exclude_unset=True, mode="json", by_alias=True)
