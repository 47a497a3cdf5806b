"""Reports as modern clients send them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from gameops.alerts.intake.reports import LONGEST_KEY, LONGEST_TEXT, MOST_PLAYERS, Report
from gameops.alerts.servers.schemas import Tags
from gameops.core.fields import In

PLAIN = r"^[^\x00-\x1f]*$"
Key = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_KEY, pattern=PLAIN),
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT, pattern=PLAIN)
]
Count = Annotated[int, Field(ge=0, le=MOST_PLAYERS)]
LARGEST_NUMBER = 2**63 - 1
AHEAD = timedelta(minutes=5)
"""By which a reporter's clock may be fast."""
OLDEST = timedelta(days=400)
"""As long as history is kept."""


def _believable(value: datetime, info: ValidationInfo) -> datetime:
    """An instant that a report of now (in the context) can be about, in UTC."""
    context: Mapping[str, datetime] = info.context or {}
    now = context["now"]
    if value > now + AHEAD:
        raise PydanticCustomError("in_the_future", "this is still to come")
    if value < now - OLDEST:
        raise PydanticCustomError("too_long_ago", "this is too long ago")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_believable)]


class ReportIn(BaseModel):
    """What a server says of itself."""

    model_config = ConfigDict(extra="forbid")

    key: Key = Field(
        validation_alias=AliasChoices("key", "serverurl"),
        description="What the server is known by for ever; often its address.",
    )
    players: Count = 0
    status: Literal["online", "offline", "deleted"] = "online"
    game: Text = ""
    name: Text = ""
    region: Text = ""
    max_players: Count | None = None
    bots: Count | None = None
    map: Text | None = None
    occurred_at: Instant | None = None
    sequence: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] | None = None
    tags: Annotated[Tags, Field(default_factory=list)]

    def report(self) -> Report:
        """As the inbox keeps it."""
        fields = self.model_dump()
        url = self.key if "://" in self.key else None
        return Report(**fields | {"tags": tuple(self.tags), "url": url})


_REPORTS: dict[str, Any] = {
    "type": "array",
    "items": ReportIn.model_json_schema(by_alias=False),
    "minItems": 1,
    "maxItems": 500,
}


class ReportsIn(In):
    """Some reports; each is taken or refused for itself."""

    reports: Annotated[
        list[dict[str, Any]], Field(min_length=1, max_length=500), WithJsonSchema(_REPORTS)
    ]
    community_id: UUID | None = None
    """Needed with an API key; a source's signature says it."""


class RefusedOut(BaseModel):
    """One report that was not taken."""

    index: int
    code: str
    message: str


class ReportsOut(BaseModel):
    """What was taken."""

    accepted: int
    refused: list[RefusedOut]

    @classmethod
    def of(cls, accepted: int, refused: list[RefusedOut]) -> Self:
        """From what was counted."""
        return cls(accepted=accepted, refused=refused)
